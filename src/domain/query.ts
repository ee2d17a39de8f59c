import { z } from "zod";
import { SIGNALS } from "./telemetry.ts";
import { TimeWindow } from "./time.ts";

/** A signal that a source can be queried for. */
export const TelemetrySignal = z.enum(SIGNALS);
export type TelemetrySignal = z.infer<typeof TelemetrySignal>;

/**
 * A condition on one label, with Prometheus's operators: for `=~` and `!~`, the value is a regular expression that
 * must match the whole label value. A missing label counts as the empty string.
 */
export const LabelMatcher = z.object({
  label: z.string().min(1),
  op: z.enum(["=", "!=", "=~", "!~"]),
  value: z.string(),
});
export type LabelMatcher = z.infer<typeof LabelMatcher>;

/**
 * An alert rule that fired. `expression`: what it evaluates, in the language of the backend that evaluates it; null if
 * the alert does not say. `labels`: of the alert, which select its series.
 */
export const AlertRule = z.object({
  name: z.string().min(1),
  expression: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
});
export type AlertRule = z.infer<typeof AlertRule>;

/** Matches any text in a pattern, as in a log template. */
export const WILDCARD = "<*>";

/**
 * A query for telemetry, as plain data: it can be stored, shown and run again. An empty list selects everything.
 * Conditions of different fields must all match. Within one list, one match is enough (label matchers: all must
 * match).
 */
export const TelemetryQuery = z.object({
  signal: TelemetrySignal,
  /** Both ends included, and always bounded. A record without a time matches every range. */
  range: TimeWindow.refine(({ startMs, endMs }) => startMs <= endMs, "its start is after its end"),
  /** A shared recording to read instead of the incident's own telemetry. */
  recording: z.string().nullable().default(null),
  /** Names of the sources to query. */
  sources: z.array(z.string()).default([]),
  /** Services, pods, nodes: the entities that the records are about. */
  entities: z.array(z.string()).default([]),
  /** Names of metrics, alerts, operations, log streams, or kinds of change. */
  names: z.array(z.string()).default([]),
  /**
   * Text with `<*>` for anything. For logs, it may match anywhere in a line. For other signals, it must match the
   * whole name.
   */
  patterns: z.array(z.string().min(1).max(10_000)).default([]),
  matchers: z.array(LabelMatcher).default([]),
  /** Alert rules that fired. A backend that plans what to fetch begins with their series. They filter nothing. */
  rules: z.array(AlertRule).default([]),
  /** The entities that matter most, the nearest to the alert first. A backend that plans begins with them, too. */
  near: z.array(z.string()).default([]),
  /** Maximum number of records: series, spans, alerts, changes or log lines. */
  limit: z.number().int().positive().nullable().default(null),
  /** Metrics only: keeps the last sample of each step. Milliseconds. */
  stepMs: z.number().positive().nullable().default(null),
  /** Records that a limit keeps: the oldest (`forward`) or the newest. The answer is ordered by time in both cases. */
  direction: z.enum(["forward", "backward"]).default("forward"),
});
export type TelemetryQuery = z.infer<typeof TelemetryQuery>;
/** A query for one signal, whose answer is then of that signal's type. */
export type QueryOf<S extends TelemetrySignal> = TelemetryQuery & { signal: S };

/** Creates a query that selects everything, except for the given conditions. */
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
  rules: [],
  near: [],
  limit: null,
  stepMs: null,
  direction: "forward",
  ...conditions,
  signal,
  range,
});

/** Parts of a query that some sources cannot apply. */
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
