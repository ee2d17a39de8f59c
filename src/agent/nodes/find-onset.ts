import { IncidentError } from "../../domain/errors.ts";
import type { Incident } from "../../domain/incident.ts";
import type { OnsetSign } from "../../domain/onset.ts";
import type { Alert } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { logSigns } from "../../logs/onset-signs.ts";
import { metricSigns } from "../../metrics/onset-signs.ts";
import type { TelemetryHandle } from "../../telemetry/handle.ts";
import { traceSigns } from "../../traces/onset-signs.ts";
import { getArtifact } from "../artifacts.ts";
import { combineSigns } from "../combine-signs.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import type { LogMiner } from "../mined-logs.ts";
import { onsetRange } from "../onset-range.ts";
import { type NodeStep, timed } from "../step.ts";

/**
 * Finds when the fault began, in all signals together, before any of them is compared. The alarm came later, nobody
 * knows by how much. A source that cannot be read is left out here; its own node reads it again and reports the error.
 */
export const findOnset = (deps: AgentDeps, minedLogs: LogMiner): NodeStep =>
  timed(deps, "find-onset", async (state, { signal: nodeSignal }) => {
    const { analysisId, window, baseline } = state;
    const known = await getArtifact(deps.store, analysisId, "incident");
    const incident = asSeen(known, { window, baseline, onset: null });
    const telemetry = await deps.telemetry.handleOf(state);
    const range = onsetRange(incident);
    // one source that hangs must not cost the others their say
    const patience = AbortSignal.timeout(deps.nodeTimeoutMs / 2);
    const signal = AbortSignal.any(nodeSignal ? [nodeSignal, patience] : [patience]);
    const alerted = await orNone(patience, async () =>
      alertedOf((await telemetry.readIncident("alert", incident, { signal }))?.own ?? [], incident),
    );
    const signs = await Promise.all([
      orNone(patience, async () =>
        metricSigns((await telemetry.readIncident("metric", incident, { signal }))?.own ?? [], range),
      ),
      orNone(patience, async () =>
        traceSigns((await telemetry.readIncident("trace", incident, { signal }))?.own ?? [], range),
      ),
      orNone(patience, async () => signsOfLogs(telemetry, incident, range, minedLogs, signal)),
    ]);
    return { onset: combineSigns(signs.flat(), incident, alerted) };
  });

/** Alerts this close to the alarm raised it. Milliseconds. */
const RAISED_MS = 60_000;

const alertedOf = (alerts: readonly Alert[], { alarmAtMs }: Incident): string[] =>
  alerts.flatMap(({ timeUnixMs, entity }) =>
    timeUnixMs !== null && alarmAtMs !== null && Math.abs(timeUnixMs - alarmAtMs) <= RAISED_MS ? [entity] : [],
  );

async function signsOfLogs(
  telemetry: TelemetryHandle,
  incident: Incident,
  range: TimeWindow,
  minedLogs: LogMiner,
  signal: AbortSignal | undefined,
): Promise<OnsetSign[]> {
  const read = await telemetry.readIncident("log", incident, { signal });
  if (read === null) return [];
  const { mined } = await minedLogs(telemetry, incident, read, signal);
  return mined === null ? [] : logSigns(mined, range);
}

async function orNone<T>(patience: AbortSignal, signsOf: () => Promise<T[]>): Promise<T[]> {
  try {
    return await signsOf();
  } catch (error) {
    if (error instanceof IncidentError || patience.aborted) return [];
    throw error;
  }
}
