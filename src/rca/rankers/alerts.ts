import type { CitedFinding } from "../../domain/finding.ts";
import { addScore, type EvidenceMap, type Scores } from "../evidence-map.ts";

/** A service is ill of what at least this share of its pods shows. */
const SERVICE_SHARE = 0.6;
/** What the one pod of a service says about the service as well. */
const ONLY_POD_SHARE = 0.5;

/** For each candidate the most telling alert of each family: several of one family say one thing. */
type Families = Map<string, { score: number; findings: CitedFinding[] }>;

/**
 * Unusual alerts, the strongest of each family, summed over families. Where a service and its pods may both be named: what most of its pods show counts for the
 * service, and is taken off the pods; what a pod shows beyond that stays its own.
 */
export function rankAlerts(map: EvidenceMap): Scores {
  const shown = new Map<string, Families>();
  for (const finding of map.findings) {
    const candidate = finding.kind === "alert.firing" ? map.candidateOf(finding.entity.id) : null;
    if (candidate === null) continue;
    const families = shown.get(candidate) ?? new Map();
    shown.set(candidate, families);
    const family = String(finding.evidence.facts.family);
    if (finding.strength > (families.get(family)?.score ?? 0)) families.set(family, { score: finding.strength, findings: [finding] });
  }
  for (const [service, pods] of podsByService(map)) liftShared(shown, service, pods);
  const scores: Scores = new Map();
  for (const [candidate, families] of shown) for (const { score, findings } of families.values()) addScore(scores, candidate, score, findings);
  return scores;
}

/** Services that may be named beside their pods. */
function podsByService({ graph, candidates, candidateOf }: EvidenceMap): Map<string, string[]> {
  const pods = new Map<string, string[]>();
  for (const [pod, owner] of graph.ownerOf) {
    if (candidateOf(pod) === pod && candidates.has(owner)) pods.set(owner, [...(pods.get(owner) ?? []), pod]);
  }
  return pods;
}

function liftShared(shown: Map<string, Families>, service: string, pods: readonly string[]): void {
  const ofService = shown.get(service) ?? new Map();
  const families = new Set(pods.flatMap((pod) => [...(shown.get(pod)?.keys() ?? [])]));
  for (const family of families) {
    const told = pods.flatMap((pod) => shown.get(pod)?.get(family) ?? []).toSorted((a, b) => b.score - a.score);
    const shared = (told[Math.ceil(pods.length * SERVICE_SHARE) - 1]?.score ?? 0) * (pods.length === 1 ? ONLY_POD_SHARE : 1);
    if (shared === 0) continue;
    const own = ofService.get(family);
    ofService.set(family, { score: (own?.score ?? 0) + shared, findings: [...(own?.findings ?? []), ...told.flatMap(({ findings }) => findings)] });
    if (pods.length > 1) for (const known of told) known.score = Math.max(0, known.score - shared);
  }
  if (ofService.size > 0) shown.set(service, ofService);
}
