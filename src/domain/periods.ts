import type { Incident } from "./incident.ts";
import { contains, type TimeWindow } from "./time.ts";

/**
 * A fault is dated to within this time. The time between belongs to neither side. Milliseconds.
 */
export const ALARM_LAG_MS = 20_000;
/** Data later than this after the alarm no longer describes the incident. Milliseconds. */
const AFTERMATH_MS = 3_600_000;

/**
 * The side of the incident on which a time lies. `before`: assumed to be quiet. `during`: the incident. `between`: too
 * close to the split to decide, excluded by `excludeBaseline`, outside of the baseline that a person gave, or after
 * the incident.
 */
export type Side = "before" | "during" | "between";

type Times = Pick<Incident, "alarmAtMs" | "window" | "baseline" | "onset">;

/**
 * The quiet time that a person gave in the incident's own recording, wholly before the window that the person gave.
 * Null without it: edges that overlap come from a recorder.
 */
export const givenBaseline = ({ window, baseline }: Pick<Incident, "window" | "baseline">): TimeWindow | null =>
  window !== null &&
  baseline.window !== null &&
  baseline.shared === null &&
  baseline.window.endMs <= window.startMs + ALARM_LAG_MS
    ? baseline.window
    : null;

/**
 * The time that divides the incident's own telemetry into quiet time and incident, for all signals alike: the onset
 * that the signals agree on; else the start of the window, if a person gave the quiet time before it; else the alarm.
 * An alarm after the end of the window says nothing of the times in it: all of the window is then the incident if a
 * shared recording gives the quiet time. Unix ms; null if none is known.
 */
export const splitOf = (incident: Times): number | null => {
  const { onset, window, alarmAtMs, baseline } = incident;
  if (onset != null) return onset.atMs;
  if (window === null) return alarmAtMs;
  if (givenBaseline(incident) !== null) return window.startMs;
  if (alarmAtMs === null || alarmAtMs <= window.endMs) return alarmAtMs;
  return baseline.shared === null ? null : window.startMs;
};

/**
 * The same for records from `firstMs` to `lastMs`. Where nothing is known, or the records end before the known time,
 * two thirds into them: whoever starts an analysis cares about the end of a recording.
 */
export function splitWithin(incident: Times, firstMs: number, lastMs: number): number {
  const known = splitOf(incident);
  return known !== null && known <= lastMs ? known : firstMs + ((lastMs - firstMs) * 2) / 3;
}

/** The onset of a fault is searched this far before its alarm, if nothing says otherwise. Milliseconds. */
export const FAR_BACK_MS = 2 * 3_600_000;

/** Largest plausible alert lag: a rule waits, a person hesitates. Milliseconds. */
const PLAUSIBLE_LAG_MS = 45 * 60_000;

/** The earliest time at which the fault behind an alarm may have begun. No earlier than a given window. Unix ms. */
export const oldestFaultMs = (alarmAtMs: number, window: TimeWindow | null): number =>
  Math.max(alarmAtMs - PLAUSIBLE_LAG_MS, Math.min(window?.startMs ?? 0, alarmAtMs));

/** When the fault was over, if that was before the alarm; null otherwise. Unix ms. */
export const overBeforeAlarmMs = ({ alarmAtMs, onset }: Pick<Times, "alarmAtMs" | "onset">): number | null =>
  onset?.overMs != null && alarmAtMs !== null && onset.overMs <= alarmAtMs ? onset.overMs : null;

/**
 * The end of the incident: just before it was over, if that was before the alarm; else of its window, else an hour
 * after the alarm. Unix ms; infinite if neither is known.
 */
export const incidentEndMs = ({ alarmAtMs, window, onset }: Times): number =>
  overEndMs({ alarmAtMs, onset }) ??
  window?.endMs ??
  (alarmAtMs === null ? Number.POSITIVE_INFINITY : Math.max(alarmAtMs, onset?.latestMs ?? alarmAtMs) + AFTERMATH_MS);

const overEndMs = (times: Pick<Times, "alarmAtMs" | "onset">): number | null => {
  const overMs = overBeforeAlarmMs(times);
  return overMs === null ? null : overMs - 1;
};

/** Splits the incident's own telemetry at `splitMs`. Only edges that a person gave for both sides limit the sides. */
export function sideOf(
  incident: Times & Pick<Incident, "excludeBaseline">,
  splitMs: number,
  lagMs = ALARM_LAG_MS,
): (timeMs: number) => Side {
  const endMs = incidentEndMs(incident);
  const given = givenBaseline(incident);
  const isQuiet = (timeMs: number): boolean =>
    (given === null || contains(given, timeMs)) &&
    !incident.excludeBaseline.some((window: TimeWindow) => contains(window, timeMs));
  return (timeMs) => {
    if (timeMs >= splitMs) return timeMs <= endMs ? "during" : "between";
    return timeMs < splitMs - lagMs && isQuiet(timeMs) ? "before" : "between";
  };
}
