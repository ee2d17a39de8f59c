import type { EvidenceMap } from "./evidence-map.ts";
import { faultOnset } from "./onset.ts";

/**
 * When the fault began, as far as it concerns changes. `atMs`: the best estimate. `latestMs`: what was made later cannot
 * have caused it. `isSlow`: it grew for a while before it showed, as leaks do.
 */
export type FaultTime = { atMs: number; latestMs: number; isSlow: boolean };

/** Onsets are exact to about one scrape. A change later than this after the onset did not cause it. Milliseconds. */
const ONSET_SLACK_MS = 60_000;
/** Share of a change made after the best estimate of the onset, but before the onset is certain. */
const PERHAPS_TOO_LATE = 0.7;
/** Share of a change made after the onset. */
const TOO_LATE = 0.1;

/**
 * Time to the fault at which an unread change weighs half, milliseconds: broken code and settings fail with the first
 * requests; leaks have to fill something first.
 */
const PROMPT_HALF_LIFE_MS = 5 * 60_000;
const SLOW_HALF_LIFE_MS = 30 * 60_000;

/**
 * When the suspect's fault began: the onset that all signals agree on, else that of the suspect's findings, else the
 * alarm. Null if none is known.
 */
export function faultTimeOf(
  suspect: string,
  { incident, findings, candidateOf }: EvidenceMap,
  isSlow = false,
): FaultTime | null {
  const { onset } = incident;
  const atMs = faultOnset(findings.filter(({ entity }) => candidateOf(entity.id) === suspect));
  if (onset) {
    const isClimb = onset.shape === "ramp";
    // The begin of a climb is vague: until the suspect clearly shows it, a change may still have caused it.
    const certainMs = Math.max(onset.atMs, onset.latestMs, isClimb ? (atMs ?? incident.alarmAtMs ?? 0) : 0);
    return { atMs: onset.atMs, latestMs: certainMs + ONSET_SLACK_MS, isSlow: isSlow || isClimb };
  }
  if (atMs !== null) return { atMs, latestMs: atMs + ONSET_SLACK_MS, isSlow };
  const { alarmAtMs } = incident;
  return alarmAtMs === null ? null : { atMs: alarmAtMs, latestMs: alarmAtMs, isSlow };
}

/**
 * Weight in [0, 1] of a change made at `madeMs`, if it weighs half `halfLifeMs` before the onset. 1 if no time is known.
 * `isUnread`: nothing but its time and its title is known, so a time after the best estimate counts against it.
 */
export function timely(
  madeMs: number | null,
  fault: FaultTime | null,
  { halfLifeMs, isUnread = false }: { halfLifeMs: number; isUnread?: boolean },
): number {
  if (madeMs === null || fault === null) return 1;
  if (madeMs > fault.latestMs) return TOO_LATE;
  if (madeMs > fault.atMs) return isUnread ? PERHAPS_TOO_LATE : 1;
  return 2 ** ((madeMs - fault.atMs) / halfLifeMs);
}

/**
 * How far the time alone speaks for a change of the suspect, in [0, 1]: near 1 right before the onset. 0 after it, and
 * if either time is unknown.
 */
export function promptness(madeMs: number | null, fault: FaultTime | null): number {
  if (madeMs === null || fault === null || madeMs > fault.latestMs) return 0;
  if (madeMs > fault.atMs) return PERHAPS_TOO_LATE;
  return 2 ** ((madeMs - fault.atMs) / (fault.isSlow ? SLOW_HALF_LIFE_MS : PROMPT_HALF_LIFE_MS));
}
