import { isHostKind } from "../../domain/entity.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import { type UserSli, userSliOf } from "../../domain/signals.ts";
import { hopsFrom } from "../../topology/graph.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";
import { isOfOwnCalls } from "./golden-signals.ts";
import { sliOfAlarm } from "../symptom.ts";

/** Strength at which a finding of this signal shows an effect on users with 63 % certainty. */
const FULL_METRIC = 3;
const FULL_TRACE = 0.3;
const FULL_LOG = 50;
/** Pseudo-counts for the share of affected dependents: one of one proves less than four of four. */
const PRIOR = { affected: 0.5, all: 1 };
/** Value of `itself` for an observed, normal candidate, and for one without telemetry. */
const NORMAL = 0.5;
const UNOBSERVED = 0.8;
/** With fewer affected entities, blast radii cannot be told apart. */
const MIN_AFFECTED = 2;

/**
 * Compares each candidate's blast radius with the entities that are affected. This can name a candidate without
 * telemetry of its own: a host, a network, a third-party API, a broker. Score = recall × precision × itself:
 *
 * - recall: the share of all affected entities that are the candidate, its instances, or its direct and indirect
 *   callers.
 * - precision: the share of its direct dependents (callers; for a host, its services) that are affected. Entities
 *   without telemetry do not count.
 * - itself: lower for a candidate without an effect of its own, because an affected caller explains as much without
 *   it. A host needs none.
 */
export function rankBlastRadius(map: EvidenceMap): RankerScores {
  const scores: RankerScores = new Map();
  const affected = affectedEntities(map);
  const all = total(affected.values());
  if (affected.size < MIN_AFFECTED) return scores;
  for (const [id, kind] of map.candidates) {
    const { direct, reached } = dependents(id, kind, map);
    const explained = [...reached].flatMap((each) => affected.get(each) ?? []);
    if (explained.length === 0) continue;
    const recall = total(explained) / all;
    const seen = [...direct].filter((each) => map.observed.has(each) || affected.has(each));
    const suffering = total(seen.flatMap((each) => affected.get(each) ?? []));
    const precision = (suffering + PRIOR.affected) / (seen.length + PRIOR.all);
    const own = affected.get(id)?.level ?? (map.observed.has(id) ? NORMAL : UNOBSERVED);
    const itself = isHostKind(kind) ? 1 : own;
    addScore(
      scores,
      id,
      recall * precision * itself,
      explained.map(({ finding }) => finding),
    );
  }
  return scores;
}

/** Share of the services on a host that are affected, in [0, 1]; null if none was observed. */
export function affectedShareOnHost(host: string, map: EvidenceMap): number | null {
  const affected = affectedEntities(map);
  const seen = [...dependents(host, "host", map).direct].filter((each) => map.observed.has(each) || affected.has(each));
  return seen.length === 0 ? null : total(seen.flatMap((each) => affected.get(each) ?? [])) / seen.length;
}

type Effect = { level: number; finding: CitedFinding };

const total = (effects: Iterable<Effect>): number => [...effects].reduce((sum, { level }) => sum + level, 0);

/** How certainly users of each candidate are affected, in (0, 1], by its strongest finding. */
function affectedEntities(map: EvidenceMap): Map<string, Effect> {
  const { findings, candidates, candidateOf } = map;
  const affected = new Map<string, Effect>();
  const alarmSli = sliOfAlarm(findings);
  for (const finding of findings) {
    const full = fullStrength(finding, alarmSli, map);
    const candidate = full === null ? null : candidateOf(finding.entity.id);
    if (full === null || candidate === null || !candidates.has(candidate)) continue;
    const level = 1 - Math.exp(-finding.strength / full);
    if (level > (affected.get(candidate)?.level ?? 0)) affected.set(candidate, { level, finding });
  }
  return affected;
}

/**
 * Full strength of a finding by its signal; null if it shows no effect on the users of its entity. If the alarm names
 * its metric, only metrics of the same SLI show one.
 */
function fullStrength(finding: CitedFinding, alarmSli: UserSli | null, map: EvidenceMap): number | null {
  const {
    signal,
    kind,
    evidence: { facts },
  } = finding;
  const sli = userSliOf(facts.family);
  if (signal === "metric" && alarmSli !== null && sli !== alarmSli) return null;
  if (signal === "metric" || kind === "alert.firing")
    return !isOfOwnCalls(finding, map) && sli !== null ? FULL_METRIC : null;
  if (kind === "trace.edge-latency" || kind === "trace.self-time" || kind === "trace.error-origin") return FULL_TRACE;
  const isFailure = facts.severity === "error" || facts.severity === "fatal";
  return signal === "log" && isFailure && kind !== "log.vanished-template" && kind !== "log.undated" ? FULL_LOG : null;
}

/** `direct`: callers of the candidate, or services on it. `reached`: these, the candidate and all their callers. */
function dependents(
  id: string,
  kind: string,
  { graph, candidateOf }: EvidenceMap,
): { direct: Set<string>; reached: Set<string> } {
  const named = (ids: Iterable<string>): Set<string> =>
    new Set([...ids].flatMap((each) => candidateOf(each) ?? []).filter((each) => each !== id));
  if (!isHostKind(kind)) {
    const reached = named(hopsFrom(id, graph.callers).keys()).add(id);
    return { direct: named(graph.callers.get(id) ?? []), reached };
  }
  const residents = [...graph.hostOf].flatMap(([instance, host]) => (host === id ? [instance] : []));
  const services = residents.map((instance) => graph.ownerOf.get(instance) ?? instance);
  const reached = named(services.flatMap((service) => [...hopsFrom(service, graph.callers).keys()])).add(id);
  return { direct: named(services), reached };
}
