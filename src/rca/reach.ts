import type { CitedFinding } from "../domain/finding.ts";
import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import type { EvidenceMap } from "./evidence-map.ts";

/** Metrics that stay with whom they are measured at: a caller waits for what it calls, and burns no CPU for it. */
const STAYS = new Set(["cpu", "memory", "disk", "pool", "restart"]);

/** Which findings a fault of `cause` accounts for: those about itself and its parts, of calls to it, and of trouble that its callers, and theirs, have from it. */
export function accountsFor(cause: string, { graph, candidateOf }: EvidenceMap): (finding: CitedFinding) => boolean {
  const named = (ids: Iterable<string>): Set<string> => new Set([...ids].flatMap((id) => candidateOf(id) ?? []));
  const parts = partsOf(cause, graph);
  const ill = new Set([cause, ...named(parts)]);
  const callers = named(parts.flatMap((part) => [...hopsFrom(part, graph.callers).keys()]));
  const callees = named(parts.flatMap((part) => [...hopsFrom(part, graph.callees).keys()]));
  return (finding) => {
    const [at, peer] = [candidateOf(finding.entity.id), finding.peer === null ? null : candidateOf(finding.peer)];
    if (at === null || ill.has(at) || (peer !== null && ill.has(peer))) return true;
    if (callers.has(at)) return !staysPut(finding);
    // who is no longer asked falls silent, by whomever the fault stopped: itself, or a caller that gives up before it asks the next
    return finding.kind.endsWith(".silence") && (callees.has(at) || (peer !== null && callers.has(peer)));
  };
}

/** Itself, its instances or what runs on it, and the service that it is an instance of. */
function partsOf(cause: string, { ownerOf, hostOf }: DependencyGraph): string[] {
  const inside = [...ownerOf, ...hostOf].flatMap(([pod, whole]) => (whole === cause ? [pod] : []));
  return [cause, ...inside, ...[cause, ...inside].flatMap((id) => ownerOf.get(id) ?? [])];
}

const staysPut = ({ kind, signal, evidence }: CitedFinding): boolean =>
  kind === "trace.self-time" ||
  signal === "change" ||
  (signal === "metric" && STAYS.has(String(evidence.facts.family)));
