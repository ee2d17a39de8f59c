import { lettersOf } from "./question.ts";

/** One reply. `chosen`: indices of the options as given, ascending; null when the reply is unreadable. */
export type Vote = { chosen: readonly number[] | null };

/**
 * `agreement`: the share of all replies, unreadable ones included, that chose this. Null: every reply is unreadable.
 */
export type Majority = { chosen: readonly number[]; agreement: number } | null;

/** The choice that most replies made; of several, the one that came first. */
export function majorityOf(votes: readonly Vote[]): Majority {
  const counts = new Map<string, { chosen: readonly number[]; count: number }>();
  for (const { chosen } of votes) {
    if (chosen === null) continue;
    const known = counts.get(lettersOf(chosen));
    if (known === undefined) counts.set(lettersOf(chosen), { chosen, count: 1 });
    else known.count += 1;
  }
  const best = [...counts.values()].reduce<{ chosen: readonly number[]; count: number } | null>(
    (first, one) => (first === null || one.count > first.count ? one : first),
    null,
  );
  return best === null ? null : { chosen: best.chosen, agreement: best.count / votes.length };
}
