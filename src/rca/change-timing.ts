import type { EvidenceMap } from "./evidence-map.ts";
import { faultOnset } from "./onset.ts";

/**
 * When the fault began, for comparison with changes. `atMs`: the best estimate. `promptUntilMs`: a change made later
 * gets no credit for its timing. `latestMs`: a change made later cannot be the cause. `isSlow`: the fault grew before
 * it showed, as leaks do.
 */
export type FaultTime = { atMs: number; promptUntilMs: number; latestMs: number; isSlow: boolean };

/** Onsets are exact to about one scrape. A change later than this after the onset did not cause it. Milliseconds. */
const ONSET_SLACK_MS = 60_000;
/** Weight of a change made after the best estimate of the onset, but within its uncertainty. */
const PERHAPS_TOO_LATE = 0.7;
/** Weight of a change made after the onset. */
const TOO_LATE = 0.1;

/**
 * A change of unknown content weighs half if the fault follows after this long. Broken code and settings fail on the
 * first requests; leaks first have to fill something. Milliseconds.
 */
const PROMPT_HALF_LIFE_MS = 5 * 60_000;
const SLOW_HALF_LIFE_MS = 30 * 60_000;

/**
 * When the suspect's fault began: the onset that all signals agree on, else the onset of the suspect's findings, else
 * the alarm. Null if none is known.
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
    const promptUntilMs = Math.max(onset.atMs, onset.latestMs) + ONSET_SLACK_MS;
    // The start of a slow climb is uncertain: a change may be its cause until the suspect clearly shows the fault.
    const latestMs = isClimb ? Math.max(promptUntilMs, atMs ?? incident.alarmAtMs ?? 0) : promptUntilMs;
    return { atMs: onset.atMs, promptUntilMs, latestMs, isSlow: isSlow || isClimb };
  }
  const knownMs = atMs ?? incident.alarmAtMs;
  if (knownMs === null) return null;
  const lastMs = atMs === null ? knownMs : knownMs + ONSET_SLACK_MS;
  return { atMs: knownMs, promptUntilMs: lastMs, latestMs: lastMs, isSlow };
}

/**
 * Weight in [0, 1] of a change made at `madeMs`: half at `halfLifeMs` before the onset, 1 if either time is unknown.
 * `isUnread`: only its time and title are known, so a time after the best estimate counts against it.
 */
export function timely(
  madeMs: number | null,
  fault: FaultTime | null,
  { halfLifeMs, isUnread = false }: { halfLifeMs: number; isUnread?: boolean },
): number {
  if (madeMs === null || fault === null) return 1;
  if (madeMs > (isUnread ? fault.promptUntilMs : fault.latestMs)) return TOO_LATE;
  if (madeMs > fault.atMs) return isUnread ? PERHAPS_TOO_LATE : 1;
  return 2 ** ((madeMs - fault.atMs) / halfLifeMs);
}

/**
 * How strongly timing alone implicates a change of the suspect, in [0, 1]: near 1 right before the onset, 0 after it or
 * if either time is unknown.
 */
export function promptness(madeMs: number | null, fault: FaultTime | null): number {
  if (madeMs === null || fault === null || madeMs > fault.promptUntilMs) return 0;
  if (madeMs > fault.atMs) return PERHAPS_TOO_LATE;
  return 2 ** ((madeMs - fault.atMs) / (fault.isSlow ? SLOW_HALF_LIFE_MS : PROMPT_HALF_LIFE_MS));
}
