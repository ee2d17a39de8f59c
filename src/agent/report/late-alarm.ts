import type { Ranking } from "../../domain/hypothesis.ts";
import type { Incident } from "../../domain/incident.ts";
import { span } from "../../domain/phrasing.ts";
import type { Report } from "../../domain/report.ts";
import type { CoverageGap } from "../state.ts";

/** Trouble that began this long before the alarm fills enough of the supposed baseline to hide in it. Milliseconds. */
const LATE_MS = 3 * 60_000;
/** Sources that are compared with the time before the alarm if the incident gives no baseline. */
const COMPARED_WITH_BEFORE = ["metrics", "traces"];

/**
 * Sources whose baseline may hold the trouble itself, because the alarm came late. None if the incident gives the
 * times, or the source is missing.
 */
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
  const earlier = span(alarmAtMs - onsetMs);
  const why =
    `compared with the time before the alarm, but the trouble began ${earlier} earlier, so part of the baseline is not ` +
    "quiet. Give window, baseline and excludeBaseline, or an earlier alarmAt";
  return COMPARED_WITH_BEFORE.filter((source) =>
    coverage.every((gap) => gap.source !== source || gap.kind === "partial" || gap.kind === "cut"),
  ).map((source) => ({ source, why }));
}
