import { isHostKind, isInstanceKind } from "../domain/entity.ts";
import type { CitedFinding } from "../domain/finding.ts";
import { userSliOf } from "../domain/signals.ts";
import type { EvidenceMap } from "./evidence-map.ts";
import type { BaselineCoverage } from "./symptom.ts";

/** Silences that begin within this time have one cause. Milliseconds. */
const TOGETHER_MS = 60_000;
/** Weaker shifts of latency and errors do not show trouble. */
const CLEAR = 8;

/** `blameless`: findings that show that somebody was not measured. `notes`: what they show, in sentences. */
export type MonitoringGaps = { blameless: ReadonlySet<CitedFinding>; notes: string[] };

/**
 * Finds who was only not measured: it stopped reporting or counts as down, while its logs, its spans, its callers or
 * what runs on it show it at work, and nothing shows it in trouble. What falls silent together was measured by one
 * agent or scraper: if one of them works, none of those without trouble is blamed.
 *
 * @param baselineCoverage the SLIs compared for each entity.
 */
export function monitoringGaps(map: EvidenceMap, baselineCoverage: BaselineCoverage): MonitoringGaps {
  const suspected = map.findings.filter(saysDead);
  const silent = new Set(suspected.map(({ entity }) => entity.id));
  const groups: CitedFinding[][] = [];
  for (const finding of suspected.toSorted((a, b) => (a.onsetMs ?? 0) - (b.onsetMs ?? 0))) {
    const group = groups.at(-1);
    const isTogether = finding.onsetMs !== null && finding.onsetMs - (group?.[0]?.onsetMs ?? -Infinity) <= TOGETHER_MS;
    if (group !== undefined && isTogether) group.push(finding);
    else groups.push([finding]);
  }
  const blameless = new Set<CitedFinding>();
  const notes: string[] = [];
  for (const group of groups) {
    const well = group.filter(({ entity }) => !isInTrouble(entity.id, map));
    const [proof] = well.flatMap((finding) => lifeOf(finding, silent, map, baselineCoverage) ?? []);
    if (proof === undefined) continue;
    for (const finding of well) blameless.add(finding);
    const hostsFirst = well.toSorted((a, b) => Number(isHostKind(b.entity.kind)) - Number(isHostKind(a.entity.kind)));
    const ids = [...new Set(hostsFirst.map(({ entity }) => entity.id))];
    const [names, more] = [ids.slice(0, MAX_NAMED).join(", "), ids.length - MAX_NAMED];
    const were = ids.length === 1 ? "was" : "were";
    const at = well[0]?.evidence.facts.onset;
    const since = typeof at === "string" ? ` since ${at.slice(11, 19)} UTC` : "";
    notes.push(
      `monitoring gap: ${names}${more > 0 ? ` and ${more} more` : ""} ${were} not measured${since}, but ${proof}`,
    );
  }
  const unmeasured = new Set([...blameless].map(({ entity }) => map.candidateOf(entity.id) ?? entity.id));
  for (const finding of map.findings)
    if (isDownAlert(finding) && unmeasured.has(map.candidateOf(finding.entity.id) ?? finding.entity.id))
      blameless.add(finding);
  return { blameless, notes };
}

const MAX_NAMED = 3;

/** True for silence, and for a metric such as `up` or `ready` that fell. */
const saysDead = ({ kind, evidence: { facts } }: CitedFinding): boolean =>
  kind === "metric.silence" || (kind === "metric.shift" && facts.family === "instance" && facts.direction === "down");

const isDownAlert = ({ kind, evidence: { facts } }: CitedFinding): boolean =>
  kind === "alert.firing" && facts.family === "instance";

/** What shows that the entity works, as a clause; null if nothing does. */
function lifeOf(
  { entity, evidence: { facts } }: CitedFinding,
  silent: ReadonlySet<string>,
  { graph, findings, candidateOf }: EvidenceMap,
  baselineCoverage: BaselineCoverage,
): string | null {
  const { id, kind } = entity;
  if (typeof facts.alive_by === "string") return `${facts.alive_by} of ${id} show it at work`;
  if (typeof facts.next_sample === "string")
    return `${id} reports again from ${facts.next_sample.slice(11, 19)} UTC on, and nothing shows that it restarted`;
  const measured = (each: string): boolean => (baselineCoverage.get(each)?.length ?? 0) > 0;
  if (isHostKind(kind)) {
    const residents = [...graph.hostOf].flatMap(([instance, host]) => (host === id ? [instance] : []));
    const [working] = residents.filter((each) => measured(each) && !silent.has(each));
    return working === undefined ? null : `${working}, which runs on it, is measured all the while`;
  }
  // one instance of several may be dead without any caller that notices it
  if (isInstanceKind(kind) || candidateOf(id) !== id) return null;
  const callers = (graph.callers.get(id) ?? []).filter((caller) => !silent.has(caller));
  const isWell = (caller: string): boolean =>
    measured(caller) && !findings.some((finding) => finding.entity.id === caller && isFelt(finding, 0));
  return callers.length > 0 && callers.every(isWell)
    ? `${callers.slice(0, MAX_NAMED).join(", ")}, which calls it, is as fast and as successful as before`
    : null;
}

const isFelt = ({ signal, strength, evidence: { facts } }: CitedFinding, least: number): boolean =>
  signal === "metric" && facts.of_calls !== "yes" && userSliOf(facts.family) !== null && strength >= least;

/** True if anything but its silence shows that the entity, or the service that it is an instance of, fails or waits. */
function isInTrouble(id: string, { findings, failures, candidateOf }: EvidenceMap): boolean {
  const whole = candidateOf(id) ?? id;
  if (failures.some(({ blamed }) => blamed === whole || blamed === id)) return true;
  return findings.some((finding) => {
    const { signal, kind, entity, peer, evidence } = finding;
    if (kind === "trace.failed-call" && peer !== null && (candidateOf(peer) ?? peer) === whole) return true;
    if ((candidateOf(entity.id) ?? entity.id) !== whole || saysDead(finding)) return false;
    if (signal === "cluster" || kind === "metric.restart" || kind === "metric.saturation") return true;
    if (kind === "trace.error-origin" || kind === "trace.failed-call") return true;
    if (signal === "log") return evidence.facts.severity === "fatal" || evidence.facts.severity === "error";
    return evidence.facts.family !== "instance" && isFelt(finding, CLEAR);
  });
}
