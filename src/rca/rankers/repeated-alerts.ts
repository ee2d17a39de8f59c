import type { CitedFinding } from "../../domain/finding.ts";
import { userSliOf } from "../../domain/signals.ts";
import { hopsFrom } from "../../topology/graph.ts";
import type { EvidenceMap } from "../evidence-map.ts";
import { sliOfAlarm } from "../symptom.ts";
import { metricCallOf } from "./calls.ts";
import { isOfOwnCalls } from "./golden-signals.ts";

/**
 * Returns a test for alerts that only repeat a metric: the alert is about the latency or errors of an entity that calls
 * others, and a metric of the same SLI moved there. `rankGoldenSignals` compares that metric with those of the callees.
 * The alert compares nothing, so it would blame the entity where users notice the fault.
 *
 * False for an alert that names a cause, or says that an instance is down: a callee does not explain these.
 */
export function repeatsMetric(map: EvidenceMap): (alert: CitedFinding) => boolean {
  const { findings, candidateOf } = map;
  const alarmSli = sliOfAlarm(findings);
  const hasCallees = callsOthers(map);
  const moved = new Set(
    findings.flatMap((finding) => {
      const { kind, entity, evidence } = finding;
      const sli = userSliOf(evidence.facts.family);
      // The walk over golden signals takes the alarm's SLI alone, where the alarm names its metric.
      if (!kind.startsWith("metric.") || sli === null || (alarmSli ?? sli) !== sli) return [];
      return metricCallOf(finding) || isOfOwnCalls(finding, map) ? [] : [`${candidateOf(entity.id)} ${sli}`];
    }),
  );
  return ({ entity, evidence: { facts } }) => {
    const at = candidateOf(entity.id);
    if (at === null || facts.family === "instance" || facts.means !== undefined) return false;
    return moved.has(`${at} ${userSliOf(facts.family)}`) && hasCallees(at);
  };
}

/**
 * Returns a test for entities that call others and that the entry's requests reach. Where no calls are known, all that
 * is measured lies behind the entry.
 */
function callsOthers({ graph: { callees }, incident: { entry } }: EvidenceMap): (id: string) => boolean {
  if (callees.size === 0) return (id) => id === entry;
  const reached = entry !== null && callees.has(entry) ? hopsFrom(entry, callees) : null;
  return (id) => callees.has(id) && (reached?.has(id) ?? true);
}
