import { addScore, type EvidenceMap, type Scores } from "../evidence-map.ts";

/**
 * Who adds the time: milliseconds added to a request inside an entity, and on the ways into and out of it. A slow way is blamed on the end that the other
 * ways of that end bear out: on the callee as far as all its callers see it slow, on the caller as far as all its callees seem slow to it.
 */
export function rankTraceTime({ findings, graph, candidateOf }: EvidenceMap): Scores {
  const scores: Scores = new Map();
  for (const finding of findings) {
    if (finding.kind === "trace.self-time") addScore(scores, candidateOf(finding.entity.id), finding.strength, [finding]);
  }
  const ways = findings.filter(({ kind }) => kind === "trace.edge-latency");
  for (const into of Map.groupBy(ways, ({ entity }) => entity.id).values()) {
    const [callee, callers] = [into[0]?.entity.id ?? "", graph.callers.get(into[0]?.entity.id ?? "") ?? []];
    const slow = into.reduce((sum, { strength }) => sum + strength, 0);
    addScore(scores, candidateOf(callee), slow * shareOf(into.length, callers.length), into);
  }
  for (const outOf of Map.groupBy(ways, ({ peer }) => peer ?? "").values()) {
    const [caller, callees] = [outOf[0]?.peer ?? "", graph.callees.get(outOf[0]?.peer ?? "") ?? []];
    // one slow way says nothing about its caller: the callee explains it as well
    if (outOf.length < 2) continue;
    const slow = outOf.reduce((sum, { strength }) => sum + strength, 0);
    addScore(scores, candidateOf(caller), slow * shareOf(outOf.length, callees.length), outOf);
  }
  return scores;
}

/** Share of the ways that are slow, pulled to one half where they are few: 1 of 1 proves less than 4 of 4. */
const shareOf = (slow: number, all: number): number => (slow + 0.5) / (Math.max(slow, all) + 1);
