import type { ResourceForecast } from "../../domain/forecast.ts";
import type { Series } from "../../domain/telemetry.ts";
import { resourceForecasts } from "./resources.ts";

/** A resource that lasts longer is not worth a line in a report. Milliseconds. */
const HORIZON_MS = 24 * 3_600_000;
const MAX_LISTED = 5;
/** With more series than this, forecasts are left to `causeway forecast`: they would delay the report. */
const MAX_SERIES = 4_000;

/**
 * The resources that may be exhausted within a day of the last sample, what runs out first comes first. Those that are
 * full already are not among them: they are findings of their own.
 */
export function runningOut(own: readonly Series[]): ResourceForecast[] {
  if (own.length > MAX_SERIES) return [];
  const lastMs = own.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? 0), 0);
  return resourceForecasts(own)
    .filter(({ verdict, from }) => verdict === "between" && from !== null && Date.parse(from) <= lastMs + HORIZON_MS)
    .slice(0, MAX_LISTED);
}
