import type { CitedFinding } from "../domain/finding.ts";
import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import type { Suspect } from "./fuse.ts";
import { faultOnset, TOGETHER_MS } from "./onset.ts";
import { stuckConsumerOf } from "./stuck-consumers.ts";

/** Metric families that do not spread to callers: a caller waits for its callee, but burns no CPU for it. */
const STAYS = new Set(["cpu", "memory", "disk", "pool", "restart"]);

/**
 * Returns a test for the findings that a fault of `cause` explains: findings about itself and its parts, about calls to
 * it, about the effects on its direct and indirect callers, and about the queue that it no longer empties.
 */
export function accountsFor(cause: string, map: EvidenceMap): (finding: CitedFinding) => boolean {
  const { graph, candidateOf } = map;
  const queue = stuckConsumerOf(cause, map)?.queue ?? null;
  const named = (ids: Iterable<string>): Set<string> => new Set([...ids].flatMap((id) => candidateOf(id) ?? []));
  const parts = partsOf(cause, graph);
  const faulty = new Set([cause, ...named(parts)]);
  const callers = named(parts.flatMap((part) => [...hopsFrom(part, graph.callers).keys()]));
  const callees = named(parts.flatMap((part) => [...hopsFrom(part, graph.callees).keys()]));
  return (finding) => {
    const [at, peer] = [candidateOf(finding.entity.id), finding.peer === null ? null : candidateOf(finding.peer)];
    if (at === null || faulty.has(at) || (peer !== null && faulty.has(peer))) return true;
    if (callers.has(at) || at === queue) return !staysPut(finding);
    // An entity that gets no more calls falls silent. The fault may have stopped the calls in the suspect itself,
    // or in a caller that gives up before its next call.
    return finding.kind.endsWith(".silence") && (callees.has(at) || (peer !== null && callers.has(peer)));
  };
}

/** The entity itself, its instances or the pods that run on it, and the service that it is an instance of. */
function partsOf(cause: string, { ownerOf, hostOf }: DependencyGraph): string[] {
  const inside = [...ownerOf, ...hostOf].flatMap(([pod, whole]) => (whole === cause ? [pod] : []));
  return [cause, ...inside, ...[cause, ...inside].flatMap((id) => ownerOf.get(id) ?? [])];
}

const staysPut = ({ kind, signal, evidence }: CitedFinding): boolean =>
  kind === "trace.self-time" ||
  signal === "change" ||
  (signal === "metric" && STAYS.has(String(evidence.facts.family)));

/** People do not weigh more counter-evidence than this. */
const MAX_UNEXPLAINED = 3;
/** Only findings with at least this share of the strongest of their kind, on a log scale, need an explanation. */
const STRONG = 0.7;

/**
 * Collects the evidence against a suspect: the strongest findings elsewhere that a fault of the suspect does not
 * explain, one for each entity; and the first finding at its dependents, if it came well before the suspect's own.
 */
export function evidenceAgainst(suspect: Suspect, map: EvidenceMap): CitedFinding[] {
  const blaming = new Set(map.failures.flatMap(({ blamed, finding }) => (blamed === suspect.id ? [finding] : [])));
  const accountsForIt = accountsFor(suspect.id, map);
  const accounted = (finding: CitedFinding): boolean => blaming.has(finding) || accountsForIt(finding);
  // A failing request passes through many services, which says little about each of them.
  const abnormal = map.findings.filter(({ signal, kind }) => signal !== "change" && kind !== "trace.spectrum");
  const strongest = new Map<string, number>();
  for (const { kind, strength } of abnormal)
    strongest.set(kind, Math.max(strongest.get(kind) ?? 0, Math.log1p(strength)));
  const relative = ({ kind, strength }: CitedFinding): number => Math.log1p(strength) / (strongest.get(kind) || 1);

  const unexplained = new Map<string, CitedFinding>();
  for (const finding of abnormal
    .filter((each) => !accounted(each) && relative(each) >= STRONG)
    .toSorted((a, b) => relative(b) - relative(a))) {
    const at = map.candidateOf(finding.entity.id) ?? finding.entity.id;
    if (!unexplained.has(at)) unexplained.set(at, finding);
  }
  return [
    ...[...unexplained.values()].slice(0, MAX_UNEXPLAINED),
    ...effectBeforeCause(suspect, abnormal.filter(accounted), map),
  ];
}

/**
 * The first finding of the burst at the suspect's dependents, if that burst began more than one event's length before
 * the suspect's own. A fault that grows worse has a later burst too: then its first sign at the suspect counts.
 */
function effectBeforeCause(
  suspect: Suspect,
  accounted: readonly CitedFinding[],
  { candidateOf }: EvidenceMap,
): CitedFinding[] {
  const { own = [], others = [] } = Object.groupBy(accounted, ({ entity }) =>
    candidateOf(entity.id) === suspect.id ? "own" : "others",
  );
  const [ownMs, othersMs] = [faultOnset(own), faultOnset(others)];
  if (ownMs === null || othersMs === null || othersMs >= ownMs - TOGETHER_MS) return [];
  const atOnce = ({ onsetMs }: CitedFinding): boolean =>
    onsetMs !== null && Math.abs(onsetMs - othersMs) <= TOGETHER_MS;
  if (own.some((finding) => finding.signal !== "change" && atOnce(finding))) return [];
  return others.filter(({ onsetMs }) => onsetMs === othersMs).slice(0, 1);
}
