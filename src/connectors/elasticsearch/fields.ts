import type { EntityLabel } from "../../domain/measured-entity.ts";
import { workloadOfPod } from "../../domain/pod-names.ts";
import { nanosOfText } from "../logservers/record-line.ts";
import type { ServerRecord } from "../logservers/types.ts";

/** What a field of a document is for. */
type LogFieldRole = "time" | "message" | "service" | "pod" | "host" | "level" | "trace" | "span" | "error" | "stack";

/** Fields of ECS and Filebeat, OpenTelemetry, Data Prepper, Fluent Bit and Logstash, in order of preference. */
const FIELDS: Readonly<Record<LogFieldRole, string>> = {
  time: "@timestamp timestamp time Timestamp observedTimestamp",
  message: "message body.text body log msg Body MESSAGE event.original",
  service:
    "service.name resource.attributes.service.name Resource.service.name resource.service.name serviceName service_name " +
    "service kubernetes.labels.app_kubernetes_io/name kubernetes.labels.app kubernetes.deployment.name " +
    "kubernetes.container.name kubernetes.container_name app application container.name",
  pod: "kubernetes.pod.name kubernetes.pod_name resource.attributes.k8s.pod.name k8s.pod.name",
  host: "host.name host.hostname hostname",
  level: "log.level severity_text severity.text level severity SeverityText severityText loglevel",
  trace: "trace.id trace_id traceId TraceId",
  span: "span.id span_id spanId SpanId",
  error: "error.message exception.message attributes.exception.message",
  stack: "error.stack_trace exception.stacktrace attributes.exception.stacktrace",
};
const ROLES = Object.keys(FIELDS) as LogFieldRole[];

/** Fields by their role, those that the indices have. `types`: of each field, which may differ between indices. */
type FieldLists = Readonly<Record<LogFieldRole, readonly string[]>>;
export type LogFields = FieldLists & { types: ReadonlyMap<string, readonly string[]> };

/** All fields that may be looked for, those of the configuration included. */
export const fieldNames = (configured: readonly EntityLabel[]): string[] => {
  const known = ROLES.flatMap((role) => FIELDS[role].split(" "));
  return [...configured.map(({ label }) => label), ...known.flatMap((name) => [name, `${name}.keyword`])];
};

/** @param types the types of the fields that exist. */
export function fieldsOf(types: LogFields["types"], configured: readonly EntityLabel[]): LogFields {
  const present = (role: LogFieldRole): string[] => {
    const own = configured.filter(({ kind }) => kind === role).map(({ label }) => label);
    return [...own, ...FIELDS[role].split(" ")].filter((name) => types.has(name));
  };
  const dates = present("time").filter((name) => types.get(name)?.some((type) => type.startsWith("date")));
  return {
    time: dates,
    message: present("message"),
    service: present("service"),
    pod: present("pod"),
    host: present("host"),
    level: present("level"),
    trace: present("trace"),
    span: present("span"),
    error: present("error"),
    stack: present("stack"),
    types,
  };
}

/** How a field can be compared with a whole value: by itself, by its keyword, or only by its words. */
export function exactField(field: string, { types }: LogFields): { field: string; isExact: boolean } {
  if (types.has(`${field}.keyword`)) return { field: `${field}.keyword`, isExact: true };
  const own = types.get(field) ?? [];
  return { field, isExact: !own.some((type) => type === "text" || type === "match_only_text") };
}

/** The value at a path, whose dots may stand in keys too: `{"a.b": {c}}`. */
function valueAt(source: unknown, path: string): string | null {
  if (typeof source !== "object" || source === null) return null;
  if (Object.hasOwn(source, path)) return textOf((source as Record<string, unknown>)[path]);
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const key = path.slice(0, dot);
    const found = Object.hasOwn(source, key)
      ? valueAt((source as Record<string, unknown>)[key], path.slice(dot + 1))
      : null;
    if (found !== null) return found;
  }
  return null;
}

/** A text or number; of a list, its first value. */
function textOf(value: unknown): string | null {
  if (Array.isArray(value)) return textOf(value[0]);
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/**
 * The record of a document. Null without a time or a message.
 *
 * @param sortTime the time by which it was sorted, for a document whose own time cannot be read.
 */
export function recordOfDocument(source: unknown, fields: LogFields, sortTime: unknown): ServerRecord | null {
  const first = (role: LogFieldRole): string | null =>
    fields[role].map((name) => valueAt(source, name)).find((value) => value !== null && value !== "") ?? null;
  const nanos = nanosOfText(first("time") ?? "") ?? nanosOfText(textOf(sortTime) ?? "");
  const error = first("error");
  const body = first("message") ?? error;
  if (nanos === null || body === null) return null;
  const pod = first("pod");
  return {
    nanos,
    service: first("service") ?? (pod === null ? first("host") : (workloadOfPod(pod) ?? pod)),
    pod,
    level: first("level"),
    body,
    traceId: first("trace"),
    spanId: first("span"),
    error,
    stack: first("stack"),
    labels: Object.fromEntries(
      [...fields.service, ...fields.pod, ...fields.host].flatMap((name) => {
        const value = valueAt(source, name);
        return value === null ? [] : [[name, value]];
      }),
    ),
  };
}
