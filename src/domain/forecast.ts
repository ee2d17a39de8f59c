import { z } from "zod";
import { ReportQuery } from "./report-query.ts";

/**
 * What is known of the time at which a resource is exhausted. `between`: both ends. `not_before`: it may never come.
 * `no_trend`: it does not grow. `too_few`: too little was recorded to say anything.
 */
export const ExhaustionVerdict = z.enum(["full", "between", "not_before", "no_trend", "too_few"]);
export type ExhaustionVerdict = z.infer<typeof ExhaustionVerdict>;

/** One bounded resource, and when it runs out. Times in ISO 8601, durations in milliseconds. */
export const ResourceForecast = z.object({
  entity: z.string(),
  resource: z.string(),
  metric: z.string(),
  /** Share of the limit in use at the last sample, in [0, 1]; null for a certificate. */
  share: z.number().nullable(),
  /** The limit in words: a metric, "its limit", or "its expiry". */
  bound: z.string(),
  verdict: ExhaustionVerdict,
  /** The middle of what was found possible; null without one. */
  at: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  /** Why nothing can be said, or since when the trend is read; null if there is nothing to add. */
  note: z.string().nullable(),
  /** The samples that the trend rests on: after the last clean-up or restart. */
  samples: z.number(),
  since: z.string(),
  season_ms: z.number().nullable(),
  query: ReportQuery,
});
export type ResourceForecast = z.infer<typeof ResourceForecast>;

export const FORECAST_SCHEMA = "causeway.forecast/v1";

/** `now`: time of the last sample. `confidence`: the share of intervals that shall hold the true time. */
export const ForecastListing = z.object({
  schema_version: z.literal(FORECAST_SCHEMA),
  incident_id: z.string(),
  now: z.string().nullable(),
  confidence: z.number(),
  resources: z.array(ResourceForecast),
  gaps: z.array(z.string()),
});
export type ForecastListing = z.infer<typeof ForecastListing>;
