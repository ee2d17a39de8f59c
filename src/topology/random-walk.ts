/** After so many rounds the rest is below a thousandth: 0.85^50. */
const ROUNDS = 50;
/** Probability of a further step instead of a restart. */
const DAMPING = 0.85;

/** Steps out of each node, with weights ≥ 0. */
export type Steps = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Personalised PageRank: how often a random walk is at each node. With probability 15 % the walk restarts at a node of
 * `starts`, in proportion to their weights. Otherwise it takes a step in proportion to the weights of the node's steps;
 * without steps it restarts.
 *
 * @param steps all their ends are keys of `starts`.
 * @param starts weights ≥ 0.
 * @returns a probability for each key of `starts`; they add up to 1. Empty if all starts weigh 0.
 * @see Haveliwala, Topic-sensitive PageRank, WWW 2002.
 */
export function randomWalk(steps: Steps, starts: ReadonlyMap<string, number>): Map<string, number> {
  const restart = shares(starts);
  if (restart.size === 0) return new Map();
  const moves = [...steps].map(([from, to]) => ({ from, to: shares(to) })).filter(({ to }) => to.size > 0);
  let at = restart;
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Map([...restart.keys()].map((id) => [id, 0]));
    let walked = 0;
    for (const { from, to } of moves) {
      const going = DAMPING * (at.get(from) ?? 0);
      walked += going;
      for (const [end, share] of to) next.set(end, (next.get(end) ?? 0) + going * share);
    }
    for (const [id, share] of restart) next.set(id, (next.get(id) ?? 0) + (1 - walked) * share);
    at = next;
  }
  return at;
}

/** Weights scaled to add up to 1; empty if all are 0. */
function shares(weights: ReadonlyMap<string, number>): Map<string, number> {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? new Map([...weights].map(([id, weight]) => [id, weight / total])) : new Map();
}
