import type { CitedFinding } from "../domain/finding.ts";
import type { EvidenceMap, RankerScores } from "./evidence-map.ts";
import { raiseNodes, settleLevels } from "./peers.ts";

/**
 * A ranker with how far it is believed. `weight`: of its votes. `prior`: it may only raise what another ranker has named.
 * `floor`: the score, in the ranker's own unit, below which it has nothing to say; above it, it speaks the louder. `settled`: it
 * has told a service's own from its pods' itself. `relative`: its scores are shares of what the incident shows, and tell
 * nothing of how bad it is.
 */
export type Ranker = {
  name: string;
  weight: number;
  prior?: boolean;
  relative?: boolean;
  settled?: boolean;
  floor: number;
  rank: (map: EvidenceMap) => RankerScores;
};

/**
 * `votes`: what each ranker gave, by its name; `findings` they rest on. `score`: their sum, unitless. `loudness`: by ranker, its weight × the score it gave, in multiples of
 * its floor; unlike votes, not shared out and without an upper limit. Priors and relative rankers have none.
 */
export type Suspect = {
  id: string;
  score: number;
  votes: Record<string, number>;
  strengths: Record<string, number>;
  findings: CitedFinding[];
};

/** A score this small is no evidence, and its square underflows. */
const NEGLIGIBLE = 1e-9;
/** Sharpens a ranker's shares: evidence that singles one out counts more than evidence spread over many. */
const SHARPNESS = 1.5;

/**
 * Each ranker splits one vote over its candidates by score^sharpness, so that a ranker that singles one out outweighs one that points everywhere: the
 * evidence is chosen per fault, not summed. The vote is worth `weight` × (1 − e^(−best/floor)): what barely clears the floor barely votes.
 *
 * @returns suspects, best first; the alphabet breaks ties, so that the same findings give the same order.
 */
export function fuse(map: EvidenceMap, rankers: readonly Ranker[]): Suspect[] {
  const suspects = new Map<string, Suspect>();
  for (const { name, weight, prior, relative, settled, floor, rank } of rankers) {
    const scores = [...(settled ? rank(map) : raiseNodes(settleLevels(rank(map), map), map))].filter(
      ([id, { score }]) => map.candidates.has(id) && score > NEGLIGIBLE,
    );
    const best = scores.reduce((most, [, { score }]) => Math.max(most, score), 0);
    if (best === 0) continue;
    const shares = scores.map(([, { score }]) => (score / best) ** SHARPNESS);
    const total = shares.reduce((sum, share) => sum + share, 0);
    const voteWeight = weight * (1 - Math.exp(-best / floor));
    for (const [index, [id, { score, findings }]] of scores.entries()) {
      const known = suspects.get(id);
      if (prior && !known) continue;
      const vote = (voteWeight * (shares[index] ?? 0)) / total;
      const suspect = known ?? { id, score: 0, votes: {}, strengths: {}, findings: [] };
      suspect.score += vote;
      suspect.votes[name] = vote;
      if (!prior && !relative) suspect.strengths[name] = (weight * score) / floor;
      for (const finding of findings) if (!suspect.findings.includes(finding)) suspect.findings.push(finding);
      suspects.set(id, suspect);
    }
  }
  return [...suspects.values()].toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
