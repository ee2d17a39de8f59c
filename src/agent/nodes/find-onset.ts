import type { Incident } from "../../domain/incident.ts";
import type { TelemetrySignal } from "../../domain/query.ts";
import type { Alert } from "../../domain/telemetry.ts";
import { logSigns } from "../../logs/onset-signs.ts";
import { metricSigns } from "../../metrics/onset-signs.ts";
import type { IncidentRead } from "../../telemetry/handle.ts";
import { spanSeries } from "../../traces/entry-series.ts";
import { traceSigns } from "../../traces/onset-signs.ts";
import { getArtifact } from "../artifacts.ts";
import { healedFault, type Recorded } from "../healed-fault.ts";
import { combineSigns } from "../combine-signs.ts";
import type { AgentDeps } from "../deps.ts";
import { asSeen } from "../gather.ts";
import type { LogMiner } from "../mined-logs.ts";
import { mayBeOnset, onsetRange } from "../onset-range.ts";
import { unmeasuredRequests } from "../request-series.ts";
import { extentsOf } from "../source-extents.ts";
import { type NodeStep, timed } from "../step.ts";

/**
 * Finds when the fault began, from all signals together, before the analysis compares any of them: the alarm comes
 * later, by an unknown time. A source that cannot be read is left out here; its own node reads it again and reports the
 * error.
 */
export const findOnset = (deps: AgentDeps, minedLogs: LogMiner): NodeStep =>
  timed(deps, "find-onset", async (state, { signal: nodeSignal }) => {
    const { analysisId, window, baseline } = state;
    const known = await getArtifact(deps.store, analysisId, "incident");
    const incident = asSeen(known, { window, baseline, onset: null });
    const telemetry = await deps.telemetry.handleOf(state);
    const range = onsetRange(incident);
    // a source that hangs must not keep the others out
    const timeout = AbortSignal.timeout(deps.nodeTimeoutMs / 2);
    const signal = AbortSignal.any(nodeSignal ? [nodeSignal, timeout] : [timeout]);
    const readOf = <S extends TelemetrySignal>(kind: S): Promise<IncidentRead<S> | null> =>
      orNull(telemetry.readIncident(kind, incident, { signal }));
    const [alerts, metrics, traces, logs] = await Promise.all([
      readOf("alert"),
      readOf("metric"),
      readOf("trace"),
      readOf("log").then((read) => read && orNull(minedLogs(telemetry, incident, read, signal))),
    ]);
    const mined = logs?.mined ?? null;
    const requests = unmeasuredRequests(mined, metrics?.own ?? []);
    const signs = [
      ...metricSigns(metrics?.own ?? [], range),
      ...traceSigns(traces?.own ?? [], range),
      ...(mined === null ? [] : logSigns(mined, range)),
      ...metricSigns(requests.own, range),
    ].filter(mayBeOnset(incident));
    const extents = extentsOf({ metrics: metrics?.own ?? null, traces: traces?.own ?? null, logs: mined });
    const alerted = alertedOf(alerts?.own ?? [], incident);
    const seen = new Set([incident.entry, incident.target?.entity, ...alerted].filter((id) => id != null));
    const recorded = (): Recorded[] => [
      { signal: "metric", own: metrics?.own ?? [], shared: metrics?.baseline ?? [] },
      { signal: "log", ...requests },
      { signal: "trace", own: spanSeries(traces?.own ?? [], seen), shared: spanSeries(traces?.baseline ?? [], seen) },
    ];
    return {
      onset: combineSigns(signs, incident, alerted) ?? healedFault(incident, recorded(), alerted),
      observedFromMs: extents.reduce<number | null>((a, { startMs }) => Math.min(a ?? startMs, startMs), null),
      extents,
    };
  });

/** Alerts that started this close to the alarm raised it. Milliseconds. */
const RAISED_MS = 60_000;

const alertedOf = (alerts: readonly Alert[], { alarmAtMs }: Incident): string[] =>
  alerts.flatMap(({ timeUnixMs, entity }) =>
    timeUnixMs !== null && alarmAtMs !== null && Math.abs(timeUnixMs - alarmAtMs) <= RAISED_MS ? [entity] : [],
  );

/** Null if the source fails. Its own node fails in the same way and reports the error. */
const orNull = <T>(read: Promise<T>): Promise<T | null> => read.catch(() => null);
