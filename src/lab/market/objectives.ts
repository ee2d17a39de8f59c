import { type Operation, OPERATIONS, type CustomerOutcome } from "./market-load.ts";

/** The objective of an operation: share of good uses in the window, of at least `leastUses`. */
export const OBJECTIVE = { goodShare: 0.9, windowMs: 12_000, leastUses: 3 } as const;

/** How an operation does at one time. `goodShare` null: too few uses to say. */
export type Health = { operation: Operation; uses: number; goodShare: number | null; isMet: boolean };

/**
 * Judges each operation over the window that ends at `atMs`. An operation that nobody came to use is met only if none
 * before it fails: where no checkout succeeds, there is nothing to deliver.
 *
 * @param outcomes what customers saw, in any order.
 */
export function healthAt(outcomes: readonly CustomerOutcome[], atMs: number): Health[] {
  const recent = outcomes.filter((outcome) => outcome.atMs > atMs - OBJECTIVE.windowMs && outcome.atMs <= atMs);
  return OPERATIONS.map((operation) => {
    const uses = recent.filter((outcome) => outcome.operation === operation);
    if (uses.length < OBJECTIVE.leastUses) return { operation, uses: uses.length, goodShare: null, isMet: true };
    const goodShare = uses.filter(({ isGood }) => isGood).length / uses.length;
    return { operation, uses: uses.length, goodShare, isMet: goodShare >= OBJECTIVE.goodShare };
  });
}

/** The operations that miss their objective at a time. */
export const missedAt = (outcomes: readonly CustomerOutcome[], atMs: number): Operation[] =>
  healthAt(outcomes, atMs).flatMap(({ operation, isMet }) => (isMet ? [] : [operation]));

const STEP_MS = 1_000;

/**
 * When all objectives were met for good: from then until `toMs`, and for at least one window. Null: they are not.
 *
 * @param fromMs when the fault began; earlier times do not count.
 */
export function recoveredAt(outcomes: readonly CustomerOutcome[], fromMs: number, toMs: number): number | null {
  let since: number | null = null;
  for (let atMs = toMs; atMs >= fromMs; atMs -= STEP_MS) {
    if (missedAt(outcomes, atMs).length > 0) break;
    since = atMs;
  }
  // nobody was served, so nothing was seen to be good
  const uses = outcomes.filter(({ atMs, isGood }) => isGood && atMs > toMs - OBJECTIVE.windowMs && atMs <= toMs).length;
  if (uses < OBJECTIVE.leastUses || since === null || toMs - since < OBJECTIVE.windowMs) return null;
  return since;
}

/** When an objective was first missed after `fromMs`; null: never until `toMs`. */
export function missedFrom(outcomes: readonly CustomerOutcome[], fromMs: number, toMs: number): number | null {
  for (let atMs = fromMs; atMs <= toMs; atMs += STEP_MS) if (missedAt(outcomes, atMs).length > 0) return atMs;
  return null;
}
