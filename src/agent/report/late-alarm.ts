import type { Ranking } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import { span } from "../../domain/phrasing.ts";
import type { Report } from "../../domain/report.ts";
import type { CoverageGap } from "../state.ts";

/**
 * Threshold for a late alarm, milliseconds. A fault that lasts this long before the alarm can hide in the assumed
 * baseline.
 */
const LATE_MS = 3 * 60_000;
/** Sources that use the time before the alarm as the baseline if the incident gives none. */
const COMPARED_WITH_BEFORE = ["metrics", "traces"];

/**
 * Reports sources whose baseline may contain the fault, because the alarm came late and the signals do not agree on an
 * onset. Empty if the incident gives the times. A source without evidence is left out.
 */
export function lateAlarmGaps(
  { alarmAtMs, window, baseline, onset }: Pick<Incident, "alarmAtMs" | "window" | "baseline" | "onset">,
  { onsetMs }: Pick<Ranking, "onsetMs">,
  coverage: readonly CoverageGap[],
): Report["not_checked"] {
  if (
    alarmAtMs === null ||
    onsetMs === null ||
    onset != null ||
    window !== null ||
    baseline.window !== null ||
    alarmAtMs - onsetMs < LATE_MS
  )
    return [];
  const earlier = span(alarmAtMs - onsetMs);
  const why =
    `Causeway used the time before the alarm as the baseline, but the fault began ${earlier} earlier. ` +
    "In scenario.json, set `window`, `baseline` and `excludeBaseline`, or an earlier `alarmAt`.";
  return COMPARED_WITH_BEFORE.filter((source) =>
    coverage.every((gap) => gap.source !== source || gap.kind === "partial" || gap.kind === "cut"),
  ).map((source) => ({ source, why }));
}
