import { RE2JS } from "re2js";
import { IncidentError, messageOf } from "./errors.ts";
import { type LabelMatcher, type TelemetryQuery, WILDCARD } from "./query.ts";
import type { Alert, Change, ClusterAnswer, LogRecord, Series, Span } from "./telemetry.ts";
import { contains, nanosToMs } from "./time.ts";

/** The records that a query selects. `isCapped`: the query's limit cut off more records. */
export type Selection<R> = { selected: R[]; isCapped: boolean };
/**
 * The fields of a record that a query tests. `text`: patterns may match anywhere in it. Without `text`, a pattern must
 * match the whole name.
 */
export type Candidate = {
  entities: readonly (string | null)[];
  name: string;
  text?: string;
  labels: Readonly<Record<string, string | null>>;
};
/** Describes how to read the records of one signal. `timeOf`: Unix milliseconds; null for a record without a time. */
export type RecordView<R> = { timeOf(record: R): number | null; candidateOf(record: R): Candidate };

export const seriesCandidate = ({
  entity,
  entityKind,
  metric,
}: Pick<Series, "entity" | "entityKind" | "metric">): Candidate => ({
  entities: [entity],
  name: metric,
  labels: { __name__: metric, entity, entity_kind: entityKind },
});
export const spanView: RecordView<Span> = {
  timeOf: ({ startUnixNano }) => nanosToMs(startUnixNano),
  candidateOf: ({ service, pod, operation, status, traceId, spanId }) => ({
    entities: [service, pod],
    name: operation,
    labels: { service, pod, operation, status, trace_id: traceId, span_id: spanId },
  }),
};
export const alertView: RecordView<Alert> = {
  timeOf: ({ timeUnixMs }) => timeUnixMs,
  candidateOf: ({ entity, entityKind, name, peer, severity }) => ({
    entities: [entity],
    name,
    labels: { entity, entity_kind: entityKind, name, peer, severity: severity ?? null },
  }),
};
export const changeView: RecordView<Change> = {
  timeOf: ({ timeUnixMs }) => timeUnixMs,
  candidateOf: ({ entity, kind, id }) => ({ entities: [entity], name: kind, labels: { entity, kind, id } }),
};
/** The call of a diagnostic tool, in the form that a query uses: the tool alone, or the tool with its arguments. */
export const toolCall = ({ tool, args }: Pick<ClusterAnswer, "tool" | "args">): string =>
  `${tool}:${JSON.stringify(args)}`;

/** The outputs of the tools or calls that a query names. */
export const selectCalls = (answers: readonly ClusterAnswer[], query: TelemetryQuery): Selection<ClusterAnswer> =>
  limited(
    answers.filter(
      (answer) =>
        query.names.length === 0 || query.names.includes(answer.tool) || query.names.includes(toolCall(answer)),
    ),
    query,
  );

/** `stream`: where the line was read. */
export const logCandidate = (
  { service, pod, body, traceId }: Pick<LogRecord, "service" | "pod" | "body" | "traceId">,
  stream: string,
): Candidate => ({
  entities: [service, pod],
  name: stream,
  text: body,
  labels: { service, pod, trace_id: traceId },
});

/**
 * Compiles all conditions of a query except its range into one test, so that testing millions of records is cheap.
 * Null if the query selects everything.
 *
 * @throws {IncidentError} BAD_INPUT for an invalid regular expression.
 */
export function recordFilter({
  entities,
  names,
  patterns,
  matchers,
}: Pick<TelemetryQuery, "entities" | "names" | "patterns" | "matchers">): ((record: Candidate) => boolean) | null {
  if (entities.length + names.length + patterns.length + matchers.length === 0) return null;
  const [entitySet, nameSet] = [new Set<string | null>(entities), new Set(names)];
  const pieces = patterns.map((pattern) => plainText(pattern).split(WILDCARD));
  const tests = matchers.map(matcherTest);
  return (record) =>
    (entitySet.size === 0 || record.entities.some((entity) => entitySet.has(entity))) &&
    (nameSet.size === 0 || nameSet.has(record.name)) &&
    (pieces.length === 0 || pieces.some((parts) => fits(parts, record))) &&
    tests.every((test) => test(record.labels));
}

/** True if labels fit all matchers. */
export const matchesLabels = (matchers: readonly LabelMatcher[], labels: Candidate["labels"]): boolean =>
  matchers.every((matcher) => matcherTest(matcher)(labels));

function matcherTest({ label, op, value }: LabelMatcher): (labels: Candidate["labels"]) => boolean {
  const isNegated = op.startsWith("!");
  const expression = op.endsWith("~") ? regularExpression(value) : null;
  return (labels) => {
    const actual = (Object.hasOwn(labels, label) ? labels[label] : null) ?? "";
    return (expression === null ? actual === value : expression.matches(actual)) !== isNegated;
  };
}

/** RE2, as Prometheus: its time is linear in the text, whatever the expression. */
function regularExpression(value: string): RE2JS {
  try {
    return RE2JS.compile(value, RE2JS.DOTALL);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", `"${value}" is not a regular expression: ${messageOf(cause)}`, {
      hint: "Correct the label matcher, or use `=` with the value itself.",
      cause,
    });
  }
}

/** Treats any white space as one blank, and an escaped quote as a quote, because some logs wrap each line in JSON. */
const plainText = (text: string): string => text.replaceAll('\\"', '"').replaceAll(/\s+/g, " ");

/**
 * Returns true if a pattern, split at its wildcards, matches. The time is linear in the length of the text for any
 * pattern.
 */
function fits(parts: readonly string[], { name, text }: Candidate): boolean {
  const subject = plainText(text ?? name);
  const isAnchored = text === undefined;
  const [first = "", ...rest] = parts;
  if (isAnchored && rest.length === 0) return subject === first;
  if (isAnchored && !subject.startsWith(first)) return false;
  let at = isAnchored ? first.length : 0;
  for (const part of isAnchored ? rest.slice(0, -1) : parts) {
    const found = subject.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  if (!isAnchored) return true;
  const last = rest.at(-1) ?? "";
  return subject.length - last.length >= at && subject.endsWith(last);
}

/** Filters records that are already in memory. */
export function selectRecords<R>(
  records: readonly R[],
  query: TelemetryQuery,
  { timeOf, candidateOf }: RecordView<R>,
): Selection<R> {
  const test = recordFilter(query);
  const selected = records.filter((record) => {
    const timeMs = timeOf(record);
    return (timeMs === null || contains(query.range, timeMs)) && (test === null || test(candidateOf(record)));
  });
  return limited(selected, query);
}

/** Selects series and the samples in them. A series without selected samples is left out. */
export function selectSeries(all: readonly Series[], query: TelemetryQuery): Selection<Series> {
  const test = recordFilter(query);
  const selected = all
    .filter((series) => test === null || test(seriesCandidate(series)))
    .map((series) => thinned(within(series, query), query.stepMs))
    .filter(({ timesMs }) => timesMs.length > 0);
  return limited(selected, query);
}

/** Keeps the first records up to the limit, or the last ones for `backward`. */
export function limited<R>(
  records: R[],
  { limit, direction }: Pick<TelemetryQuery, "limit" | "direction">,
): Selection<R> {
  if (limit === null || records.length <= limit) return { selected: records, isCapped: false };
  return { selected: direction === "forward" ? records.slice(0, limit) : records.slice(-limit), isCapped: true };
}

function within(series: Series, { range }: TelemetryQuery): Series {
  if (series.timesMs.every((timeMs) => contains(range, timeMs))) return series;
  return pickSamples(series, (timeMs) => contains(range, timeMs));
}

/** Keeps the last sample of each step. Steps are counted from 0, so two ranges have the same steps. */
export function thinned(series: Series, stepMs: number | null): Series {
  if (stepMs === null) return series;
  const stepOf = (timeMs: number | undefined): number => Math.floor((timeMs ?? Number.NaN) / stepMs);
  return pickSamples(series, (timeMs, at) => stepOf(timeMs) !== stepOf(series.timesMs[at + 1]));
}

function pickSamples(series: Series, isKept: (timeMs: number, at: number) => boolean): Series {
  const kept = series.timesMs.flatMap((timeMs, at) => (isKept(timeMs, at) ? [at] : []));
  return {
    ...series,
    timesMs: kept.map((at) => series.timesMs[at] ?? 0),
    values: kept.map((at) => series.values[at] ?? 0),
  };
}
