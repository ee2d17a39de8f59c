import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { times } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime } from "../domain/time.ts";
import { type RestartGauge, restartTimes } from "./restarts.ts";
import type { FindingSource } from "./source.ts";

/** A restart is as odd as a shift this strong. */
const RESTART_STRENGTH = 30;

/** Restarts since shortly before the alarm. One before that is the system's everyday life. */
export function restartFinding(
  series: Series,
  gauge: RestartGauge,
  side: (timeMs: number) => Side,
  { connector, query, incident }: FindingSource,
): Finding | null {
  const startedMs = restartTimes(series, gauge).filter((timeMs) => side(timeMs) !== "before");
  const [first] = startedMs;
  if (first === undefined) return null;
  const facts = {
    metric: series.metric,
    family: "restart",
    direction: "up",
    restarts: startedMs.length,
    onset: isoTime(first),
  };
  return {
    signal: "metric",
    kind: "metric.restart",
    entity: { id: series.entity, kind: series.entityKind },
    strength: RESTART_STRENGTH * startedMs.length,
    onsetMs: first,
    peer: null,
    summary: `${series.entity} was started anew ${times(startedMs.length)} since ${isoTime(first)}`,
    evidence: {
      connector,
      query: `${query} entity=${series.entity} metric=${series.metric}`,
      window: incident.window,
      facts,
    },
  };
}
