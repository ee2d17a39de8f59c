import { z } from "zod";
import { ENTITY_LABELS, type EntityLabel } from "../../domain/measured-entity.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { regexOfAny } from "../line-regex.ts";
import { ERROR_LEVELS, ERROR_WORDS, quoted } from "../logservers/line-patterns.ts";
import { nanosOf, nanosOfText } from "../logservers/record-line.ts";
import type { LogSelection, LogServer, ServerReadOptions, ServerRecord } from "../logservers/types.ts";
import { writerOfLabels } from "../logservers/writer-of-labels.ts";
import { textLines } from "./text-lines.ts";

/** Fields that name entities, those of the server. */
type LogsScope = { fields: readonly string[]; entities: readonly string[] };

/** OpenTelemetry's names, with dots. The other fields are labels as everywhere. */
const DOTTED = [
  "service.name",
  "k8s.pod.name",
  "k8s.deployment.name",
  "kubernetes.pod_name",
  "kubernetes.container_name",
];
const LEVELS = ["level", "severity", "severity_text", "log.level", "detected_level"];
/** Records of one page. */
const PAGE_RECORDS = 2_000;
const MAX_FIELDS = 12;
const MAX_LISTED = 1_000;

const Values = z.object({ values: z.array(z.object({ value: z.string() })) });
const Fields = z.record(z.string(), z.unknown());
const Total = z.object({ total: z.coerce.number() });

/**
 * Logs of VictoriaLogs. Its answers are streams of any length, without an order.
 *
 * @param configured fields of this system that name entities.
 * @see https://docs.victoriametrics.com/victorialogs/querying/
 */
export function victoriaLogsServer(http: QueryDoor, configured: readonly EntityLabel[]): LogServer<LogsScope> {
  const values = async (path: string, query: Record<string, string>, signal: AbortSignal | undefined) =>
    (await http.json({ path: `/select/logsql/${path}`, query, signal }, Values)).values.map(({ value }) => value);
  const fieldNames = (range: TimeWindow, signal: AbortSignal | undefined): Promise<string[]> =>
    values("field_names", { query: "*", ...bounds(range) }, signal);
  const entityFields = (names: readonly string[]): string[] =>
    [...new Set([...configured.map(({ label }) => label), ...DOTTED, ...ENTITY_LABELS])]
      .filter((name) => names.includes(name))
      .slice(0, MAX_FIELDS);

  return {
    language: "LogsQL",
    clockMs: ({ signal }) => http.clockMs({ path: "/health", signal }),

    async scopeOf(entities, range, { signal }) {
      const names = await fieldNames(range, signal);
      if (names.length === 0) return { scope: null, gaps: [] };
      const fields = entityFields(names);
      if (entities.length === 0 || fields.length > 0) return { scope: { fields, entities }, gaps: [] };
      const why = `no field names services or pods (it has ${names.slice(0, 5).join(", ")}); set labels of this source`;
      return { scope: { fields, entities: [] }, gaps: [{ kind: "not_filtered", filter: "entities", why }] };
    },

    async count(selection, range, { signal }) {
      const query = { query: `${textOf(selection)} | stats count() as total`, ...bounds(range) };
      const answer = await http.text({ path: "/select/logsql/query", query, signal });
      const [line = "{}"] = answer.split("\n");
      const parsed = Total.safeParse(jsonOf(line));
      return parsed.success ? parsed.data.total : null;
    },

    read: (selection, range, options) => pagesOf(http, textOf(selection), { range, configured }, options),

    texts: (selection) => [textOf(selection)],

    async describe(range, { signal }) {
      const names = await fieldNames(range, signal);
      const entities = new Map<string, string>();
      let isCapped = false;
      for (const field of entityFields(names)) {
        const query = { query: "*", field, limit: String(MAX_LISTED), ...bounds(range) };
        const listed = await values("field_values", query, signal);
        isCapped ||= listed.length >= MAX_LISTED;
        for (const value of listed) {
          const { service, pod } = writerOfLabels(labelsOf({ [field]: value }), configured);
          if (service !== null) entities.set(service, "service");
          if (pod !== null) entities.set(pod, "pod");
        }
      }
      const listed = [...entities].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return { entities: listed, labels: names.toSorted(), isCapped };
    },
  };
}

/** The range with both its ends, in nanoseconds. */
const bounds = ({ startMs, endMs }: TimeWindow) => ({
  start: String(nanosOf(startMs)),
  end: String(nanosOf(endMs) + 999_999n),
});

/** A pod belongs to the entity whose name it begins with, as far as the hash that Kubernetes adds. */
const POD_SUFFIX = "(-[a-z0-9]{1,10}){1,2}";

function textOf({ scope: { fields, entities }, share, patterns }: LogSelection<LogsScope>): string {
  const parts: string[] = [];
  if (entities.length > 0) {
    const named = entities.map(quoted).join(",");
    const ofFields = fields.map((field) => `${quoted(field)}:in(${named})`);
    const escaped = entities.map((entity) => entity.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|");
    const ofPods = fields
      .filter((field) => /pod/.test(field))
      .map((field) => `${quoted(field)}:~${quoted(`^(${escaped})${POD_SUFFIX}$`)}`);
    parts.push(`(${[...ofFields, ...ofPods].join(" or ")})`);
  }
  if (patterns.length > 0) parts.push(`~${quoted(regexOfAny(patterns))}`);
  if (share !== "all") {
    const levels = LEVELS.map((field) => `${quoted(field)}:in(${ERROR_LEVELS.map(quoted).join(",")})`);
    const errors = `(${[...levels, `~${quoted(`(?i)(${ERROR_WORDS})`)}`].join(" or ")})`;
    parts.push(share === "errors" ? errors : `!${errors}`);
  }
  return parts.length === 0 ? "*" : parts.join(" ");
}

async function* pagesOf(
  http: QueryDoor,
  text: string,
  { range, configured }: { range: TimeWindow; configured: readonly EntityLabel[] },
  { maxRecords, isNewest = false, onGap, signal }: ServerReadOptions,
): AsyncGenerator<ServerRecord[]> {
  // one more than is wanted shows that there are more
  const ordered = isNewest ? `${text} | sort by (_time desc) limit ${maxRecords}` : `${text} | limit ${maxRecords + 1}`;
  const query = { query: ordered, ...bounds(range) };
  const body = await http.stream({ path: "/select/logsql/query", query, signal, maxBytes: Number.MAX_SAFE_INTEGER });
  let page: ServerRecord[] = [];
  let [count, unread] = [0, 0];
  for await (const line of textLines(body)) {
    if (count >= maxRecords) {
      if (!isNewest)
        onGap({
          kind: "capped",
          why: `more than ${maxRecords} records match a part of the range; the others were left out`,
        });
      break;
    }
    const record = recordOf(jsonOf(line), configured);
    if (record === null) {
      unread += 1;
      if (unread > MAX_UNREAD && count === 0) break;
      continue;
    }
    count += 1;
    page.push(record);
    if (page.length < PAGE_RECORDS) continue;
    yield page;
    page = [];
  }
  if (unread > 0) onGap({ kind: "refused", why: `${unread} lines of the answer have no time or no message` });
  if (page.length > 0) yield page;
}

/** After so many lines without a record, this is no VictoriaLogs. */
const MAX_UNREAD = 10_000;

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Labels as the other backends name them: `service.name` is `service_name`. */
const labelsOf = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name === "kubernetes.pod_name"
        ? "pod"
        : name === "kubernetes.container_name"
          ? "container"
          : name.replaceAll(".", "_"),
      value,
    ]),
  );

function recordOf(json: unknown, configured: readonly EntityLabel[]): ServerRecord | null {
  const parsed = Fields.safeParse(json);
  if (!parsed.success) return null;
  const texts = Object.entries(parsed.data).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const fields = Object.fromEntries(texts);
  const { _time: time = "", _msg: message = "", _stream: _, _stream_id: __, ...labels } = fields;
  const nanos = nanosOfText(time);
  if (nanos === null) return null;
  const own = {
    ...labelsOf(labels),
    ...Object.fromEntries(
      configured.flatMap(({ label }) => (labels[label] === undefined ? [] : [[label, labels[label]]])),
    ),
  };
  const found = (...names: string[]): string | null =>
    names.map((name) => labels[name]).find((value) => value !== undefined && value !== "") ?? null;
  const error = found("error.message", "exception.message", "error", "err");
  // a record without a message says what its fields say
  const body = message !== "" ? message : (error ?? JSON.stringify(labels));
  return {
    nanos,
    ...writerOfLabels(own, configured),
    level: found(...LEVELS),
    body,
    traceId: found("trace_id", "traceId", "trace.id"),
    spanId: found("span_id", "spanId", "span.id"),
    error,
    stack: found("exception.stacktrace", "error.stack_trace"),
    labels,
  };
}
