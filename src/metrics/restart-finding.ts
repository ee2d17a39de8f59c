import type { Finding } from "../domain/finding.ts";
import type { Side } from "../domain/periods.ts";
import { times } from "../domain/phrasing.ts";
import type { Series } from "../domain/telemetry.ts";
import { isoTime, utcClock } from "../domain/time.ts";
import { type RestartGauge, restartTimes } from "./restarts.ts";
import type { FindingSource } from "./source.ts";

/** A restart counts as much as a shift of this strength. */
const RESTART_STRENGTH = 30;

/** Reports restarts since shortly before the alarm. Earlier restarts are part of normal operation. */
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
    summary: `${series.entity} restarted ${times(startedMs.length)} since ${utcClock(first)}`,
    evidence: {
      connector,
      query: `${query} entity=${series.entity} metric=${series.metric}`,
      window: incident.window,
      facts,
    },
  };
}
