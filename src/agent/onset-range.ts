import type { Incident } from "../domain/incident.ts";
import type { OnsetSign } from "../domain/onset.ts";
import { incidentEndMs } from "../domain/periods.ts";
import type { TimeWindow } from "../domain/time.ts";

/** The time range in which the analysis looks for the onset: all data up to the end of the incident. */
export const onsetRange = (incident: Incident): TimeWindow => ({ startMs: 0, endMs: incidentEndMs(incident) });

/**
 * Clocks differ, and coarse samples show a change late: an onset may appear this long after its alarm. Milliseconds.
 */
const AFTER_ALARM_MS = 150_000;

/** Accepts signs within the window that a person gave, and not after the alarm. */
export function mayBeOnset({ window, alarmAtMs }: Incident): (sign: OnsetSign) => boolean {
  const startMs = window?.startMs ?? Number.NEGATIVE_INFINITY;
  const endMs = Math.min(window?.endMs ?? Infinity, alarmAtMs === null ? Infinity : alarmAtMs + AFTER_ALARM_MS);
  return ({ atMs, stepMs }) => atMs >= startMs && atMs - stepMs <= endMs;
}
