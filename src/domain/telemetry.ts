import { z } from "zod";
import { Severity } from "./alert-event.ts";
import type { LineReading } from "./line-facts.ts";

/** A kind of telemetry. `memory` and `model` are sources too, but give no findings of their own. */
export const SIGNALS = ["log", "metric", "trace", "alert", "cluster", "change", "topology"] as const;
export const Signal = z.enum([...SIGNALS, "human"]);
export type Signal = z.infer<typeof Signal>;

/**
 * One stream of log bytes. `jsonl`: every line is a JSON object with the fields of `LogRecord`. `raw`: lines as the
 * program wrote them. It yields bytes instead of strings, so that mining does not allocate a string for each line.
 */
export type LogStream = {
  /** File or query, for line references such as `logs.jsonl.gz:12`. */
  origin: string;
  framing: "jsonl" | "raw";
  /** The service that wrote a raw stream; null when unknown. */
  service: string | null;
  /** The pod that wrote a raw stream, if the source knows it. */
  pod?: string;
  /** What the owner says of its lines; absent if nothing. */
  reading?: LineReading;
  /** True if the source does not know the times of these lines. The stream is then the same for every range. */
  untimed?: true;
  /** Returns true if the stream can be read now and yields all of its lines. Absent: it can be read once. */
  canRead?: () => boolean;
  chunks: AsyncIterable<Uint8Array>;
};

/** One log record. `timeUnixNano` exceeds 2^53; order by it, never by milliseconds. */
export type LogRecord = {
  timeUnixNano: bigint;
  service: string;
  pod: string | null;
  body: string;
  traceId: string | null;
  spanId: string | null;
};

/** One metric of one entity: `values[i]` was sampled at `timesMs[i]`; same length, times ascending, values finite. */
export type Series = { entity: string; entityKind: string; metric: string; timesMs: number[]; values: number[] };

/** The part that a span plays in a call, as OpenTelemetry names it. */
export type SpanKind = "server" | "client" | "producer" | "consumer" | "internal";

/**
 * One span. `status`: "" not recorded, "OK", "ERROR", or "ERROR: text". A root span has `parentSpanId` null. `peer`:
 * what a client span says that it called: a service, a database, a host; `peerKind`: what that is. They are absent
 * where the source does not know them.
 */
export type Span = {
  traceId: string;
  spanId: string;
  parentSpanId: string | null;
  service: string;
  pod: string | null;
  operation: string;
  startUnixNano: bigint;
  durationUs: number;
  status: string;
  kind?: SpanKind;
  peer?: string;
  peerKind?: "service" | "database" | "queue" | "external";
};

/**
 * One alert. `timeUnixMs`: null in alert sets without times. `peer`: the caller, if the alert is about a call to
 * `entity`.
 */
export const Alert = z.object({
  timeUnixMs: z.number().nullable().default(null),
  entity: z.string().min(1),
  entityKind: z.string().default("service"),
  signal: z.string().default("metric"),
  name: z.string(),
  direction: z.enum(["up", "down"]).nullable().default(null),
  peer: z.string().nullable().default(null),
  count: z.number().default(1),
  message: z.string().nullable().default(null),
  /** The severity that the alert's rule gives; absent if it gives none. */
  severity: Severity.optional().catch(undefined),
  /** The runbook address that the alert's rule gives. Untrusted text: anybody may have written it. */
  runbookUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional()
    .catch(undefined),
  /** Labels of the alert's rule and target: `namespace`, `cluster`, `pod`, `reason`, `team`. Untrusted text. */
  labels: z.record(z.string(), z.string()).optional().catch(undefined),
  /** The texts that the alert's rule gives: `summary`, `description`. Untrusted text. */
  annotations: z.record(z.string(), z.string()).optional().catch(undefined),
  /** The expression of the alert's rule, in the rule's language. Untrusted text. */
  expression: z.string().optional().catch(undefined),
  /** Pages about the alert, by what they are: `dashboard`, `source`; http(s) addresses. Untrusted text. */
  links: z
    .record(z.string(), z.url({ protocol: /^https?$/ }).max(2_000))
    .optional()
    .catch(undefined),
});
export type Alert = z.infer<typeof Alert>;

/**
 * The object that a change was written to, as the API server of a cluster showed it; only its connector fills this in.
 * `kind`: such as `service`; `configmap-at-start` if its reader needs a restart. `version`: its `resourceVersion`.
 * `reader`: the workload concerned, such as `deployment/cart`. `seen`: of a quota, its namespace and limits, such as
 * `shop/pods:10/`. `undo`, `redo`: JSON patches to the applied values and back; absent if they are not known.
 */
export const WrittenObject = z.object({
  kind: z.string(),
  name: z.string(),
  version: z.string(),
  reader: z.string().optional(),
  seen: z.string().optional(),
  undo: z.string().optional(),
  redo: z.string().optional(),
});
export type WrittenObject = z.infer<typeof WrittenObject>;

/**
 * One change to the system. `timeUnixMs`: when it was complete; `beganUnixMs`: when it began, if that is known. `entityKind`:
 * if it is no service. Unknown extra fields (author, url, files, diff) pass.
 */
export const Change = z.looseObject({
  timeUnixMs: z.number(),
  beganUnixMs: z.number().optional().catch(undefined),
  entity: z.string().min(1),
  kind: z.enum(["deploy", "config", "flag", "scale", "other"]).catch("other"),
  id: z.string(),
  summary: z.string().nullable().default(null),
  entityKind: z.string().optional().catch(undefined),
  written: WrittenObject.optional().catch(undefined),
});
export type Change = z.infer<typeof Change>;

/**
 * `calls`: from calls to. `runs_on`: a pod on a node. `member_of`: a pod of a service. `none`: there is no such edge,
 * whatever other sources say. Other kinds mean "related". `seen`: the sources that observed it, and when they last did;
 * absent for an edge that a person declared.
 */
export const TopologyEdge = z.object({
  from: z.string().min(1),
  to: z.string().min(1),
  kind: z.string().default("calls"),
  seen: z.array(z.object({ by: z.string(), atMs: z.number().nullable() })).optional(),
});
export type TopologyEdge = z.infer<typeof TopologyEdge>;

/** Nodes that appear in edges need not be listed. Edges may be absent if none are known. */
export const Topology = z
  .object({
    nodes: z.array(z.object({ id: z.string().min(1), kind: z.string().default("service") })).optional(),
    edges: z.array(TopologyEdge).optional(),
  })
  .refine(({ nodes, edges }) => nodes !== undefined || edges !== undefined, "it has neither nodes nor edges")
  .transform(({ nodes = [], edges = [] }) => ({ nodes, edges }));
export type Topology = z.infer<typeof Topology>;

/** The output of a read-only diagnostic tool about the cluster: `tool`, its `args`, and the text that it printed. */
export type ClusterAnswer = { tool: string; args: Readonly<Record<string, unknown>>; text: string };

/**
 * Name of the tool whose answers are lists of Kubernetes objects in JSON, as the API gives them. Their `metadata` says
 * when the list was read (`takenAt`, RFC 3339), and whether it has every object of its namespace (`isComplete`).
 */
export const OBJECTS_TOOL = "KubernetesObjects";

/**
 * Name of the tool whose answers are whole files: pasted output of `kubectl`, dumps, support bundles. Argument: `path`.
 */
export const FILE_TOOL = "ClusterFile";
