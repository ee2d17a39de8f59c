import type { Incident } from "../../domain/incident.ts";
import type { QueryCoverage } from "../../domain/ports.ts";
import type { Series } from "../../domain/telemetry.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";

/** `lookbackMs`, `stepMs`: how far back a live system is read, and how finely. A recording is read whole. */
export type WideRead = { lookbackMs: number; stepMs: number; signal?: AbortSignal | undefined };

/** The metrics of an incident over a longer time than its analysis needs. `gaps`: what could not be read, in words. */
export async function readWide(
  handle: TelemetryHandle,
  incident: Incident,
  { lookbackMs, stepMs, signal }: WideRead,
): Promise<{ series: Series[]; gaps: string[] }> {
  if (handle.sourceNames("metric").length === 0) return { series: [], gaps: ["no metrics were recorded"] };
  if (handle.isRecorded("metric")) {
    const read = await handle.readIncident("metric", incident, { signal });
    return { series: read?.own ?? [], gaps: gapsOf(read?.coverage ?? []) };
  }
  const planned = await handle.plan("metric", incident, { signal });
  if (planned === null) return { series: [], gaps: [] };
  const { endMs, startMs } = planned.range;
  const range = { startMs: Math.min(startMs, endMs - lookbackMs), endMs };
  const { data, coverage } = await handle.query({ ...planned, range, stepMs }, { signal });
  return { series: data, gaps: gapsOf(coverage) };
}

const gapsOf = (coverage: readonly QueryCoverage[]): string[] => [
  ...new Set(coverage.flatMap(({ source, problems }) => problems.map(({ what }) => `${source}: ${what}`))),
];
