import type { Incident } from "../domain/incident.ts";
import type { Problem, QueryCoverage } from "../domain/ports.ts";
import { type MinedLogs, mineIncidentLogs } from "../logs/mined-logs.ts";
import { statesFailure } from "../rca/signatures/read-failure.ts";
import type { IncidentRead, TelemetryHandle } from "../telemetry/handle.ts";

/** The mined logs of an incident. `coverage`, `problems`: those of reading them. */
export type LogReading = { mined: MinedLogs | null; coverage: QueryCoverage[]; problems: Problem[] };
/** Mines the logs of an incident; a second call for the same incident and times returns the first result. */
export type LogMiner = (
  telemetry: TelemetryHandle,
  incident: Incident,
  read: IncidentRead<"log">,
  signal: AbortSignal | undefined,
) => Promise<LogReading>;

/** Mining takes most of the time of an analysis, and two nodes need the result. It is freed with the handle. */
export function logMiner(): LogMiner {
  const kept = new WeakMap<TelemetryHandle, { key: string; reading: Promise<LogReading> }>();
  return (telemetry, incident, read, signal) => {
    const key = JSON.stringify([incident.window, incident.baseline]);
    const known = kept.get(telemetry);
    if (known?.key === key) return known.reading;
    const problems: Problem[] = [];
    const reading = mineIncidentLogs({
      own: read.own,
      shared: read.baseline,
      incident,
      onProblem: (problem) => void problems.push(problem),
      statesFailure,
      ...(signal ? { signal } : {}),
    }).then((mined) => ({ mined, coverage: read.coverage, problems }));
    kept.set(telemetry, { key, reading });
    reading.catch(() => kept.delete(telemetry)); // a retry reads them again
    return reading;
  };
}
