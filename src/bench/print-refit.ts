import { columns, fixed } from "./print-runs.ts";
import type { Refit, Reliability } from "./refit.ts";

const HEAD = ["", "n", "right", "stated", "ECE", "by chance", "AUROC", "Brier"];
const rowOf = (name: string, { n, right, stated, ece, eceByChance, auroc, brier }: Reliability): string[] => [
  name,
  String(n),
  ...[right, stated, ece, eceByChance, auroc, brier].map((value) => fixed(value)),
];

const part = (title: string, report: Refit["heldOutEntities"]): string[] =>
  report === null
    ? [`${title}: not possible, because there is only one group`]
    : [title, ...columns([HEAD, ...Object.entries(report).map(([name, of]) => rowOf(name, of))])];

/** The fit, and its reliability on groups that it has not seen. */
export function printRefit(refit: Refit): string {
  const { bias, weights, minConfidence, precision, heldOutEntities, heldOutSuites, reliability, answered } = refit;
  return [
    `log-odds = ${bias} + ${Object.entries(weights)
      .map(([name, weight]) => `${weight} ${name}`)
      .join(
        " + ",
      )}; a root cause is named at a confidence of ${minConfidence} or more, so that ${precision} of them are right`,
    ...part("fitted without the entity at fault (its cases in all suites), ten folds", heldOutEntities),
    ...part("fitted without the suite", heldOutSuites),
    "stated confidence, and how often it was right (fitted without the entity)",
    ...columns([
      ["stated", "n", "mean", "right"],
      ...reliability.map(({ from, to, n, stated, right }) => [
        `${from.toFixed(1)}-${to.toFixed(1)}`,
        String(n),
        fixed(stated),
        fixed(right),
      ]),
    ]),
    `at or above ${minConfidence}: ${fixed(answered.share)} of the cases, ${fixed(answered.right)} of them right`,
  ].join("\n");
}
