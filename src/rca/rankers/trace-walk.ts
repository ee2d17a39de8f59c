import type { CitedFinding } from "../../domain/finding.ts";
import { randomWalk } from "../../topology/random-walk.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Weight of a step back from callee to caller, so that the walk can leave a wrong branch. */
const BACK = 0.1;

type Shown = ReadonlyMap<string, { score: number; findings: readonly CitedFinding[] }>;

/**
 * Random walk over the call graph, weighted by all trace findings. The walk steps from caller to callee in proportion
 * to
 * the callee's findings, back with a tenth of that weight, and stays where an entity shows more than all of its
 * callees.
 * The score is the share of time that the walk spends at an entity with findings.
 *
 * Only trace findings weigh. `rankGoldenSignals` walks metrics, in the alert's unit. A walk weighted by metrics or logs
 * blames callers that only report a lot.
 *
 * @see Wang et al., Groot: An Event-graph-based Approach for Root Cause Analysis, ASE 2021 (weights of the steps).
 */
export function rankTraceWalk(map: EvidenceMap): RankerScores {
  const shown = shownBySpans(map);
  const weight = (id: string): number => shown.get(id)?.score ?? 0;
  const neighbours = (id: string, next: ReadonlyMap<string, readonly string[]>): Set<string> =>
    new Set(
      (next.get(id) ?? [])
        .flatMap((other) => map.candidateOf(other) ?? [])
        .filter((other) => other !== id && map.candidates.has(other)),
    );

  const steps = new Map<string, Map<string, number>>();
  for (const id of map.candidates.keys()) {
    const callees = neighbours(id, map.graph.callees);
    const below = [...callees].reduce((most, callee) => Math.max(most, weight(callee)), 0);
    const out = new Map([[id, Math.max(0, weight(id) - below)]]);
    for (const callee of callees) out.set(callee, weight(callee));
    for (const caller of neighbours(id, map.graph.callers))
      out.set(caller, (out.get(caller) ?? 0) + BACK * weight(caller));
    steps.set(id, out);
  }
  const scores: RankerScores = new Map();
  const starts = new Map([...map.candidates.keys()].map((id) => [id, weight(id)]));
  for (const [id, time] of randomWalk(steps, starts))
    if (weight(id) > 0) addScore(scores, id, time, shown.get(id)?.findings ?? []);
  return scores;
}

/**
 * Sums for each candidate its strongest trace finding of each kind, on a log scale, as a share of the strongest of that
 * kind: strengths compare only within a kind.
 */
function shownBySpans({ findings, candidateOf }: EvidenceMap): Shown {
  const shown = new Map<string, { score: number; findings: CitedFinding[] }>();
  for (const ofKind of Map.groupBy(
    findings.filter(({ signal }) => signal === "trace"),
    ({ kind }) => kind,
  ).values()) {
    const most = ofKind.reduce((best, { strength }) => Math.max(best, strength), 0);
    if (most === 0) continue;
    for (const [id, about] of Map.groupBy(ofKind, ({ entity }) => candidateOf(entity.id))) {
      const [best] = about.toSorted((a, b) => b.strength - a.strength);
      if (id === null || !best) continue;
      const known = shown.get(id) ?? { score: 0, findings: [] };
      shown.set(id, {
        score: known.score + Math.log1p(best.strength) / Math.log1p(most),
        findings: [...known.findings, best],
      });
    }
  }
  return shown;
}
