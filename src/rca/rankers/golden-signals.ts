import type { CitedFinding } from "../../domain/finding.ts";
import { userSliOf } from "../../domain/signals.ts";
import { calleesPastRelays, statingCallee } from "./failing-callees.ts";
import { sliOfAlarm } from "../symptom.ts";
import { metricCallOf } from "./calls.ts";
import { addScore, type EvidenceMap, type RankerScores } from "../evidence-map.ts";

/** Support that passes through a node without data, so that gaps in spans and metrics do not cut the path. */
const SILENT_STEP = 0.05;
const MAX_RELAXATIONS = 20;
/** A shift of this strength confirms its node in full. */
const FULL_SHIFT = 3;
/** Keeps nodes that their callees explain completely in the ranking, at its end. */
const LEAST_GAP = 0.001;
/** Least impact of a node, whatever its share of the entry's shift. */
const MIN_IMPACT = 0.05;

/**
 * Walks the call graph smoothly with latency and errors (availability counts as errors). A node's score is
 * gap × support × impact:
 *
 * - gap(n) = max(0, log1p S(n) − max over callees c of log1p S(c)), where calls that n itself sees fail or wait count
 *   as
 *   callees: what n shows beyond its callees.
 * - support(n) = max over paths from the entry to n of Π (min(1, S(v)/3) + 0.05), without the entry: how well shifted
 *   nodes confirm the path.
 * - impact(n) = min(1, Δ(n) / Δ(entry)), in the signal's unit, × requests if every node counts them: how much of the
 *   entry's shift n could explain.
 *
 * If the alert names its metric, only that signal is walked. Without a known entry, every node without callers is one.
 *
 * @see Orchard et al., Root Cause Analysis of Outliers with Missing Structural Knowledge, NeurIPS 2025 (smooth
 *   traversal); support and impact are ours.
 */
export function rankGoldenSignals(map: EvidenceMap): RankerScores {
  const { findings, candidateOf, incident } = map;
  const golden = findings.filter(
    ({ kind, evidence }) => kind.startsWith("metric.") && userSliOf(evidence.facts.family) !== null,
  );
  const alarmSli = sliOfAlarm(golden);
  const scores: RankerScores = new Map();
  for (const [sli, about] of Map.groupBy(golden, sliOf)) {
    if (alarmSli !== null && alarmSli !== sli) continue;
    const served = new Map<string, CitedFinding>();
    const worst = { served: new Map<string, number>(), made: new Map<string, number>() };
    for (const finding of about) {
      const candidate = metricCallOf(finding) ? null : candidateOf(finding.entity.id);
      if (candidate === null) continue;
      const of = isOfOwnCalls(finding, map) ? worst.made : worst.served;
      of.set(candidate, Math.max(of.get(candidate) ?? 0, moved(finding)));
      if (of === worst.served && outranks(finding, served.get(candidate), candidate, incident.entry))
        served.set(candidate, finding);
    }
    const failedCalls = (id: string): number =>
      Math.min(1, (worst.made.get(id) ?? 0) / Math.max(worst.served.get(id) ?? 0, 1e-9));
    walk(map, sli, { strongest: served, failedCalls }, scores);
  }
  return scores;
}

/**
 * True for a metric about the calls that an entity makes. Of a third party only its callers' metrics are known: these
 * tell what it serves.
 */
export const isOfOwnCalls = ({ entity, evidence }: CitedFinding, { candidates, candidateOf }: EvidenceMap): boolean =>
  evidence.facts.of_calls === "yes" && candidates.get(candidateOf(entity.id) ?? entity.id) !== "external";

const sliOf = ({ evidence }: CitedFinding): string => userSliOf(evidence.facts.family) ?? "";

/** At the entry its own metrics rank before those of a proxy in front of it; elsewhere the worst metric counts. */
function outranks(
  finding: CitedFinding,
  known: CitedFinding | undefined,
  candidate: string,
  entry: string | null,
): boolean {
  if (known === undefined) return true;
  if (candidate !== entry) return finding.strength > known.strength;
  const [own, knownOwn] = [finding.entity.id === candidate, known.entity.id === candidate];
  return own === knownOwn ? finding.strength > known.strength : own && finding.entity.kind !== "pod";
}

/** The entities that an alert about this SLI fires on. */
const alertsOf = (sli: string, { findings, candidateOf }: EvidenceMap): Set<string> =>
  new Set(
    findings.flatMap(({ kind, entity, evidence: { facts } }) =>
      kind === "alert.firing" && facts.background === undefined && userSliOf(facts.family) === sli
        ? (candidateOf(entity.id) ?? [])
        : [],
    ),
  );

const moved = ({ evidence }: CitedFinding): number =>
  Math.abs(Number(evidence.facts.after) - Number(evidence.facts.before));

/** The shift × the number of requests. */
const lost = (finding: CitedFinding): number => moved(finding) * Number(finding.evidence.facts.traffic);

/** `failedCalls`: share, in [0, 1], of an entity's shift that its own failing or slow calls explain. */
type Shifts = { strongest: ReadonlyMap<string, CitedFinding>; failedCalls: (id: string) => number };

function walk(map: EvidenceMap, sli: string, { strongest, failedCalls }: Shifts, scores: RankerScores): void {
  const { graph, candidates, incident } = map;
  const shown = (id: string): number => strongest.get(id)?.strength ?? 0;
  const behindRelays = calleesPastRelays(map);
  const callees = (id: string): readonly string[] =>
    // Where no calls are known, all that is measured lies behind the entry.
    id === incident.entry && graph.callees.size === 0
      ? [...strongest.keys()].filter((other) => other !== id)
      : behindRelays(id);
  const alerts = alertsOf(sli, map);
  /** An unmeasured callee with an alert of the same kind, or a fault of its own, explains its caller. */
  const hidden = (id: string): boolean =>
    statingCallee(id, map) !== null || callees(id).some((callee) => !map.observed.has(callee) && alerts.has(callee));
  const entries =
    incident.entry !== null && graph.callees.has(incident.entry)
      ? [incident.entry]
      : [...candidates.keys()].filter((id) => !graph.callers.has(id));
  const support = supportFrom(entries, callees, shown);
  const all = [...strongest.values()];
  // If every entity counts its requests, each weighs by its share of them.
  const weighed = all.every(({ evidence }) => typeof evidence.facts.traffic === "number") ? lost : moved;
  const atEntry = Math.max(0, ...entries.flatMap((id) => strongest.get(id) ?? []).map(weighed));
  const most = atEntry > 0 ? atEntry : Math.max(0, ...all.map(weighed));
  for (const [id, finding] of strongest) {
    const below = callees(id).reduce(
      (worst, callee) => Math.max(worst, Math.log1p(shown(callee))),
      (hidden(id) ? 1 : failedCalls(id)) * Math.log1p(finding.strength),
    );
    const gap = Math.max(0, Math.log1p(finding.strength) - below);
    const impact = most > 0 ? Math.max(MIN_IMPACT, Math.min(1, weighed(finding) / most)) : 1;
    addScore(scores, id, (gap + LEAST_GAP) * (support.get(id) ?? SILENT_STEP) * impact, [finding]);
  }
}

/**
 * How well shifted nodes confirm the best path from an entry to each entity, in (0, 1]; unreachable entities are
 * missing.
 */
function supportFrom(
  entries: readonly string[],
  callees: (id: string) => readonly string[],
  shown: (id: string) => number,
): Map<string, number> {
  const support = new Map(entries.map((id) => [id, 1]));
  for (let round = 0, grew = true; grew && round < MAX_RELAXATIONS; round++) {
    grew = false;
    for (const [id, sofar] of support) {
      for (const callee of callees(id)) {
        const next = Math.min(1, sofar * (Math.min(1, shown(callee) / FULL_SHIFT) + SILENT_STEP));
        if (next <= (support.get(callee) ?? 0)) continue;
        support.set(callee, next);
        grew = true;
      }
    }
  }
  return support;
}
