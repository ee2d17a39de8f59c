import type { Ranking } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import { span } from "../../domain/phrasing.ts";
import type { Report } from "../../domain/report.ts";
import type { CoverageGap } from "../state.ts";

/** Trouble this long before the alarm fills enough of the time that passes for quiet to hide itself. Milliseconds. */
const LATE_MS = 3 * 60_000;
/** What is held against the time before the alarm, where nobody told a quiet one. */
const HELD_AGAINST_BEFORE = ["metrics", "traces"];

/** What may have hidden in its own quiet time, because the alarm came long after the trouble; nothing where the times were told, or the source is missing anyway. */
export function lateAlarmGaps(
  { alarmAtMs, window, baseline }: Pick<Incident, "alarmAtMs" | "window" | "baseline">,
  { onsetMs }: Pick<Ranking, "onsetMs">,
  coverage: readonly CoverageGap[],
): Report["not_checked"] {
  if (
    alarmAtMs === null ||
    onsetMs === null ||
    window !== null ||
    baseline.window !== null ||
    alarmAtMs - onsetMs < LATE_MS
  )
    return [];
  const why = `held against the time before the alarm, and the trouble began ${span(alarmAtMs - onsetMs)} earlier: that much of it passed for quiet. Give window, baseline and excludeBaseline, or an alarmAt nearer to it`;
  return HELD_AGAINST_BEFORE.filter((source) =>
    coverage.every((gap) => gap.source !== source || gap.kind === "partial" || gap.kind === "cut"),
  ).map((source) => ({ source, why }));
}
