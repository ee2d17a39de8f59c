import type { Incident } from "../domain/incident.ts";
import type { Series } from "../domain/telemetry.ts";
import type { TelemetryHandle } from "./handle.ts";

/** Reads some series of an incident, in the given order. Series that no longer exist are left out. */
export async function readSeries(
  telemetry: TelemetryHandle,
  incident: Incident,
  wanted: readonly Pick<Series, "entity" | "metric">[],
): Promise<Series[]> {
  const planned = await telemetry.plan("metric", incident);
  if (planned === null || wanted.length === 0) return [];
  const { data } = await telemetry.query({
    ...planned,
    range: incident.window ?? planned.range,
    entities: [...new Set(wanted.map(({ entity }) => entity))],
    names: [...new Set(wanted.map(({ metric }) => metric))],
  });
  return wanted.flatMap(
    ({ entity, metric }) => data.find((series) => series.entity === entity && series.metric === metric) ?? [],
  );
}
