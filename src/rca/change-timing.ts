import type { EvidenceMap } from "./evidence-map.ts";
import { faultOnset } from "./onset.ts";

/**
 * When the fault began, as far as it concerns changes. `atMs`: the best estimate. `soonMs`: the time of a change made
 * later does not speak for it. `latestMs`: what was made later cannot have caused the fault. `isSlow`: it grew for a while before it showed, as leaks do.
 */
export type FaultTime = { atMs: number; soonMs: number; latestMs: number; isSlow: boolean };

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
    const soonMs = Math.max(onset.atMs, onset.latestMs) + ONSET_SLACK_MS;
    // The begin of a climb is vague: until the suspect clearly shows it, a change may still have caused it.
    const latestMs = isClimb ? Math.max(soonMs, atMs ?? incident.alarmAtMs ?? 0) : soonMs;
    return { atMs: onset.atMs, soonMs, latestMs, isSlow: isSlow || isClimb };
  }
  const knownMs = atMs ?? incident.alarmAtMs;
  if (knownMs === null) return null;
  const lastMs = atMs === null ? knownMs : knownMs + ONSET_SLACK_MS;
  return { atMs: knownMs, soonMs: lastMs, latestMs: lastMs, isSlow };
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
  if (madeMs > (isUnread ? fault.soonMs : fault.latestMs)) return TOO_LATE;
  if (madeMs > fault.atMs) return isUnread ? PERHAPS_TOO_LATE : 1;
  return 2 ** ((madeMs - fault.atMs) / halfLifeMs);
}

/**
 * How far the time alone speaks for a change of the suspect, in [0, 1]: near 1 right before the onset. 0 after it, and
 * if either time is unknown.
 */
export function promptness(madeMs: number | null, fault: FaultTime | null): number {
  if (madeMs === null || fault === null || madeMs > fault.soonMs) return 0;
  if (madeMs > fault.atMs) return PERHAPS_TOO_LATE;
  return 2 ** ((madeMs - fault.atMs) / (fault.isSlow ? SLOW_HALF_LIFE_MS : PROMPT_HALF_LIFE_MS));
}
