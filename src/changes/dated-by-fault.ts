import type { Change } from "../domain/telemetry.ts";

/**
 * Dates changes that took a while: from its first step on, a rollout may do harm, and its end may come after the alarm.
 * The change is dated as late as possible, but not after the fault began.
 *
 * @param faultMs when the fault began, else the alarm; null if neither is known.
 */
export const datedByFault = (changes: readonly Change[], faultMs: number | null): Change[] =>
  changes.map((change) => {
    const { beganUnixMs: beganMs, timeUnixMs } = change;
    if (beganMs === undefined || faultMs === null || beganMs >= timeUnixMs) return change;
    return { ...change, timeUnixMs: Math.min(timeUnixMs, Math.max(beganMs, faultMs)) };
  });
