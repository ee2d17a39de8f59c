/** What is still to come after so many rounds is below a thousandth: 0.85^50. */
const ROUNDS = 50;
/** Chance of going on rather than starting anew. */
const DAMPING = 0.85;

/** Ways out of each node, with their weights ≥ 0. */
export type Steps = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Personalised PageRank: how often a walker is at each node who starts anew with a chance of 15 %, at the nodes of `starts` in proportion to their weights, and else takes a
 * step in proportion to the weights of the steps that lead away. Where none leads away it starts anew.
 *
 * @param steps their ends are among the keys of `starts`.
 * @param starts weights ≥ 0.
 * @returns a probability for each key of `starts`; they add up to 1. Empty where all starts weigh nothing.
 * @see Haveliwala, Topic-sensitive PageRank, WWW 2002.
 */
export function randomWalk(steps: Steps, starts: ReadonlyMap<string, number>): Map<string, number> {
  const restart = shares(starts);
  if (restart.size === 0) return new Map();
  const ways = [...steps].map(([from, to]) => ({ from, to: shares(to) })).filter(({ to }) => to.size > 0);
  let at = restart;
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Map([...restart.keys()].map((id) => [id, 0]));
    let walked = 0;
    for (const { from, to } of ways) {
      const going = DAMPING * (at.get(from) ?? 0);
      walked += going;
      for (const [end, share] of to) next.set(end, (next.get(end) ?? 0) + going * share);
    }
    for (const [id, share] of restart) next.set(id, (next.get(id) ?? 0) + (1 - walked) * share);
    at = next;
  }
  return at;
}

/** In proportion, adding up to 1; empty where all weights are 0. */
function shares(weights: ReadonlyMap<string, number>): Map<string, number> {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return total > 0 ? new Map([...weights].map(([id, weight]) => [id, weight / total])) : new Map();
}
