import { z } from "zod";
import { SIGNALS } from "./telemetry.ts";
import { TimeWindow } from "./time.ts";

/** A signal that a source can be queried for. */
export const TelemetrySignal = z.enum(SIGNALS);
export type TelemetrySignal = z.infer<typeof TelemetrySignal>;

/**
 * A condition on one label, with the operators of Prometheus: `=~` and `!~` hold a regular expression that fits the whole
 * value. A label that a record does not have counts as the empty string.
 */
export const LabelMatcher = z.object({
  label: z.string().min(1),
  op: z.enum(["=", "!=", "=~", "!~"]),
  value: z.string(),
});
export type LabelMatcher = z.infer<typeof LabelMatcher>;

/** Stands for any text in a pattern, as it does in a log template. */
export const WILDCARD = "<*>";

/**
 * One question to telemetry, as plain data: it can be stored, shown, and run again. An empty list selects everything; the
 * conditions of different fields must all hold, those of one list need one that fits (label matchers: all).
 */
export const TelemetryQuery = z.object({
  signal: TelemetrySignal,
  /** Both ends included, and always bounded. A record without a time lies in every range. */
  range: TimeWindow.refine(({ startMs, endMs }) => startMs <= endMs, "its start lies after its end"),
  /** A shared recording to read instead of the incident's own telemetry. */
  recording: z.string().nullable().default(null),
  /** Sources to ask, by name. */
  sources: z.array(z.string()).default([]),
  /** Services, pods, nodes: whatever the records are about. */
  entities: z.array(z.string()).default([]),
  /** Names of metrics, alerts, operations, log streams, or kinds of change. */
  names: z.array(z.string()).default([]),
  /** Text with `<*>` for anything. In logs it fits anywhere in the text of a line, elsewhere the whole name. */
  patterns: z.array(z.string().min(1).max(10_000)).default([]),
  matchers: z.array(LabelMatcher).default([]),
  /** Records at most: series, spans, alerts, changes, log lines. */
  limit: z.number().int().positive().nullable().default(null),
  /** Metrics only: at most one sample per step, the last one. Milliseconds. */
  stepMs: z.number().positive().nullable().default(null),
  /** Which records a limit keeps: the oldest (`forward`) or the newest. The order of the answer is time's either way. */
  direction: z.enum(["forward", "backward"]).default("forward"),
});
export type TelemetryQuery = z.infer<typeof TelemetryQuery>;
/** A query for one signal, whose answer is then of that signal's type. */
export type QueryOf<S extends TelemetrySignal> = TelemetryQuery & { signal: S };

/** A query with everything else left open. */
export const queryFor = <S extends TelemetrySignal>(
  signal: S,
  range: TimeWindow,
  conditions: Partial<Omit<TelemetryQuery, "signal" | "range">> = {},
): QueryOf<S> => ({
  recording: null,
  sources: [],
  entities: [],
  names: [],
  patterns: [],
  matchers: [],
  limit: null,
  stepMs: null,
  direction: "forward",
  ...conditions,
  signal,
  range,
});

/** Parts of a query that a source may or may not be able to apply. */
export const QUERY_FILTERS = [
  "range",
  "entities",
  "names",
  "patterns",
  "matchers",
  "limit",
  "step",
  "direction",
] as const;
export type QueryFilter = (typeof QUERY_FILTERS)[number];

/** The filters that this query uses besides its range. */
export function usedFilters(query: TelemetryQuery): QueryFilter[] {
  const used: Partial<Record<QueryFilter, boolean>> = {
    entities: query.entities.length > 0,
    names: query.names.length > 0,
    patterns: query.patterns.length > 0,
    matchers: query.matchers.length > 0,
    limit: query.limit !== null,
    step: query.stepMs !== null,
    direction: query.direction === "backward" && query.limit !== null,
  };
  return QUERY_FILTERS.filter((filter) => used[filter]);
}
