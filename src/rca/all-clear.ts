import type { SourceExtent } from "../domain/extent.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { givenBaseline, oldestFaultMs } from "../domain/periods.ts";
import { userSliOf } from "../domain/signals.ts";
import type { BaselineCoverage } from "./symptom.ts";

/** Least strength of a finding that forbids an all-clear, by what it shows. Healthy slices rarely reach these. */
const STRONG_SLI = 8;
/** What alarmed, or the entry, left its baseline range by more than that range's width. */
const MOVED = 1;
const STRONG_LOG = 40;
const STRONG_TRACE = 0.15;
/** From this many lines on, an error without a time may be what the alarm is about. */
const UNDATED_BURST = 3;
/** A source may end this long before the alarm, or so many of its own steps. Milliseconds. */
const ENDS_BEFORE_MS = 120_000;
const ENDS_BEFORE_STEPS = 3;
/** The quiet time before the oldest plausible fault. Milliseconds. */
const MIN_QUIET_MS = 60_000;
/** At most this many reasons are given. */
const MAX_REASONS = 2;

type Context = {
  findings: readonly CitedFinding[];
  incident: Incident;
  baselineCoverage: BaselineCoverage;
  entries: ReadonlySet<string>;
  extents: readonly SourceExtent[];
  /** What the metrics show if the time before the alarm is compared with a shared recording, too. */
  beforeAlarm?: readonly CitedFinding[];
};

/**
 * An all-clear needs proof: what alarmed, or the entry, was compared with a quiet time that began before any plausible
 * fault, all that was read covers the alarm, and nothing says otherwise. Without the proof, `no_incident` becomes
 * `inconclusive`. Other verdicts stay.
 */
export function proveAllClear<C extends Pick<Ranking, "verdict" | "why">>(conclusion: C, context: Context): C {
  if (conclusion.verdict !== "no_incident") return conclusion;
  const otherwise = contradictions(context.findings);
  if (otherwise.length > 0)
    return {
      ...conclusion,
      verdict: "inconclusive",
      why:
        "No symptom that users notice is proven, but something is wrong: " +
        `${otherwise
          .slice(0, MAX_REASONS)
          .map(({ summary }) => summary)
          .join("; ")}.`,
    };
  const [early] = shiftsBeforeAlarm(context);
  if (early !== undefined)
    return { ...conclusion, verdict: "inconclusive", why: `Before the alarm, it was not as quiet: ${early.summary}.` };
  const unobserved = notObserved(context) ?? notCovered(context) ?? notReachingBack(context);
  return unobserved === null ? conclusion : { ...conclusion, verdict: "inconclusive", why: unobserved };
}

/** Findings that no healthy system shows, strongest of each kind first. */
export function contradictions(findings: readonly CitedFinding[]): CitedFinding[] {
  return findings.filter(contradicts).toSorted((a, b) => severity(b) - severity(a) || b.strength - a.strength);
}

function contradicts({ signal, kind, strength, evidence: { facts } }: CitedFinding): boolean {
  if (signal === "cluster" || kind === "metric.saturation") return true;
  const isFailure = facts.severity === "fatal" || facts.severity === "error";
  if (kind === "log.new-template" && isFailure) return true; // one line may be all that a failure leaves
  if (kind === "log.undated") return facts.severity === "fatal" || Number(facts.countAfter) >= UNDATED_BURST;
  if (kind === "log.bursting-template" && isFailure) return strength >= STRONG_LOG;
  if (kind === "metric.shift")
    return facts.of_calls !== "yes" && userSliOf(facts.family) !== null && strength >= STRONG_SLI;
  return kind === "trace.error-origin" && strength >= STRONG_TRACE;
}

/** Shifts before the alarm that would be a symptom after it, strongest first. */
function shiftsBeforeAlarm({ beforeAlarm = [], incident: { target }, entries }: Context): CitedFinding[] {
  return beforeAlarm
    .filter(({ entity, strength, evidence: { facts } }) => {
      if (strength < MOVED || facts.of_calls === "yes") return false;
      if (entity.id === target?.entity && facts.alarm_match !== undefined) return true;
      return entries.has(entity.id) && userSliOf(facts.family) !== null;
    })
    .toSorted((a, b) => b.strength - a.strength);
}

const severity = ({ kind, evidence: { facts } }: CitedFinding): number =>
  facts.severity === "fatal" ? 3 : kind === "metric.saturation" ? 2 : 1;

/** Why nobody can tell that what alarmed is well; null if it was compared with a baseline. */
function notObserved({ incident: { target }, findings, baselineCoverage, entries }: Context): string | null {
  const compared = (id: string): boolean => (baselineCoverage.get(id)?.length ?? 0) > 0;
  const alarmed = [
    ...new Set([
      ...(target === null ? [] : [target.entity]),
      ...entries,
      ...findings.flatMap(({ kind, entity }) => (kind === "alert.firing" ? [entity.id] : [])),
    ]),
  ];
  if (alarmed.some(compared)) return null;
  if (alarmed.length === 0)
    return [...baselineCoverage.keys()].some(compared)
      ? null
      : "Nothing that was read shows whether requests fail or take longer, so this is no all-clear.";
  return (
    `Neither latency nor errors of ${alarmed.slice(0, 2).join(" and ")} were compared with a baseline, ` +
    "so this is no all-clear."
  );
}

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

/** Why the time of the alarm is not covered by what was read; null if it is. */
function notCovered({ incident: { alarmAtMs }, extents }: Context): string | null {
  if (alarmAtMs === null) return null;
  const early = extents.filter(
    ({ endMs, stepMs }) => endMs < alarmAtMs - Math.max(ENDS_BEFORE_MS, ENDS_BEFORE_STEPS * stepMs),
  );
  const [first] = early.toSorted((a, b) => a.endMs - b.endMs);
  return first === undefined
    ? null
    : `The ${early.map(({ source }) => source).join(" and ")} end up to ${minutes(alarmAtMs - first.endMs)} before the ` +
        "alarm, so this is no all-clear.";
}

/**
 * Why the fault may be older than the quiet time it was compared with; null if it cannot be. A shared recording and a
 * quiet time that a person gave are apart from the fault. Otherwise the quiet time is what comes before the alarm, and
 * it must reach back beyond the start of a given window, or beyond any plausible lag of the alarm.
 */
function notReachingBack({ incident, extents }: Context): string | null {
  const { alarmAtMs, baseline, window } = incident;
  if (alarmAtMs === null || baseline.shared !== null || givenBaseline(incident) !== null) return null;
  const measured = extents.filter(({ source }) => source !== "logs");
  const compared = measured.length > 0 ? measured : extents;
  const startMs = compared.reduce((latest, extent) => Math.max(latest, extent.startMs), Number.NEGATIVE_INFINITY);
  return startMs <= oldestFaultMs(alarmAtMs, window) - MIN_QUIET_MS
    ? null
    : `The quiet time reaches only ${minutes(alarmAtMs - startMs)} before the alarm, and the fault may be older, so ` +
        "this is no all-clear.";
}
