import type { Incident } from "../domain/incident.ts";
import type { OnsetSign } from "../domain/onset.ts";
import { incidentEndMs } from "../domain/periods.ts";
import type { TimeWindow } from "../domain/time.ts";

/** The telemetry in which the onset is searched: all that was read, up to the end of the incident. */
export const onsetRange = (incident: Incident): TimeWindow => ({ startMs: 0, endMs: incidentEndMs(incident) });

/** Clocks differ, and coarse samples date a change late: a fault may seem to begin this long after its alarm. */
const AFTER_ALARM_MS = 150_000;

/** Whether a sign may be the onset: within the window that a person gave, and not after the alarm. */
export function mayBeOnset({ window, alarmAtMs }: Incident): (sign: OnsetSign) => boolean {
  const startMs = window?.startMs ?? Number.NEGATIVE_INFINITY;
  const endMs = Math.min(window?.endMs ?? Infinity, alarmAtMs === null ? Infinity : alarmAtMs + AFTER_ALARM_MS);
  return ({ atMs, stepMs }) => atMs >= startMs && atMs - stepMs <= endMs;
}
