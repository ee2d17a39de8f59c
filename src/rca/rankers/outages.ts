import { isHostKind } from "../../domain/entity.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import { readSignal, userSliOf } from "../../domain/signals.ts";
import { hopsFrom } from "../../topology/graph.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** An `up`, `ready` or `healthy` metric at or below this share of its usual value is down. */
const GONE = 0.34;
/** Weight of an entity that is down while one of its callees is down too: it may only be waiting. */
const WAITS = 0.4;
/** Weaker shifts of a caller do not show that it misses anybody. */
const CLEAR = 8;
/** The last sample may come this long after the effect. Milliseconds. */
const TOGETHER_MS = 60_000;
/** A host is down if at least this many of its services are down, and at least this share. */
const MIN_RESIDENTS = 2;
const MOST_RESIDENTS = 0.6;

/**
 * Ranks entities that are down: `up`, `ready` or `healthy` fell to nothing, an alert says so, or they stopped reporting
 * for good. An entity counts in full if none of its callees is down; a host counts for all services on it.
 */
export function rankOutages(map: EvidenceMap): RankerScores {
  const { graph, candidateOf } = map;
  const down = new Map<string, CitedFinding[]>();
  for (const finding of map.findings) {
    const id = statesOutage(finding) ? candidateOf(finding.entity.id) : null;
    if (finding.kind === "metric.silence" && !isMissed(finding, map)) continue;
    if (id !== null && map.candidates.has(id)) down.set(id, [...(down.get(id) ?? []), finding]);
  }
  const scores: RankerScores = new Map();
  const hosts = silentHosts(map);
  const isOnSilentHost = ({ kind, entity, onsetMs }: CitedFinding): boolean =>
    kind === "metric.silence" &&
    hosts.some((host) => host.entity.id !== entity.id && Math.abs((host.onsetMs ?? 0) - (onsetMs ?? 0)) <= TOGETHER_MS);
  for (const [id, findings] of down) {
    const below = [...hopsFrom(id, graph.callees).keys()].map((each) => candidateOf(each) ?? each);
    const isBelow = below.some((each) => each !== id && down.has(each)) || findings.every(isOnSilentHost);
    addScore(scores, id, isBelow ? WAITS : 1, findings);
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
  for (const host of hosts)
    addScore(scores, candidateOf(host.entity.id), Number(host.evidence.facts.silent_together), [host]);
  return scores;
}

/**
 * Hosts that fell silent together with others, while something got slow or fails: what ran on them fell silent as well.
 * Of several silent hosts, none is the one.
 */
function silentHosts({ findings }: EvidenceMap): CitedFinding[] {
  const hosts = findings.filter(
    (finding) => finding.kind === "metric.silence" && statesOutage(finding) && isHostKind(finding.entity.kind),
  );
  const isFelt = findings.some(
    ({ signal, strength, evidence: { facts } }) =>
      signal === "metric" && strength >= CLEAR && userSliOf(facts.family) !== null,
  );
  const [only, ...more] = hosts;
  const isAlone = only !== undefined && more.length === 0 && isFelt;
  return isAlone && Number(only.evidence.facts.silent_together) >= MIN_RESIDENTS ? [only] : [];
}

/**
 * True if a caller of the silent entity got slow or fails since then: silence alone may be a gap in the monitoring. A
 * host is missed if what runs on it is.
 */
function isMissed({ entity, onsetMs }: CitedFinding, { graph, findings, candidateOf }: EvidenceMap): boolean {
  const inside = [...graph.hostOf].flatMap(([instance, host]) => (host === entity.id ? [instance] : []));
  const parts = [entity.id, ...inside].flatMap((id) => [id, graph.ownerOf.get(id) ?? [], candidateOf(id) ?? []].flat());
  const callers = new Set(parts.flatMap((id) => graph.callers.get(id) ?? []).flatMap((id) => candidateOf(id) ?? []));
  const isCaller = (id: string | null): boolean => graph.callers.size === 0 || (id !== null && callers.has(id));
  return findings.some(
    (finding) =>
      finding.signal === "metric" &&
      finding.strength >= CLEAR &&
      userSliOf(finding.evidence.facts.family) !== null &&
      isCaller(candidateOf(finding.entity.id)) &&
      (onsetMs === null || finding.onsetMs === null || finding.onsetMs >= onsetMs - TOGETHER_MS),
  );
}

function statesOutage({ signal, kind, evidence: { facts } }: CitedFinding): boolean {
  if (kind === "metric.silence") return facts.next_sample === undefined;
  if (facts.family !== "instance") return false;
  // "log volume up 900 %" says "up" as well
  if (kind === "alert.firing") return facts.background === undefined && readSignal(String(facts.name)).hurts === "up";
  return signal === "metric" && facts.direction === "down" && Number(facts.after) <= GONE * Number(facts.before);
}
