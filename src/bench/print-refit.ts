import { columns, fixed } from "./print-runs.ts";
import type { Refit } from "./refit.ts";
import type { Reliability } from "./reliability.ts";

const HEAD = ["", "n", "right", "stated", "ECE", "by chance", "AUROC", "Brier", "coverage", "answered right"];
const rowOf = (name: string, of: Reliability): string[] => [
  name,
  String(of.n),
  ...[of.right, of.stated, of.ece, of.eceByChance, of.auroc, of.brier, of.coverage, of.answered].map((value) =>
    fixed(value),
  ),
];

/** Every line of a report with its name: pooled, the suites, the systems, and the groups that are judged separately. */
export const linesOf = (report: NonNullable<Refit["heldOutSystems"]>): [string, Reliability][] => {
  const { pooled, suites, systems, ...apart } = report;
  return [
    ["pooled", pooled],
    ...Object.entries(suites),
    ...Object.entries(systems).map(([name, of]): [string, Reliability] => [`system ${name}`, of]),
    ...Object.entries(apart).flatMap(([name, of]): [string, Reliability][] => (of ? [[name, of]] : [])),
  ];
};

const part = (title: string, report: Refit["heldOutSystems"]): string[] =>
  report === null
    ? [`${title}: not possible, because there is only one group`]
    : [title, ...columns([HEAD, ...linesOf(report).map(([name, of]) => rowOf(name, of))])];

/** The fit, and its reliability on groups that it has not seen. */
export function printRefit(refit: Refit): string {
  const { bias, weights, minConfidence, precision, heldOutEntities, heldOutSystems, reliability } = refit;
  return [
    `log-odds = ${bias} + ${Object.entries(weights)
      .map(([name, weight]) => `${weight} ${name}`)
      .join(
        " + ",
      )}; a root cause is named at a confidence of ${minConfidence} or more, so that at least ${precision} of them are right`,
    ...part("fitted without the system", heldOutSystems),
    ...part("fitted without the entity at fault (its cases in all suites), ten folds", heldOutEntities),
    "stated confidence, and how often it was right (fitted without the system)",
    ...columns([
      ["stated", "n", "mean", "right"],
      ...reliability.map(({ from, to, n, stated, right }) => [
        `${from.toFixed(1)}-${to.toFixed(1)}`,
        String(n),
        fixed(stated),
        fixed(right),
      ]),
    ]),
    "least confidence to name a cause, share of cases in which one is named, share of these that are right",
    ...columns(
      refit.riskAndCoverage.map(({ least, coverage, answered }) => [fixed(least, 2), fixed(coverage), fixed(answered)]),
    ),
  ].join("\n");
}
