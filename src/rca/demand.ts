import type { CitedFinding } from "../domain/finding.ts";
import { userSliOf } from "../domain/signals.ts";
import { entriesOf } from "./entries.ts";
import type { EvidenceMap } from "./evidence-map.ts";

/** The cause that means more demand than capacity. */
export const SURGE = "traffic_surge";
/**
 * What too many requests do to whoever serves them. Under a surge of demand, these are its effects.
 */
export const EFFECTS_OF_LOAD: ReadonlySet<string> = new Set([
  "connection_pool_exhaustion",
  "consumer_stuck",
  "cpu_contention",
  "disk_io",
  "network_delay",
  "rate_limited",
  "thread_pool_exhausted",
  "unhandled_exception",
  "wrong_return",
]);

/** Demand surges from this multiple of the highest quiet value on. */
const MIN_TIMES = 1.5;
/** Traffic and its effects may show in the same sample. Milliseconds. */
const SLACK_MS = 60_000;
/** In the same sample, retries of what fails look like a surge. They do not make more requests succeed. */
const MIN_SUCCEEDED = 1.2;
/** Weaker shifts do not date the first sign of trouble. */
const CLEAR = 8;

/**
 * Whether more requests reach an entity than ever in the quiet time. `surge`: the demand of users rose, at the entry
 * and on the way to the entity, before anything got slow, failed or was full; `finding`: the traffic that shows it.
 * `steady`: it serves as many requests as before. `retries`: more requests, but not because users want more: they came
 * after the trouble, or a caller repeats its own. `unknown`: no requests were counted.
 */
export type DemandOn =
  | { state: "surge"; finding: CitedFinding; times: number }
  | { state: "steady" | "retries" | "unknown" };

export function demandOn(suspect: string, map: EvidenceMap): DemandOn {
  const measured = measuredTraffic(map);
  const entries = new Set([...entriesOf(map.incident, map.graph)].map((id) => map.candidateOf(id) ?? id));
  const way = wayOfDemand(suspect, { map, measured, entries });
  if (way !== null) {
    const [source] = way;
    const finding = measured.get(source ?? suspect)?.finding ?? null;
    const times = measured.get(source ?? suspect)?.times ?? 0;
    if (finding === null) return { state: "unknown" };
    return isDemandFirst(finding, new Set([suspect, ...way, ...entries]), map)
      ? { state: "surge", finding, times }
      : { state: "retries" };
  }
  const own = measured.get(suspect)?.times;
  const before = [...entries].flatMap((id) => measured.get(id)?.times ?? []);
  if (own === undefined) return { state: before.length > 0 ? "steady" : "unknown" };
  return { state: own < MIN_TIMES ? "steady" : "retries" };
}

/**
 * True if the demand of users surged where requests come in. No change makes users send more requests, so its time says
 * nothing then.
 */
export const isSurge = (map: EvidenceMap): boolean =>
  [...entriesOf(map.incident, map.graph)].some((id) => demandOn(map.candidateOf(id) ?? id, map).state === "surge");

type Traffic = { times: number; finding: CitedFinding | null };

/** Traffic of each candidate in multiples of its highest quiet value, with the finding that shows a rise. */
function measuredTraffic({ findings, candidateOf }: EvidenceMap): Map<string, Traffic> {
  const measured = new Map<string, Traffic>();
  for (const finding of findings) {
    const { facts } = finding.evidence;
    const id = typeof facts.traffic_times === "number" ? candidateOf(finding.entity.id) : null;
    if (id === null) continue;
    const known = measured.get(id) ?? { times: 0, finding: null };
    const times = Math.max(known.times, Number(facts.traffic_times));
    const shows = facts.family === "traffic" && facts.direction === "up" && facts.of_calls !== "yes";
    const isBest = shows && (known.finding === null || known.finding.strength < finding.strength);
    measured.set(id, { times, finding: isBest ? finding : known.finding });
  }
  return measured;
}

type Context = { map: EvidenceMap; measured: ReadonlyMap<string, Traffic>; entries: ReadonlySet<string> };

/**
 * The way on which the surge came, from where it comes in to `id`: everything on it whose requests were counted serves
 * more. Null if there is none: somebody on each way serves as many requests as before.
 */
function wayOfDemand(id: string, context: Context, seen = new Set<string>()): string[] | null {
  const { map, measured, entries } = context;
  seen.add(id); // shared by all ways: what led nowhere once leads nowhere again, and dense graphs have too many ways
  const traffic = measured.get(id);
  const isRisen = traffic !== undefined && traffic.times >= MIN_TIMES && traffic.finding !== null;
  if (traffic !== undefined && !isRisen) return null;
  // Compared, and nothing about it moved, its traffic included.
  if (traffic === undefined && map.observed.has(id) && !map.findings.some(isMetricOf(id, map))) return null;
  const callers = (map.graph.callers.get(id) ?? [])
    .flatMap((caller) => map.candidateOf(caller) ?? [])
    .filter((caller) => caller !== id && !seen.has(caller));
  if (entries.has(id) || callers.length === 0) return isRisen ? [id] : null;
  for (const caller of callers) {
    if (seen.has(caller)) continue;
    const way = wayOfDemand(caller, context, seen);
    if (way !== null) return [...way, id];
  }
  return null;
}

const isMetricOf =
  (id: string, { candidateOf }: EvidenceMap) =>
  ({ signal, entity }: CitedFinding): boolean =>
    signal === "metric" && candidateOf(entity.id) === id;

/** True if the demand rose before anything on its way got slow, failed or was full. */
function isDemandFirst(surge: CitedFinding, way: ReadonlySet<string>, { findings, candidateOf }: EvidenceMap): boolean {
  const { traffic_since: since, traffic_times: times } = surge.evidence.facts;
  const sinceMs = Date.parse(String(since ?? ""));
  if (Number.isNaN(sinceMs)) return false;
  const signs = findings.filter(
    (finding) => way.has(candidateOf(finding.entity.id) ?? "") && isTrouble(finding) && finding.onsetMs !== null,
  );
  const firstMs = signs.reduce((first, { onsetMs }) => Math.min(first, onsetMs ?? first), Number.POSITIVE_INFINITY);
  if (sinceMs <= firstMs - SLACK_MS) return true;
  const failing = signs.reduce((most, sign) => Math.max(most, failedShare(sign)), 0);
  return sinceMs <= firstMs + SLACK_MS && Number(times) * (1 - failing) >= MIN_SUCCEEDED;
}

const isTrouble = ({ kind, strength, evidence: { facts } }: CitedFinding): boolean =>
  kind === "metric.saturation" ||
  (kind === "metric.shift" &&
    strength >= CLEAR &&
    facts.of_calls !== "yes" &&
    (userSliOf(facts.family) !== null || facts.family === "queue"));

/** The share of requests that fail, in [0, 1], as far as the finding tells it. */
function failedShare({ evidence: { facts } }: CitedFinding): number {
  if (userSliOf(facts.family) !== "errors") return 0;
  if (typeof facts.share_after === "number") return Math.min(1, facts.share_after);
  const after = Number(facts.after);
  if (facts.direction === "down") return Math.max(0, 1 - after); // the share that succeeds
  return typeof facts.traffic === "number" && facts.traffic > 0
    ? Math.min(1, after / facts.traffic)
    : after <= 1
      ? Math.max(0, after)
      : 0;
}
