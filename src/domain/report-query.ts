import { z } from "zod";
import type { EvidenceBasis } from "./finding.ts";
import { LabelMatcher, type TelemetryQuery, TelemetrySignal } from "./query.ts";
import { isoTime } from "./time.ts";

/** A query as a report has it: times in ISO 8601, and only the conditions that it sets. */
export const ReportQuery = z.object({
  signal: TelemetrySignal,
  start: z.string(),
  end: z.string(),
  recording: z.string().optional(),
  sources: z.array(z.string()).optional(),
  entities: z.array(z.string()).optional(),
  names: z.array(z.string()).optional(),
  patterns: z.array(z.string()).optional(),
  matchers: z.array(LabelMatcher).optional(),
  limit: z.number().optional(),
  step_ms: z.number().optional(),
  direction: z.literal("backward").optional(),
});
export type ReportQuery = z.infer<typeof ReportQuery>;

/** A query in the language of its backend, such as PromQL. `link`: a page that shows its result; null if none. */
export const ReportNative = z.object({ language: z.string(), text: z.string(), link: z.string().nullable() });
export type ReportNative = z.infer<typeof ReportNative>;

/** The result of a query, in the form of the report. */
export const ReportBasis = z.object({
  count: z.number(),
  first: z.string().nullable(),
  last: z.string().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});
export type ReportBasis = z.infer<typeof ReportBasis>;

export function toReportQuery(query: TelemetryQuery): ReportQuery {
  const { sources, entities, names, patterns, matchers } = query;
  const conditions = Object.entries({ sources, entities, names, patterns, matchers });
  return {
    signal: query.signal,
    start: isoTime(query.range.startMs),
    end: isoTime(query.range.endMs),
    ...(query.recording === null ? {} : { recording: query.recording }),
    ...Object.fromEntries(conditions.filter(([, list]) => list.length > 0)),
    ...(query.limit === null ? {} : { limit: query.limit }),
    ...(query.stepMs === null ? {} : { step_ms: query.stepMs }),
    ...(query.direction === "backward" ? { direction: query.direction } : {}),
  };
}

export const toReportBasis = ({ count, firstMs, lastMs, min, max }: EvidenceBasis): ReportBasis => ({
  count,
  first: firstMs === null ? null : isoTime(firstMs),
  last: lastMs === null ? null : isoTime(lastMs),
  min,
  max,
});
