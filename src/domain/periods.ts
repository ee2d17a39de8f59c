import type { Incident } from "./incident.ts";
import { contains, type TimeWindow } from "./time.ts";

/**
 * A person is alerted about this long after the fault began. The time between belongs to neither side. Milliseconds.
 */
export const ALARM_LAG_MS = 20_000;

/**
 * The side of the incident on which a time lies, judged by the alarm. `before`: assumed to be quiet. `during`: the
 * incident. `between`: too close to the alarm to decide, excluded by `excludeBaseline`, or after the window.
 */
export type Side = "before" | "during" | "between";

/**
 * Splits the incident's own telemetry at `splitMs`. The edges of window and baseline limit what is read; they never
 * show when the fault began.
 */
export function sideOf(
  incident: Pick<Incident, "window" | "excludeBaseline">,
  splitMs: number,
  lagMs = ALARM_LAG_MS,
): (timeMs: number) => Side {
  const endMs = incident.window?.endMs ?? Number.POSITIVE_INFINITY;
  const masked = (timeMs: number): boolean =>
    incident.excludeBaseline.some((window: TimeWindow) => contains(window, timeMs));
  return (timeMs) => {
    if (timeMs >= splitMs) return timeMs <= endMs ? "during" : "between";
    return timeMs < splitMs - lagMs && !masked(timeMs) ? "before" : "between";
  };
}
