/**
 * A vote for an onset: the change began at `at`, or up to `slack` earlier. `group`: the votes of a group count once,
 * with the highest weight. All times in one unit.
 */
export type OnsetVote = { at: number; slack: number; weight: number; group: string };

/** `votes`: indices of the agreeing votes. `support`: the sum of their weights, each group once. */
export type Agreement = { at: number; support: number; votes: number[] };

/** The earliest time with this share of the greatest support wins, because effects add up after the onset. */
const ENOUGH = 0.6;

/**
 * Finds the earliest time on which votes agree, so that a fault with spreading effects is dated at its start. A single
 * early vote wins only if no votes agree.
 *
 * @param together votes that begin within this time of each other agree.
 * @returns null if there are no votes.
 */
export function consistentOnset(votes: readonly OnsetVote[], together: number): Agreement | null {
  const order = votes.map((_, index) => index).toSorted((a, b) => beganOf(votes, a) - beganOf(votes, b));
  const agreements = order.map((first): Agreement => {
    const from = beganOf(votes, first);
    const agreeing = order.filter((index) => {
      const vote = votes[index];
      return vote !== undefined && vote.at >= from && vote.at - vote.slack <= from + together;
    });
    return { at: from, support: supportOf(votes, agreeing), votes: agreeing };
  });
  const most = agreements.reduce((max, { support }) => Math.max(max, support), 0);
  return agreements.find(({ support }) => support > 0 && support >= ENOUGH * most) ?? null;
}

/** The middle of the time range in which the change may have begun. */
const beganOf = (votes: readonly OnsetVote[], index: number): number => {
  const vote = votes[index];
  return vote === undefined ? 0 : vote.at - vote.slack / 2;
};

function supportOf(votes: readonly OnsetVote[], chosen: readonly number[]): number {
  const best = new Map<string, number>();
  for (const index of chosen) {
    const vote = votes[index];
    if (vote) best.set(vote.group, Math.max(best.get(vote.group) ?? 0, vote.weight));
  }
  return [...best.values()].reduce((sum, weight) => sum + weight, 0);
}
