import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type Scores } from "../evidence-map.ts";

const GOLDEN = new Set(["latency", "error", "availability"]);
/** Keeps a silent node on the way from cutting it off: spans and metrics have gaps. */
const SILENT_STEP = 0.05;
const MAX_RELAXATIONS = 20;

/**
 * Smooth traversal of the call graph with latency, errors and availability: what a node shows beyond its callees (its gap), times how well the way to it
 * from the entry is borne out by shifted nodes (its support).
 *
 * gap(n) = max(0, log1p S(n) − max over callees log1p S(c)); support(n) = max over ways entry → n of Π (min(1, S(v)/3) + 0.05), the entry left out.
 * Where no entry is told or known, every node that nobody calls is one.
 *
 * @see Orchard et al., Root Cause Analysis of Outliers with Missing Structural Knowledge, NeurIPS 2025 (smooth traversal); support is ours.
 */
export function rankGoldenSignals({ findings, graph, candidateOf, candidates, incident }: EvidenceMap): Scores {
  const strongest = new Map<string, CitedFinding>();
  for (const finding of findings) {
    const { facts } = finding.evidence;
    if (!finding.kind.startsWith("metric.") || !GOLDEN.has(String(facts.family))) continue;
    const candidate = candidateOf(finding.entity.id);
    if (candidate !== null && (strongest.get(candidate)?.strength ?? 0) < finding.strength) strongest.set(candidate, finding);
  }
  const shown = (id: string): number => strongest.get(id)?.strength ?? 0;
  const callees = (id: string): string[] => (graph.callees.get(id) ?? []).flatMap((callee) => candidateOf(callee) ?? []).filter((callee) => callee !== id);

  const entries = incident.entry !== null && graph.callees.has(incident.entry) ? [incident.entry] : [...candidates.keys()].filter((id) => !graph.callers.has(id));
  const support = new Map(entries.map((id) => [id, 1]));
  for (let round = 0, moved = true; moved && round < MAX_RELAXATIONS; round++) {
    moved = false;
    for (const [id, sofar] of [...support]) {
      for (const callee of callees(id)) {
        const next = sofar * (Math.min(1, shown(callee) / 3) + SILENT_STEP);
        if (next > (support.get(callee) ?? 0) * 1.000001) {
          support.set(callee, Math.min(1, next));
          moved = true;
        }
      }
    }
  }
  const scores: Scores = new Map();
  for (const [id, finding] of strongest) {
    const below = callees(id).reduce((worst, callee) => Math.max(worst, Math.log1p(shown(callee))), 0);
    const gap = Math.max(0, Math.log1p(finding.strength) - below);
    addScore(scores, id, (gap + 0.001) * (support.get(id) ?? SILENT_STEP), [finding]);
  }
  return scores;
}
