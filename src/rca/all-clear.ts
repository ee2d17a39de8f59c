import type { SourceExtent } from "../domain/extent.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { SettledVerdict } from "./settled-verdict.ts";
import type { Incident } from "../domain/incident.ts";
import { givenBaseline, oldestFaultMs, splitOf } from "../domain/periods.ts";
import { userSliOf } from "../domain/signals.ts";
import { type BaselineCoverage, collapsedTraffic } from "./symptom.ts";

/** Minimum strength at which a finding rules out an all-clear, by kind. Healthy recordings rarely reach these. */
const STRONG_SLI = 8;
const STRONG_LOG = 40;
const STRONG_TRACE = 0.15;
/** From this strength on, a metric of the entry or of the alerting entity was already abnormal before the alarm. */
const MOVED = 1;
/** From this many lines on, an error without a time may belong to the incident. */
const UNDATED_BURST = 3;
/** Alerts that a process ended. Quiet latency does not contradict them: the next process may serve well for now. */
const ENDED_PROCESS: ReadonlySet<string> = new Set(["restart", "instance"]);
/** A source may end this long before the alarm, or this many of its own steps. Milliseconds. */
const ENDS_BEFORE_MS = 120_000;
const ENDS_BEFORE_STEPS = 3;
/** Minimum quiet time before the oldest plausible fault. Milliseconds. */
const MIN_QUIET_MS = 60_000;
/** The report gives at most this many reasons. */
const MAX_REASONS = 2;

type Context = {
  findings: readonly CitedFinding[];
  incident: Incident;
  baselineCoverage: BaselineCoverage;
  entries: ReadonlySet<string>;
  extents: readonly SourceExtent[];
  /** Ids of findings whose message states the fault itself: "No space left on device". */
  stated?: ReadonlySet<string>;
  /** Metric findings from before the alarm, compared with a shared recording. */
  beforeAlarm?: readonly CitedFinding[];
};

/**
 * Turns `no_incident` into `inconclusive` unless the all-clear is proven: the entry or the alerting entity was compared
 * with a quiet time that began before any plausible fault, the data covers the alarm, and no finding contradicts it.
 * Other verdicts do not change.
 */
export function proveAllClear(conclusion: SettledVerdict, context: Context): SettledVerdict {
  if (conclusion.verdict !== "no_incident") return conclusion;
  const otherwise = contradictions(context.findings, context.stated);
  if (otherwise.length > 0)
    return {
      ...conclusion,
      verdict: "inconclusive",
      why:
        "No effect on users is proven, but something is wrong: " +
        `${otherwise
          .slice(0, MAX_REASONS)
          .map(({ summary }) => summary)
          .join("; ")}.`,
    };
  const collapsed = collapsedTraffic(context.findings, context.entries);
  if (collapsed !== undefined)
    return {
      ...conclusion,
      verdict: "inconclusive",
      why: `Most requests no longer arrive, and those that do tell nothing about the others: ${collapsed.summary}.`,
      faultShown: true,
    };
  const [early] = shiftsBeforeAlarm(context);
  if (early !== undefined)
    return { verdict: "inconclusive", why: `Already abnormal before the alarm: ${early.summary}.`, faultShown: true };
  const unobserved = notObserved(context) ?? notCovered(context) ?? notReachingBack(context);
  return unobserved === null ? conclusion : { ...conclusion, verdict: "inconclusive", why: unobserved };
}

/** Findings that healthy systems do not show: the most severe first, then the strongest. */
export function contradictions(
  findings: readonly CitedFinding[],
  stated: ReadonlySet<string> = new Set(),
): CitedFinding[] {
  return findings
    .filter((finding) => contradicts(finding) && !(isHabit(finding) && !stated.has(finding.id)))
    .toSorted((a, b) => severity(b) - severity(a) || b.strength - a.strength);
}

/** An odd error of a service that always logs some, and no more of them now. */
const isHabit = ({ evidence: { facts } }: CitedFinding): boolean =>
  facts.usual_error_rate === "yes" && facts.severity !== "fatal";

function contradicts({ signal, kind, strength, evidence: { facts } }: CitedFinding): boolean {
  if (signal === "cluster" || kind === "metric.saturation") return true;
  if (kind === "alert.firing") return facts.background === undefined && ENDED_PROCESS.has(String(facts.family));
  if (kind === "metric.silence") return facts.next_sample === undefined;
  const isFailure = facts.severity === "fatal" || facts.severity === "error";
  if (kind === "log.new-template" && isFailure) return true; // a failure may leave only one line
  if (kind === "log.undated") return facts.severity === "fatal" || Number(facts.countAfter) >= UNDATED_BURST;
  if (kind === "log.bursting-template" && isFailure) return strength >= STRONG_LOG;
  if (kind === "metric.shift")
    return facts.of_calls !== "yes" && userSliOf(facts.family) !== null && strength >= STRONG_SLI;
  return kind === "trace.error-origin" && strength >= STRONG_TRACE;
}

/** Shifts before the alarm that would count as a symptom after it, strongest first. */
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

/** Why the state of the alerting entity and the entry is unknown; null if one of them was compared with a baseline. */
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
      : "No data shows whether requests fail or slow down, so this is not an all-clear.";
  return (
    `Neither latency nor errors of ${alarmed.slice(0, 2).join(" and ")} were compared with a baseline, ` +
    "so this is not an all-clear."
  );
}

/** Latency and errors are compared in metrics and traces where there are any, else in access lines. */
function comparedOf(extents: readonly SourceExtent[]): readonly SourceExtent[] {
  const measured = extents.filter(({ source }) => source !== "logs");
  return measured.length > 0 ? measured : extents;
}

const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;

/** Why the data does not cover the time of the alarm; null if it does. */
function notCovered({ incident, extents }: Context): string | null {
  const { alarmAtMs } = incident;
  if (alarmAtMs === null) return null;
  const splitMs = splitOf(incident);
  const compared = comparedOf(extents);
  if (splitMs !== null && compared.length > 0 && compared.every(({ endMs }) => endMs < splitMs))
    return "All that was compared ends before the alarm, so this is not an all-clear.";
  const early = extents.filter(
    ({ endMs, stepMs }) => endMs < alarmAtMs - Math.max(ENDS_BEFORE_MS, ENDS_BEFORE_STEPS * stepMs),
  );
  const [first] = early.toSorted((a, b) => a.endMs - b.endMs);
  return first === undefined
    ? null
    : `The ${early.map(({ source }) => source).join(" and ")} end before the alarm, by up to ` +
        `${minutes(alarmAtMs - first.endMs)}, so this is not an all-clear.`;
}

/**
 * Why the fault may be older than the quiet time it was compared with; null if it cannot be. A shared recording, or a
 * quiet time that a person gave, does not contain the fault. Otherwise the quiet time is the time before the alarm, and
 * must begin before the given window, or before the largest plausible alert lag.
 */
function notReachingBack({ incident, extents }: Context): string | null {
  const { alarmAtMs, baseline, window } = incident;
  if (alarmAtMs === null || baseline.shared !== null || givenBaseline(incident) !== null) return null;
  const startMs = comparedOf(extents).reduce(
    (latest, extent) => Math.max(latest, extent.startMs),
    Number.NEGATIVE_INFINITY,
  );
  return startMs <= oldestFaultMs(alarmAtMs, window) - MIN_QUIET_MS
    ? null
    : `The quiet time begins only ${minutes(alarmAtMs - startMs)} before the alarm, and the fault may be older, so ` +
        "this is not an all-clear.";
}
