import { isInstanceKind, isProbeKind } from "../domain/entity.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import type { Topology } from "../domain/telemetry.ts";
import { aliasesOf, collapseAliases } from "../topology/aliases.ts";
import { type DependencyGraph, dependencyGraph } from "../topology/graph.ts";
import { type FailureMessage, failureMessages } from "./signatures/failure-message.ts";
import { knownNames } from "./signatures/known-names.ts";
import { blameRefused, refusedLogins } from "./signatures/refused-logins.ts";

/** Input of the rankers: the findings, mapped to the entities that may be named as a cause. */
export type EvidenceMap = {
  incident: Incident;
  graph: DependencyGraph;
  /** Kind of every candidate. */
  candidates: ReadonlyMap<string, string>;
  findings: readonly CitedFinding[];
  /** Pods of each service, if both the service and its pods are candidates. */
  podsOf: ReadonlyMap<string, readonly string[]>;
  /** Candidates whose latency or errors were compared with a baseline: without a finding, they are normal. */
  observed: ReadonlySet<string>;
  /** The candidate that a finding about entity `id` counts for; null if none. */
  candidateOf: (id: string) => string | null;
  /** The findings with a known failure message, and the entity that each blames. */
  failures: readonly FailureMessage[];
};

/** Kinds of entity that are never a cause: the entry is where the symptom shows. */
const NEVER_A_CAUSE = new Set(["entry", "unknown"]);

/** `instances` keeps instances apart from their services. `baselineCoverage`: the SLIs compared for each entity. */
type MapOptions = { instances?: boolean; baselineCoverage?: ReadonlyMap<string, readonly string[]> };

/**
 * Maps findings to candidates. A finding about a pod counts for its service, with two exceptions: a closed vocabulary
 * decides itself which names may be answered, pods included; and `instances` keeps pods apart.
 */
export function evidenceMap(
  incident: Incident,
  topology: Topology,
  given: readonly CitedFinding[],
  { instances = false, baselineCoverage = new Map() }: MapOptions = {},
): EvidenceMap {
  const aliases = aliasesOf(topology);
  const graph = dependencyGraph(collapseAliases(topology, aliases));
  const vocabulary = new Set(incident.vocabulary?.entities ?? []);
  const listedAs = namesByTail(vocabulary);
  const all = given.map((finding) => withoutOwnHost(finding, graph));
  const candidates = new Map<string, string>();
  const ownerOf = (id: string): string | null => graph.ownerOf.get(id) ?? placedInstanceOf(id) ?? workloadOfPod(id);
  const candidateOf = (name: string): string | null => {
    const id = aliases.get(name) ?? name;
    if (vocabulary.size > 0) {
      const named = listedAs(id);
      if (named !== null) return named;
      const owner = ownerOf(id);
      return owner === null ? null : listedAs(owner);
    }
    return (isPod(id) || placedInstanceOf(id) !== null) && !instances ? (ownerOf(id) ?? id) : id;
  };
  /** The service of an instance `name@host`, if that service is known by itself. */
  const placedInstanceOf = (id: string): string | null => {
    const service = id.includes("@") ? id.slice(0, id.indexOf("@")) : "";
    return graph.kindOf.has(service) || kindInFindings.has(service) ? service : null;
  };
  const kindInFindings = new Map(all.map(({ entity }) => [entity.id, entity.kind]));
  const kindOf = (id: string): string => {
    const kindInGraph = graph.kindOf.get(id);
    const isKnown = kindInGraph !== undefined && kindInGraph !== "unknown";
    return isKnown ? kindInGraph : (kindInFindings.get(id) ?? kindInGraph ?? "service");
  };
  const isPod = (id: string): boolean => isInstanceKind(kindOf(id));
  for (const id of [...vocabulary, ...graph.kindOf.keys(), ...kindInFindings.keys()]) {
    const candidate = candidateOf(id);
    if (candidate === null || aliases.has(candidate)) continue;
    const kind = kindOf(candidate);
    if ((!NEVER_A_CAUSE.has(kind) && !isProbeKind(kind)) || vocabulary.has(candidate)) candidates.set(candidate, kind);
  }
  const known = knownNames(
    [...vocabulary, ...graph.kindOf.keys(), ...kindInFindings.keys(), ...aliases.keys()],
    candidateOf,
  );
  const stated = failureMessages(all, { idOf: known, graph }, candidateOf);
  const refused = refusedLogins(stated, graph, candidateOf);
  // A restarted server reads the new passwords. Its restart did no harm: it cannot be undone, and need not be.
  const reread = new Set(refused.flatMap(({ server, lost }) => (lost ? [] : [server])));
  const findings = all.filter(
    ({ signal, entity, evidence: { facts } }) =>
      signal !== "change" || facts.restart !== "yes" || !reread.has(candidateOf(entity.id) ?? ""),
  );
  const failures = blameRefused(stated, refused).map((message) => {
    const blamed = message.blamed === null || vocabulary.size === 0 ? message.blamed : candidateOf(message.blamed);
    // An entity blamed by name is a candidate, with or without telemetry of its own.
    if (blamed !== null && !candidates.has(blamed) && (!message.isKnown || kindOf(blamed) === "external"))
      candidates.set(blamed, message.blamedKind);
    return { ...message, blamed };
  });
  const podsOf = podsBeside(graph.ownerOf, (pod, owner) => candidateOf(pod) === pod && candidates.has(owner));
  const observed = new Set(
    [...baselineCoverage].flatMap(([id, slis]) => (slis.length === 0 ? [] : (candidateOf(id) ?? []))),
  );
  return { incident, graph, candidates, podsOf, observed, findings, candidateOf, failures };
}

/** Log lines name the host that their writer runs on. That is their origin, and no word about another entity. */
function withoutOwnHost(finding: CitedFinding, { hostOf, ownerOf }: DependencyGraph): CitedFinding {
  const { entity, peer } = finding;
  const isOwn =
    peer !== null &&
    [...hostOf].some(([part, host]) => host === peer && (part === entity.id || ownerOf.get(part) === entity.id));
  return isOwn ? { ...finding, peer: null } : finding;
}

function podsBeside(
  ownerOf: ReadonlyMap<string, string>,
  both: (pod: string, owner: string) => boolean,
): Map<string, string[]> {
  const beside = Map.groupBy(
    [...ownerOf].filter(([pod, owner]) => both(pod, owner)),
    ([, owner]) => owner,
  );
  return new Map([...beside].map(([owner, pods]) => [owner, pods.map(([pod]) => pod)]));
}

/**
 * Looks up an entity in a closed vocabulary: by its own name, or by the last part of a listed name (`app/cart` for
 * `cart`) if only one listed name ends so.
 */
function namesByTail(vocabulary: ReadonlySet<string>): (id: string) => string | null {
  const byTail = Map.groupBy(vocabulary, (name) => name.slice(name.lastIndexOf("/") + 1));
  return (id) => {
    if (vocabulary.has(id)) return id;
    const [only, ...more] = byTail.get(id) ?? [];
    return only !== undefined && more.length === 0 ? only : null;
  };
}

/** One ranker's score for each candidate, ≥ 0, with the findings that it rests on. */
export type RankerScores = Map<string, { score: number; findings: CitedFinding[] }>;

/** Adds to a candidate's score. Drops findings about no candidate. */
export function addScore(
  scores: RankerScores,
  candidate: string | null,
  score: number,
  findings: readonly CitedFinding[],
): void {
  if (candidate === null || !(score > 0)) return;
  const known = scores.get(candidate);
  if (known) {
    known.score += score;
    for (const finding of findings) if (!known.findings.includes(finding)) known.findings.push(finding);
  } else scores.set(candidate, { score, findings: [...findings] });
}
