import type { CitedFinding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { Topology } from "../domain/telemetry.ts";
import { aliasesOf, collapseAliases } from "../topology/aliases.ts";
import { type DependencyGraph, dependencyGraph, workloadOfPod } from "../topology/graph.ts";

/** What rankers read: the findings, laid onto the entities that may be named as a cause. */
export type EvidenceMap = {
  incident: Incident;
  graph: DependencyGraph;
  /** Kind of every candidate. */
  candidates: ReadonlyMap<string, string>;
  findings: readonly CitedFinding[];
  /** The pods of each service, where both may be named. */
  podsOf: ReadonlyMap<string, readonly string[]>;
  /** The candidate that a finding about `id` speaks of; null for none. */
  candidateOf: (id: string) => string | null;
};

/** Kinds that no one is asked to name: a request's way in is a symptom. */
const NEVER_A_CAUSE = new Set(["entry", "unknown"]);

/**
 * Lays findings onto candidates. A pod stands for its service, unless pods were asked for by name: by then the caller's closed list of
 * names decides what may be answered, and in what grain; or unless `instances` are to be told apart.
 */
export function evidenceMap(
  incident: Incident,
  topology: Topology,
  findings: readonly CitedFinding[],
  { instances = false } = {},
): EvidenceMap {
  const aliases = aliasesOf(topology);
  const graph = dependencyGraph(collapseAliases(topology, aliases));
  const asked = new Set(incident.vocabulary?.entities ?? []);
  const askedAs = namesByTail(asked);
  const candidates = new Map<string, string>();
  const ownerOf = (id: string): string | null => graph.ownerOf.get(id) ?? workloadOfPod(id);
  const candidateOf = (name: string): string | null => {
    const id = aliases.get(name) ?? name;
    if (asked.size > 0) {
      const named = askedAs(id);
      if (named !== null) return named;
      const owner = ownerOf(id);
      return owner === null ? null : askedAs(owner);
    }
    return isPod(id) && !instances ? (ownerOf(id) ?? id) : id;
  };
  const told = new Map(findings.map(({ entity }) => [entity.id, entity.kind]));
  const kindOf = (id: string): string => {
    const drawn = graph.kindOf.get(id);
    return drawn === undefined || drawn === "unknown" ? (told.get(id) ?? drawn ?? "service") : drawn;
  };
  const isPod = (id: string): boolean => kindOf(id) === "pod";
  for (const id of [...asked, ...graph.kindOf.keys(), ...told.keys()]) {
    const candidate = candidateOf(id);
    if (candidate === null || aliases.has(candidate)) continue;
    const kind = kindOf(candidate);
    if (!NEVER_A_CAUSE.has(kind) || asked.has(candidate)) candidates.set(candidate, kind);
  }
  const podsOf = podsBeside(graph.ownerOf, (pod, owner) => candidateOf(pod) === pod && candidates.has(owner));
  return { incident, graph, candidates, podsOf, findings, candidateOf };
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

/** How a closed list names an entity: as it is, or with its kind before it (`app/cart` for `cart`), if only one name ends so. */
function namesByTail(asked: ReadonlySet<string>): (id: string) => string | null {
  const byTail = Map.groupBy(asked, (name) => name.slice(name.lastIndexOf("/") + 1));
  return (id) => {
    if (asked.has(id)) return id;
    const [only, ...more] = byTail.get(id) ?? [];
    return only !== undefined && more.length === 0 ? only : null;
  };
}

/** Scores of one ranker: what it holds against each candidate, ≥ 0, and the findings that it rests on. */
export type RankerScores = Map<string, { score: number; findings: CitedFinding[] }>;

/** Adds to a candidate's score; findings about no candidate are dropped. */
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
