import type { CitedFinding } from "../../domain/finding.ts";
import { readSignal } from "../../domain/signals.ts";
import { hopsFrom } from "../../topology/graph.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** At most this share of its usual value is left of a metric that says "up", "ready" or "healthy". */
const GONE = 0.34;
/** Share of its score that an entity keeps if something it depends on is down as well: it may only wait for it. */
const WAITS = 0.4;
/** A host is down if at least this many of its services are, and this share of them. */
const MIN_RESIDENTS = 2;
const MOST_RESIDENTS = 0.6;

/**
 * What is down: `up`, `ready` or `healthy` of an entity fell to nothing, or an alert says so. Of entities that are down
 * together, those count in full that depend on no other; a host counts for all services on it.
 */
export function rankOutages(map: EvidenceMap): RankerScores {
  const { graph, candidateOf } = map;
  const down = new Map<string, CitedFinding[]>();
  for (const finding of map.findings) {
    const id = statesOutage(finding) ? candidateOf(finding.entity.id) : null;
    if (id !== null && map.candidates.has(id)) down.set(id, [...(down.get(id) ?? []), finding]);
  }
  const scores: RankerScores = new Map();
  for (const [id, findings] of down) {
    const below = [...hopsFrom(id, graph.callees).keys()].map((each) => candidateOf(each) ?? each);
    addScore(scores, id, below.some((each) => each !== id && down.has(each)) ? WAITS : 1, findings);
  }
  const residents = Map.groupBy(
    [...graph.hostOf].map(([instance, host]) => ({ host, id: candidateOf(instance) ?? instance })),
    ({ host }) => host,
  );
  for (const [host, on] of residents) {
    const all = new Set(on.map(({ id }) => id));
    const gone = [...all].filter((id) => down.has(id));
    if (gone.length >= MIN_RESIDENTS && gone.length >= MOST_RESIDENTS * all.size)
      addScore(
        scores,
        candidateOf(host),
        gone.length,
        gone.flatMap((id) => down.get(id) ?? []),
      );
  }
  return scores;
}

function statesOutage({ signal, kind, evidence: { facts } }: CitedFinding): boolean {
  if (facts.family !== "instance") return false;
  // "log volume up 900 %" says "up" as well
  if (kind === "alert.firing") return facts.background === undefined && readSignal(String(facts.name)).hurts === "up";
  return signal === "metric" && facts.direction === "down" && Number(facts.after) <= GONE * Number(facts.before);
}
