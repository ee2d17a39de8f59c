import { linesOf } from "./print-refit.ts";
import { fixed } from "./print-runs.ts";
import { MIN_THRESHOLD, type Refit } from "./refit.ts";
import type { Reliability } from "./reliability.ts";
import type { Added } from "./sections.ts";

const cells = (name: string, how: string, of: Reliability): string[] => [
  name,
  how,
  String(of.n),
  ...[of.right, of.stated, of.ece].map((value) => fixed(value)),
  `${fixed(of.eceByChance)}, ${fixed(of.eceByChanceHigh)}`,
  ...[of.auroc, of.brier, of.coverage, of.answered].map((value) => fixed(value)),
];

const rowsOf = (report: Refit["heldOutSystems"], how: string): string[][] =>
  report === null ? [] : linesOf(report).map(([name, of]) => cells(name, how, of));

/** The sections of a refit: reliability in tenths on cases outside the fit, and risk against coverage. */
export function sectionsOfRefit(refit: Refit): Added {
  return {
    confidence: {
      title: "Confidence on cases that the fit had not seen",
      note:
        "The confidence of the first hypothesis, and the threshold for naming a cause, cross-validated: fitted without " +
        "the whole system, and without the entity at fault (ten folds). On few cases even a perfect confidence shows an " +
        "error by chance. The table gives that error for the same number of cases. `one signal less`: the same cases " +
        "with each signal removed in turn. `nothing wrong`: cases without a fault in which the confidence alone decides " +
        "whether somebody is blamed; every answer is wrong there.",
      head: [
        "suite or system",
        "fitted without",
        "n",
        "right",
        "stated",
        "ECE",
        "ECE of a perfect one: mean, 95 %",
        "AUROC",
        "Brier",
        "coverage",
        "answered right",
      ],
      rows: [...rowsOf(refit.heldOutSystems, "the system"), ...rowsOf(refit.heldOutEntities, "the entity")],
      data: refit,
    },
    reliability: {
      title: "Reliability",
      note: "All suites together, fitted without the system.",
      head: ["stated confidence", "n", "mean stated", "right"],
      rows: refit.reliability.map(({ from, to, n, stated, right }) => [
        `${from.toFixed(1)} to ${to.toFixed(1)}`,
        String(n),
        fixed(stated),
        fixed(right),
      ]),
      data: refit.reliability,
    },
    risk: {
      title: "Risk and coverage",
      note:
        "All suites together, fitted without the system: the share of cases in which a cause is named, and how many of " +
        `these are right, by the least confidence at which one is named. In use: ${refit.minConfidence}. It is the ` +
        `lowest from ${MIN_THRESHOLD} on at which ${refit.precision} are right with each case alike, and with each ` +
        "system alike.",
      head: ["least confidence", "coverage", "answered right"],
      rows: refit.riskAndCoverage.map(({ least, coverage, answered }) => [
        fixed(least, 2),
        fixed(coverage),
        fixed(answered),
      ]),
      data: refit.riskAndCoverage,
    },
  };
}
