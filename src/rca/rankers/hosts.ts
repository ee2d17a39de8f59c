import { isHostKind } from "../../domain/entity.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import { median } from "../../stats/quantile.ts";
import { affectedShareOnHost } from "./blast-radius.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Metric families of a host's own resources. */
const FAMILIES = new Set(["cpu", "memory", "disk", "network"]);

/** Assumed share of affected services on a host, if the topology does not say what runs on it. */
const UNKNOWN_SHARE = 0.3;

/**
 * Ranks hosts whose resources stand out from those of their peers. For each family, a host scores by how far its
 * strongest shift (log1p) exceeds the median of the other hosts: a shift of all hosts is load, not a broken host. The
 * score is weighted by the share of its services that are affected: a busy host with healthy services hurts nobody.
 */
export function rankHosts(map: EvidenceMap): RankerScores {
  const { findings, candidates, candidateOf, graph } = map;
  const hosts = [...candidates].flatMap(([id, kind]) => (isHostKind(kind) || isHost(id, graph) ? [id] : []));
  const scores: RankerScores = new Map();
  const own = findings.filter(
    ({ signal, entity, evidence }) =>
      signal === "metric" &&
      FAMILIES.has(String(evidence.facts.family)) &&
      !isLessTraffic(evidence.facts) &&
      hosts.includes(candidateOf(entity.id) ?? entity.id),
  );
  for (const [, ofFamily] of Map.groupBy(own, ({ evidence }) => String(evidence.facts.family))) {
    const strongest = new Map<string, CitedFinding>();
    for (const finding of ofFamily) {
      const host = candidateOf(finding.entity.id) ?? finding.entity.id;
      if (finding.strength > (strongest.get(host)?.strength ?? 0)) strongest.set(host, finding);
    }
    const shown = (host: string): number => Math.log1p(strongest.get(host)?.strength ?? 0);
    for (const [host, finding] of strongest) {
      const others = hosts.filter((other) => other !== host).map(shown);
      const standsOutBy = shown(host) - (others.length === 0 ? 0 : median(others));
      addScore(scores, host, standsOutBy * Math.sqrt(affectedShareOnHost(host, map) ?? UNKNOWN_SHARE), [finding]);
    }
  }
  return scores;
}

/** Bytes that a host no longer sends follow from work that no longer comes. They are no trouble of its own. */
const isLessTraffic = ({ family, direction }: CitedFinding["evidence"]["facts"]): boolean =>
  family === "network" && direction === "down";

const isHost = (id: string, { hostOf }: EvidenceMap["graph"]): boolean => [...hostOf.values()].includes(id);
