import { hopsFrom } from "../../topology/graph.ts";
import type { EvidenceMap } from "../evidence-map.ts";

/** Faults of a server that make all of its callers wait or fail. */
const BREAKS_A_SERVER: ReadonlySet<string> = new Set([
  "data_corruption",
  "database_read_only",
  "disk_failure",
  "disk_full",
  "lock_contention",
  "memory_exhaustion",
  "quorum_lost",
]);
/** Least weight of a server's own statement: a message of weight 3 that came once. */
const STATED = 1.2;
/** A caller of a caller waits as well; farther away, other reasons are likelier. */
const MAX_HOPS = 2;

/** The nearest callee that states a fault of its own which makes its callers wait or fail; null if none does. */
export function statingCallee(id: string, { failures, graph, candidateOf }: EvidenceMap): string | null {
  const hops = hopsFrom(id, graph.callees, MAX_HOPS);
  const near = new Map([...hops].map(([callee, distance]) => [candidateOf(callee) ?? callee, distance]));
  const stating = failures.filter(
    ({ speaker, blamed, signature, weight }) =>
      speaker === blamed &&
      speaker !== id &&
      near.has(speaker) &&
      weight >= STATED &&
      BREAKS_A_SERVER.has(signature.cause),
  );
  const [best] = stating.toSorted(
    (a, b) => (near.get(a.speaker) ?? 0) - (near.get(b.speaker) ?? 0) || b.weight - a.weight,
  );
  return best?.speaker ?? null;
}

/** The entities that some finding other than a change is about. */
export const entitiesWithFindings = ({ findings, candidateOf }: EvidenceMap): Set<string> =>
  new Set(findings.flatMap(({ entity, signal }) => (signal === "change" ? [] : (candidateOf(entity.id) ?? []))));

/**
 * Returns a function for what an entity calls, past relays that tell nothing: a sidecar or proxy without telemetry of
 * its own hides the service behind it. Each answer is worked out once.
 */
export function calleesPastRelays(map: EvidenceMap): (id: string) => readonly string[] {
  const { graph, candidateOf, observed } = map;
  const shown = entitiesWithFindings(map);
  const isRelay = (id: string): boolean => !shown.has(id) && !observed.has(id) && graph.callees.has(id);
  const known = new Map<string, readonly string[]>();
  return (id) => {
    const answer = known.get(id) ?? reach(id);
    known.set(id, answer);
    return answer;
  };

  function reach(id: string): string[] {
    const seen = new Set([id]);
    const reached: string[] = [];
    const queue = [id];
    for (const at of queue)
      for (const callee of (graph.callees.get(at) ?? []).flatMap((each) => candidateOf(each) ?? [])) {
        if (seen.has(callee)) continue;
        seen.add(callee);
        if (isRelay(callee)) queue.push(callee);
        else reached.push(callee);
      }
    return reached;
  }
}
