import { z } from "zod";
import { Entity } from "./entity.ts";
import { TelemetryQuery } from "./query.ts";
import { Signal } from "./telemetry.ts";
import { TimeWindow } from "./time.ts";

/**
 * The result of one query. `count`: samples, spans, alerts, changes, tool outputs or log lines. `firstMs`, `lastMs`:
 * times of the first and the last; null if they have no times. `min`, `max`: of samples in the metric's unit, of spans
 * in milliseconds; otherwise null.
 */
export const EvidenceBasis = z.object({
  count: z.number().int(),
  firstMs: z.number().nullable(),
  lastMs: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});
export type EvidenceBasis = z.infer<typeof EvidenceBasis>;

/** A query that evidence rests on. `basis`: its result at the time of the analysis; null if it was not counted. */
export const EvidenceRead = z.object({ query: TelemetryQuery, basis: EvidenceBasis.nullable() });
export type EvidenceRead = z.infer<typeof EvidenceRead>;

/**
 * The proof of a finding.
 *
 * - `query`: a description of the query.
 * - `facts`: the numbers and names that the finding rests on. A sentence may quote a number only if it is in `facts`.
 * - `template`: a mined log template, safe to send to a model.
 * - `exemplar`: raw text, for people only.
 * - `reads`: queries that can run again, narrowed to this finding: first the incident's own telemetry, then the shared
 *   recording that holds the baseline.
 * - `traceIds`: traces that show the finding.
 * - `links`: pages that the sender links to, by type; http(s) addresses.
 * - `foundBy`: who pointed at the data, if it was not the analysis itself. Code measured it all the same.
 */
export const Evidence = z.object({
  connector: z.string(),
  query: z.string(),
  window: TimeWindow.nullable(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  template: z.string().optional(),
  exemplar: z.string().optional(),
  reads: z.array(EvidenceRead).optional(),
  traceIds: z.array(z.string()).optional(),
  links: z.record(z.string(), z.string()).optional(),
  foundBy: z.object({ by: z.literal("investigator"), model: z.string(), examination: z.number().int() }).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** Kinds of finding, written as `signal.what`. */
export const FINDING_KINDS = [
  "log.new-template", // seen in the incident, never before
  "log.vanished-template", // expected, and gone
  "log.bursting-template", // far more often than before
  "log.undated", // an error in lines without a time
  "log.event-flow", // what follows an event inside a span or thread changed
  "metric.shift", // left its quiet range; facts: metric, family, direction
  "metric.saturation", // a bounded resource at its bound
  "metric.restart", // a counter or uptime fell back to zero
  "metric.silence", // stopped reporting
  "trace.self-time", // spends longer in itself
  "trace.edge-latency", // time lost between the caller's span and the callee's: the network, or a queue
  "trace.error-origin", // errors begin here: no failing child explains them
  "trace.silence", // expected spans are missing
  "trace.stopped-work", // a program that starts work by itself, such as a consumer, starts none
  "trace.spectrum", // requests that go through it go wrong, others do not
  "trace.failed-call", // calls to it fail without a server span: unreachable
  "alert.firing",
  "change.deploy",
  "change.config",
  "change.flag",
  "change.scale",
  "change.other",
  "cluster.not-ready",
  "cluster.restarting",
  "cluster.image-pull",
  "cluster.unschedulable",
  "cluster.out-of-memory",
  "cluster.crash-loop",
  "cluster.probe-failing",
  "cluster.admission",
  "cluster.no-endpoints",
  "cluster.misconfiguration",
  "cluster.node-trouble",
  "cluster.unreachable",
  "human.note",
] as const;

/** One abnormal thing seen in one signal. */
export const Finding = z.object({
  signal: Signal,
  kind: z.enum(FINDING_KINDS),
  entity: Entity,
  /** Unitless, ≥ 0, comparable only among findings of one kind; capped at 1e4. */
  strength: z.number().min(0),
  onsetMs: z.number().nullable(),
  /** The other end of a call, or another entity that the finding names. */
  peer: z.string().nullable(),
  /** One sentence for people. Every number in it is in `evidence.facts`. */
  summary: z.string(),
  evidence: Evidence,
});
export type Finding = z.infer<typeof Finding>;

/** A finding in the state of an analysis: its id (`E7`), the key of its body in the store, and what routing needs. */
export const FindingRef = z.object({
  id: z.string(),
  key: z.string(),
  signal: Signal,
  kind: z.string(),
  entity: z.string(),
  strength: z.number(),
});
export type FindingRef = z.infer<typeof FindingRef>;

/** A finding with the id that a report cites. */
export type CitedFinding = Finding & { id: string };
