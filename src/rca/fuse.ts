import type { CitedFinding } from "../domain/finding.ts";
import type { EvidenceMap, RankerScores } from "./evidence-map.ts";
import { raiseNodes, settleLevels } from "./peers.ts";
import { moveToOtherEnd, unobservedPeers, refusedEnds } from "./unobserved-peers.ts";

/**
 * A ranker and its trust.
 * - `weight`: weight of its votes.
 * - `floor`: score, in the ranker's own unit, at which its vote becomes substantial; it saturates above.
 * - `prior`: it may only raise suspects that another ranker named.
 * - `corroborated`: its vote shrinks for a suspect that shows little itself while another shows much. Rankers of this
 *   kind come after those that show symptoms.
 * - `settled`: it splits scores between services and pods itself.
 * - `relative`: its scores are shares within the incident and say nothing about severity.
 */
export type Ranker = {
  name: string;
  weight: number;
  prior?: boolean;
  relative?: boolean;
  atCaller?: boolean;
  corroborated?: boolean;
  settled?: boolean;
  floor: number;
  rank: (map: EvidenceMap) => RankerScores;
};

/**
 * `votes`: each ranker's vote, by ranker name. `score`: their sum, unitless. `findings`: what the votes rest on.
 * `strengths`: by ranker, weight × score in multiples of its floor. Unlike votes they are not shared out and have no
 * upper limit. Priors and relative rankers have none.
 */
export type Suspect = {
  id: string;
  score: number;
  votes: Record<string, number>;
  strengths: Record<string, number>;
  findings: CitedFinding[];
};

/** Smaller votes count as next to nothing: a rollout stays a suspect where no candidate shows more than this. */
const LITTLE = 0.25;
/** A smaller score is no evidence, and its power underflows. */
const NEGLIGIBLE = 1e-9;
/** Exponent on scores: evidence that points at one candidate counts more than evidence spread over many. */
const SHARPNESS = 1.5;

/**
 * Fuses all rankers into one list of suspects. Each ranker splits one vote over its candidates by score^sharpness, so
 * that a ranker that points at one candidate outweighs one that points everywhere. The whole vote is worth
 * `weight` × (1 − e^(−best/floor)): a best score far below the floor hardly votes.
 *
 * @returns suspects, best first; ties in alphabetical order, so that the same findings always give the same order.
 */
export function fuse(map: EvidenceMap, rankers: readonly Ranker[]): Suspect[] {
  const suspects = new Map<string, Suspect>();
  /** Votes of rankers that show symptoms. */
  const symptoms = new Map<string, number>();
  const peers = new Map([...unobservedPeers(map), ...refusedEnds(map)]);
  for (const { name, weight, prior, relative, atCaller, corroborated, settled, floor, rank } of rankers) {
    const ranked = settled ? rank(map) : raiseNodes(settleLevels(rank(map), map), map);
    const scores = [...(atCaller ? moveToOtherEnd(ranked, peers) : ranked)].filter(
      ([id, { score }]) => map.candidates.has(id) && score > NEGLIGIBLE,
    );
    const best = scores.reduce((most, [, { score }]) => Math.max(most, score), 0);
    if (best === 0) continue;
    const shares = scores.map(([, { score }]) => (score / best) ** SHARPNESS);
    const total = shares.reduce((sum, share) => sum + share, 0);
    const voteWeight = weight * (1 - Math.exp(-best / floor));
    const most = Math.max(0, ...symptoms.values());
    const support = (id: string): number => (corroborated ? ((symptoms.get(id) ?? 0) + LITTLE) / (most + LITTLE) : 1);
    for (const [index, [id, { score, findings }]] of scores.entries()) {
      const known = suspects.get(id);
      if (prior && !known) continue;
      const vote = ((voteWeight * (shares[index] ?? 0)) / total) * support(id);
      const suspect = known ?? { id, score: 0, votes: {}, strengths: {}, findings: [] };
      suspect.score += vote;
      suspect.votes[name] = vote;
      if (!corroborated) symptoms.set(id, (symptoms.get(id) ?? 0) + vote);
      if (!prior && !relative) suspect.strengths[name] = (weight * score) / floor;
      for (const finding of findings) if (!suspect.findings.includes(finding)) suspect.findings.push(finding);
      suspects.set(id, suspect);
    }
  }
  return [...suspects.values()].toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
