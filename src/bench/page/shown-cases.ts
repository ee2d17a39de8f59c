import type { CaseDetail, ShownFinding } from "../predict/case-detail.ts";
import type { Oracle, Prediction } from "../formats.ts";
import { judge } from "../judge.ts";
import type { ScoredRun } from "../measure.ts";

/**
 * How a case ended. `missed`: another entity than a true root cause is first, or only some of several. `false-alarm`:
 * something was blamed, or the all-clear was not given, where nothing is wrong. `cause`: the right entity with another
 * cause.
 */
export const OUTCOMES = ["missed", "false-alarm", "cause", "right"] as const;
export type CaseOutcome = (typeof OUTCOMES)[number];

/** A case as the page shows it. `key`: of its cause, for the filters. */
export type ShownCase = {
  outcome: CaseOutcome;
  key: string;
  oracle: Oracle;
  prediction: Prediction | undefined;
  detail: CaseDetail | undefined;
  /** Place of the first true root cause, from 1. */
  rank: number | null;
};

const ALL_CLEAR = new Set<string>(["no_incident", "recovered"]);
export const NO_FAULT = "nothing wrong";

function outcomeOf(oracle: Oracle, prediction: Prediction | undefined): CaseOutcome {
  if (!oracle.faulty) return ALL_CLEAR.has(prediction?.verdict ?? "") ? "right" : "false-alarm";
  const { ac, a1 } = judge(oracle, prediction);
  if ((ac[0] ?? 0) < 1) return "missed";
  return a1 === null || a1 === 1 ? "right" : "cause";
}

/** All cases of a run: misses first, then by id. */
export function shownCases({ oracles, predicted: { predictions, details } }: ScoredRun): ShownCase[] {
  const shown = oracles.map((oracle): ShownCase => {
    const prediction = predictions.get(oracle.id);
    return {
      outcome: outcomeOf(oracle, prediction),
      key: oracle.faulty ? (oracle.cause ?? oracle.category ?? "no labelled cause") : NO_FAULT,
      oracle,
      prediction,
      detail: details.get(oracle.id),
      rank: oracle.faulty ? judge(oracle, prediction).rank : null,
    };
  });
  return shown.toSorted(
    (a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome) || (a.oracle.id < b.oracle.id ? -1 : 1),
  );
}

/** The findings about an entity, under any of its names. The strongest first. */
export const findingsAbout = (detail: CaseDetail | undefined, names: readonly string[]): ShownFinding[] =>
  (detail?.findings ?? [])
    .filter((finding) => finding.names.some((name) => names.includes(name)))
    .toSorted((a, b) => b.strength - a.strength);
