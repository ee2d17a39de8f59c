import type { CitedFinding } from "../domain/finding.ts";
import type { Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { userSliOf } from "../domain/signals.ts";
import type { BaselineCoverage } from "./symptom.ts";

/** Least strength of a finding that forbids an all-clear, by what it shows. Healthy slices rarely reach these. */
const STRONG_SLI = 8;
const STRONG_LOG = 40;
const STRONG_TRACE = 0.15;
/** From this many lines on, an error without a time may be what the alarm is about. */
const UNDATED_BURST = 3;
/** At most this many reasons are given. */
const MAX_REASONS = 2;

type Context = {
  findings: readonly CitedFinding[];
  incident: Incident;
  baselineCoverage: BaselineCoverage;
  entries: ReadonlySet<string>;
};

/**
 * An all-clear needs proof: what alarmed, or the entry, was compared with a baseline, and nothing else says otherwise.
 * Without the proof, `no_incident` becomes `inconclusive`. Other verdicts stay.
 */
export function proveAllClear<C extends Pick<Ranking, "verdict" | "why">>(conclusion: C, context: Context): C {
  if (conclusion.verdict !== "no_incident") return conclusion;
  const otherwise = contradictions(context.findings);
  if (otherwise.length > 0)
    return {
      ...conclusion,
      verdict: "inconclusive",
      why:
        "Users are not visibly affected, but something is wrong: " +
        `${otherwise
          .slice(0, MAX_REASONS)
          .map(({ summary }) => summary)
          .join("; ")}.`,
    };
  const unobserved = notObserved(context);
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
