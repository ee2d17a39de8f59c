import type { CitedFinding } from "../domain/finding.ts";
import { type DependencyGraph, hopsFrom } from "../topology/graph.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import type { Suspect } from "./fuse.ts";
import { faultOnset, TOGETHER_MS } from "./onset.ts";

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

/** More than anybody weighs. */
const MAX_UNEXPLAINED = 3;
/** What is weaker than this share of the strongest of its kind, on a log scale, needs no explanation. */
const LOUD = 0.7;

/**
 * What speaks against a suspect: the loudest findings elsewhere that a fault of it does not account for, one for each entity, and the first sign of trouble at those who
 * depend on it, where that came well before its own.
 */
export function speakAgainst(suspect: Suspect, map: EvidenceMap): CitedFinding[] {
  const accounted = accountsFor(suspect.id, map);
  // requests pass through many: that they fail says little about each of them
  const abnormal = map.findings.filter(({ signal, kind }) => signal !== "change" && kind !== "trace.spectrum");
  const strongest = new Map<string, number>();
  for (const { kind, strength } of abnormal)
    strongest.set(kind, Math.max(strongest.get(kind) ?? 0, Math.log1p(strength)));
  const loudness = ({ kind, strength }: CitedFinding): number => Math.log1p(strength) / (strongest.get(kind) || 1);

  const unexplained = new Map<string, CitedFinding>();
  for (const finding of abnormal
    .filter((each) => !accounted(each) && loudness(each) >= LOUD)
    .toSorted((a, b) => loudness(b) - loudness(a))) {
    const at = map.candidateOf(finding.entity.id) ?? finding.entity.id;
    if (!unexplained.has(at)) unexplained.set(at, finding);
  }
  return [
    ...[...unexplained.values()].slice(0, MAX_UNEXPLAINED),
    ...effectBeforeCause(suspect, abnormal.filter(accounted), map),
  ];
}

/** The first finding of the burst of trouble at those who depend on the suspect, if that burst began before the suspect's own by more than one event lasts. */
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
  return others.filter(({ onsetMs }) => onsetMs === othersMs).slice(0, 1);
}
