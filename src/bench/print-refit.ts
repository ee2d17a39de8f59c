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
    ? [`${title}: only one group, nothing to judge it by`]
    : [title, ...columns([HEAD, ...Object.entries(report).map(([name, of]) => rowOf(name, of))])];

/** The fit, and how it does on groups that it has not seen. */
export function printRefit(refit: Refit): string {
  const { bias, weights, minConfidence, precision, heldOutEntities, heldOutSuites, reliability, answered } = refit;
  return [
    `log-odds = ${bias} + ${Object.entries(weights)
      .map(([name, weight]) => `${weight} ${name}`)
      .join(" + ")}; a cause is named from ${minConfidence} on, for ${precision} of these to be right`,
    ...part("fitted without the entity at fault (its cases in all suites), ten folds", heldOutEntities),
    ...part("fitted without the suite", heldOutSuites),
    "what was said, and how often it was right (fitted without the entity)",
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
