import type { CitedFinding } from "../../domain/finding.ts";
import { demandOn } from "../demand.ts";
import { entriesOf } from "../entries.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** From so many strained components on, no single one of them is the bottleneck. */
const MIN_STRAINED = 3;
const STRAINS = new Set(["cpu", "memory", "pool", "threads", "queue"]);
const CLEAR = 8;

/**
 * Under a surge of demand that strains many components at once, where it comes in: none of them is at fault. If it
 * strains one or two, these are the bottleneck, and the other rankers name them.
 */
export function rankDemand(map: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  for (const entry of entriesOf(map.incident, map.graph)) {
    const id = map.candidateOf(entry) ?? entry;
    const demand = demandOn(id, map);
    if (demand.state !== "surge") continue;
    const strained = map.findings.filter(isStrain).flatMap(({ entity }) => map.candidateOf(entity.id) ?? []);
    const others = new Set(strained.filter((each) => each !== id));
    if (others.size >= MIN_STRAINED) addScore(scores, id, 1, [demand.finding]);
  }
  return scores;
}

const isStrain = ({ kind, strength, evidence: { facts } }: CitedFinding): boolean =>
  (kind === "metric.saturation" || (kind === "metric.shift" && strength >= CLEAR)) &&
  facts.direction === "up" &&
  STRAINS.has(String(facts.family));
