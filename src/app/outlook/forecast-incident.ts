import { FORECAST_SCHEMA, ForecastListing } from "../../domain/forecast.ts";
import type { IncidentStore } from "../../domain/ports.ts";
import { type Masker, maskerOf } from "../../domain/redact-values.ts";
import { isoTime } from "../../domain/time.ts";
import { INTERVAL } from "../../metrics/forecast/exhaustion.ts";
import { resourceForecasts } from "../../metrics/forecast/resources.ts";
import { openHandle } from "../../telemetry/handle.ts";
import { readWide } from "./read-wide.ts";

export type OutlookParts = {
  incidents: Pick<IncidentStore, "openTelemetry" | "getIncident">;
  /** Masks secrets in what is shown; absent: with marks that are the same everywhere. */
  masker?: Masker | undefined;
  /** Unix milliseconds. */
  now: () => number;
};

const PLAIN = maskerOf();
/** How far back a live system is read: a week shows its days, and every ten minutes shows a trend. Milliseconds. */
const LOOKBACK_MS = 7 * 86_400_000;
const STEP_MS = 10 * 60_000;

/**
 * Lists the bounded resources of an incident's system, and when each runs out. Read anew; it changes no ranking.
 *
 * @throws {IncidentError} NOT_FOUND for an unknown incident; UNAVAILABLE if no metric source answers.
 */
export async function forecastIncident(
  { incidents, masker = PLAIN, now }: OutlookParts,
  incidentId: string,
  signal?: AbortSignal,
): Promise<ForecastListing> {
  const incident = await incidents.getIncident(incidentId);
  const handle = openHandle(await incidents.openTelemetry(incidentId), now());
  const { series, gaps } = await readWide(handle, incident, { lookbackMs: LOOKBACK_MS, stepMs: STEP_MS, signal });
  const lastMs = series.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? 0), 0);
  return ForecastListing.parse(
    masker.values({
      schema_version: FORECAST_SCHEMA,
      incident_id: incidentId,
      now: lastMs === 0 ? null : isoTime(lastMs),
      confidence: INTERVAL,
      resources: resourceForecasts(series),
      gaps,
    }),
  );
}
