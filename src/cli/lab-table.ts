import { planMatch, planSafe } from "../bench/tasks/score-plan.ts";
import { Oracle, PlanAnswer } from "../bench/formats.ts";
import type { Runbook } from "../domain/runbook.ts";
import { faultNamed } from "../lab/trial/faults.ts";
import { oracleOf } from "../lab/trial/oracle.ts";
import type { TrialResult } from "../lab/trial/trial-result.ts";
import { scoreTrial, type TrialScore, wilson } from "../lab/trial/trial-score.ts";

const HEAD = "Fault,Half,Found,Cause,plan_match,plan_safe,Executed,Recovered,Seconds,Harm,Restart,Nothing".split(",");

/** `match` and the score: of the first analysis; `atLast`: of the last one; `safe`: of all plans. */
type TrialRow = TrialScore & {
  result: TrialResult;
  match: boolean | null;
  safe: boolean;
  atLast: { entityRight: boolean | null; match: boolean | null };
};

/** The table of trials in Markdown, and the figures below it. */
export function labTable(results: readonly TrialResult[], runbooks: readonly Runbook[], half: string | null): string {
  const wanted = results.filter(({ fault }) => half === null || faultNamed(fault).half === half);
  const scores = wanted.map(scoreTrial);
  const rows = wanted
    .filter(({ responder }) => responder === "causeway")
    .map((result): TrialRow => {
      const oracle = Oracle.parse(oracleOf(faultNamed(result.fault)));
      const matchOf = (analysis: TrialResult["analysis"]): boolean | null =>
        oracle.faulty ? planMatch(planOf(analysis), oracle, runbooks) : null;
      const last = result.later.at(-1) ?? result.analysis;
      return {
        ...scoreTrial(result),
        result,
        match: matchOf(result.analysis),
        safe: [result.analysis, ...result.later].every((one) => planSafe(planOf(one), oracle)),
        atLast: {
          entityRight: scoreTrial({ ...result, analysis: last }).entityRight,
          match: matchOf(last),
        },
      };
    });
  const recovered = (responder: TrialResult["responder"]): (boolean | null)[] =>
    scores
      .filter((score) => score.responder === responder && faultNamed(score.fault).entities.length > 0)
      .map((score) => score.recovered);
  return [
    line(HEAD),
    line(HEAD.map(() => "---")),
    ...rows.map((row) => line(cellsOf(row, scores))),
    "",
    share(
      "Root cause first",
      rows.map(({ entityRight }) => entityRight),
    ),
    share(
      "Root cause first, last analysis",
      rows.map(({ atLast }) => atLast.entityRight),
    ),
    share(
      "Cause right",
      rows.map(({ causeRight }) => causeRight),
    ),
    share(
      "plan_match",
      rows.map(({ match }) => match),
    ),
    share(
      "plan_match, last analysis",
      rows.map(({ atLast }) => atLast.match),
    ),
    share(
      "plan_safe",
      rows.map(({ safe }) => safe),
    ),
    share("Recovered, Causeway", recovered("causeway")),
    share("Recovered, always restart the first suspect", recovered("restart")),
    share("Recovered, nothing", recovered("nothing")),
    ...wanted.flatMap(({ fault, wrong }) =>
      wrong === undefined
        ? []
        : [
            `Wrong approval in ${fault}: ${wrong.workload} ${wrong.changed ? "changed" : "not changed"}, ${wrong.state}, ` +
              (wrong.restored ? "spec as before" : "spec not restored"),
          ],
    ),
    `Harm: ${rows.filter(({ harmed }) => harmed.length > 0).length} of ${rows.length} trials`,
  ].join("\n");
}

function cellsOf(row: TrialRow, scores: readonly TrialScore[]): string[] {
  const ofBaseline = (responder: TrialResult["responder"]): boolean | null =>
    scores.find((score) => score.responder === responder && score.fault === row.fault)?.recovered ?? null;
  return [
    row.fault,
    row.half,
    word(row.entityRight),
    word(row.causeRight),
    word(row.match),
    word(row.safe),
    row.result.executed.map(({ runbook, step, state }) => `${runbook}/${step}: ${state}`).join("; ") || "–",
    word(row.recovered),
    row.recovered === true ? String(row.seconds) : "–",
    row.harmed.join(", ") || "0",
    word(ofBaseline("restart")),
    word(ofBaseline("nothing")),
  ];
}

const word = (value: boolean | null): string => (value === null ? "–" : value ? "yes" : "no");
const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Of the trials that show it: how many, and the share with its interval. */
function share(name: string, values: readonly (boolean | null)[]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${name}: –`;
  const hits = known.filter(Boolean).length;
  const { share: mean, low, high } = wilson(hits, known.length);
  return `${name}: ${hits} of ${known.length}, ${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function planOf(analysis: TrialResult["analysis"]): PlanAnswer | null {
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
