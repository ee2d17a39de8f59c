import { planMatch, planSafe } from "../bench/tasks/score-plan.ts";
import { Oracle, PlanAnswer } from "../bench/formats.ts";
import type { Runbook } from "../domain/runbook.ts";
import { faultNamed } from "../lab/trial/faults.ts";
import { oracleOf } from "../lab/trial/oracle.ts";
import type { TrialResult } from "../lab/trial/trial-result.ts";
import { scoreTrial, type TrialScore, wilson } from "../lab/trial/trial-score.ts";

const word = (value: boolean | null): string => (value === null ? "–" : value ? "yes" : "no");
const HEAD = [
  "Fault",
  "Half",
  "Found",
  "Cause",
  "plan_match",
  "plan_safe",
  "Executed",
  "Recovered",
  "Seconds",
  "Harm",
  "Restart",
  "Nothing",
];

/** The table of trials in Markdown, and the figures below it. */
export function labTable(results: readonly TrialResult[], runbooks: readonly Runbook[], half: string | null): string {
  const wanted = results.filter(({ fault }) => half === null || faultNamed(fault).half === half);
  const scores = wanted.map(scoreTrial);
  const ofBaseline = (responder: string, fault: string): TrialScore | undefined =>
    scores.find((score) => score.responder === responder && score.fault === fault);
  const trials = wanted.filter(({ responder }) => responder === "causeway");
  const rows = trials.map((result) => {
    const score = scoreTrial(result);
    const plan = planOf(result);
    const oracle = Oracle.parse(oracleOf(faultNamed(result.fault)));
    return {
      score,
      match: oracle.faulty ? planMatch(plan, oracle, runbooks) : null,
      safe: planSafe(plan, oracle),
      cells: [
        score.fault,
        score.half,
        word(score.entityRight),
        word(score.causeRight),
        word(oracle.faulty ? planMatch(plan, oracle, runbooks) : null),
        word(planSafe(plan, oracle)),
        result.executed.map(({ runbook, step, state }) => `${runbook}/${step}: ${state}`).join("; ") || "–",
        word(score.recovered),
        score.recovered === true ? String(score.seconds) : "–",
        score.harmed.join(", ") || "0",
        word(ofBaseline("restart", score.fault)?.recovered ?? null),
        word(ofBaseline("nothing", score.fault)?.recovered ?? null),
      ],
    };
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const share = (name: string, values: readonly (boolean | null)[]): string => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${name}: –`;
    const hits = known.filter(Boolean).length;
    const { share: mean, low, high } = wilson(hits, known.length);
    return `${name}: ${hits} of ${known.length}, ${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  };
  const recovered = (responder: string): (boolean | null)[] =>
    scores.filter((score) => score.responder === responder && isFaulty(score)).map((score) => score.recovered);
  return [
    line(HEAD),
    line(HEAD.map(() => "---")),
    ...rows.map(({ cells }) => line(cells)),
    "",
    share(
      "Root cause first",
      rows.map(({ score }) => score.entityRight),
    ),
    share(
      "Cause right",
      rows.map(({ score }) => score.causeRight),
    ),
    share(
      "plan_match",
      rows.map(({ match }) => match),
    ),
    share(
      "plan_safe",
      rows.map(({ safe }) => safe),
    ),
    share("Recovered, Causeway", recovered("causeway")),
    share("Recovered, always restart the first suspect", recovered("restart")),
    share("Recovered, nothing", recovered("nothing")),
    `Harm: ${rows.filter(({ score }) => score.harmed.length > 0).length} of ${rows.length} trials`,
  ].join("\n");
}

const isFaulty = ({ fault }: TrialScore): boolean => faultNamed(fault).entities.length > 0;

function planOf({ analysis }: TrialResult): PlanAnswer | null {
  if (analysis === null || analysis.runbook === null) return null;
  const [first] = analysis.causes;
  return PlanAnswer.parse({
    cause: first?.category ?? "unknown",
    target: first?.entity ?? null,
    runbook: analysis.runbook,
    isDraft: analysis.isDraft,
    isProposed: first !== undefined,
    actions: analysis.actions,
  });
}
