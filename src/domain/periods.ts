import type { Incident } from "./incident.ts";
import { contains, type TimeWindow } from "./time.ts";

/** A person is told after the fault began, by about this much: what lies between belongs to neither side. Milliseconds. */
export const ALARM_LAG_MS = 20_000;

/**
 * Which side of the incident a time lies on, as far as the alarm tells. `before`: quiet, as far as is known. `during`: the incident.
 * `between`: too near the alarm to say, or masked by `excludeBaseline`, or after the window.
 */
export type Side = "before" | "during" | "between";

/**
 * Splits the incident's own telemetry at `splitMs`. The window's and the baseline's edges bound what is looked at; they never say when it began.
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
