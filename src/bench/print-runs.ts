import { isAsRecorded } from "./incidents/vary-incidents.ts";
import { type Baseline, BASELINES } from "./baselines.ts";
import { type Run, type ScoredRun, variationWords } from "./measure.ts";
import { openRcaLines } from "./openrca-table.ts";
import { rankerLines } from "./rankers.ts";
import { processLines } from "./process.ts";
import { type Table, tableOf } from "./score.ts";

const FIGURES = [
  "AC@1",
  "AC@3",
  "AC@5",
  "Avg@5",
  "A@1",
  "A@3",
  "cause@1",
  "change@1",
  "coverage",
  "answered",
  "falseAllClear",
  "auroc",
  "ece",
] as const;
type FigureName = (typeof FIGURES)[number];
/** The figures that exist for a baseline. */
const OF_BASELINE: ReadonlySet<FigureName> = new Set(["AC@1", "AC@3", "AC@5", "Avg@5"]);
/** The figures that exist for the baseline that names a cause. */
const OF_CAUSE: ReadonlySet<FigureName> = new Set(["A@1", "A@3", "cause@1"]);

export const fixed = (value: number | null, digits = 3): string => (value === null ? "-" : value.toFixed(digits));

/** "0.880 [0.70, 0.96]" */
export function figureWords(table: Table, name: FigureName): string {
  const figure = table[name];
  const interval = "low" in figure && figure.low !== null ? ` [${fixed(figure.low, 2)}, ${fixed(figure.high, 2)}]` : "";
  return `${fixed(figure.value)}${interval}`;
}

/** "46 s, 81 s": median and 90 % quantile of the onset error. */
export const onsetWords = ({ onset: { median, p90 } }: Table): string =>
  median === null || p90 === null ? "-" : `${Math.round(median)} s, ${Math.round(p90)} s`;

/** Pads the cells of each column to one width. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(0, ...rows.map(({ length }) => length));
  const width = Array.from({ length: count }, (_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(width[at] ?? 0)).join("  ")}`.trimEnd());
}

const titleOf = ({ suite, variation, predicted }: Run): string => {
  const words = variationWords(variation);
  const title = words === "" ? suite : `${suite}, ${words}`;
  return `${title}: ${predicted.cases} cases, the slowest took ${predicted.slowestMs} ms`;
};

const MAJORITY_WORDS =
  "  majority: the suite's list of entities in its order, with the most frequent cause of the other suites of this command, " +
  "or the first listed";

/** How often each verdict was given, for a run without scores. */
export function printRun(run: Run): string {
  const verdicts = Map.groupBy(run.predicted.predictions.values(), ({ verdict }) => verdict);
  return [titleOf(run), ...columns([...verdicts].map(([verdict, of]) => [verdict, String(of.length)]).toSorted())].join(
    "\n",
  );
}

/**
 * Causeway next to the baselines ("-" when no case has their signal), with Wilson intervals, and the cases that were
 * missed.
 */
export function printScoredRun(run: ScoredRun): string {
  const others = run.baselineScores.size === 0 ? [] : BASELINES;
  const head = ["", "causeway", ...others];
  const ofBaseline = (other: Baseline, name: FigureName): string => {
    const found = run.baselineScores.get(other);
    return !OF_BASELINE.has(name) && !(other === "majority" && OF_CAUSE.has(name))
      ? ""
      : found
        ? figureWords(found.overall, name)
        : "-";
  };
  const rows = FIGURES.map((name) => [
    name,
    figureWords(run.scores.overall, name),
    ...others.map((other) => ofBaseline(other, name)),
  ]);
  const { scores } = run;
  rows.push(["onset error", onsetWords(scores.overall)]);
  const healthy =
    scores.faultFreeLeftOut === 0
      ? []
      : [
          `  fault-free cases, not in the table: ${scores.faultFree.n}; ` +
            `share with the verdict no_incident or recovered: ${fixed(scores.faultFree.value)}`,
          `  always claiming a fault would be right in ${scores.cases} of ${scores.cases + scores.faultFree.n} cases`,
        ];
  const missed = scores.missed
    .slice(0, 12)
    .map(
      ({ id, expected, rank, predicted, verdict }) =>
        `    ${id}: expected ${expected.join(" + ")} (${rank === null ? "not ranked" : `rank ${rank}`}), ` +
        `first was ${predicted ?? "-"}, ${verdict}`,
    );
  const more = scores.missed.length > 12 ? [`    and ${scores.missed.length - 12} more`] : [];
  return [
    titleOf(run),
    ...columns([head, ...rows]),
    ...(others.length > 0 ? [MAJORITY_WORDS, ...rankerLines(run.judged)] : []),
    ...[...processLines(scores.process), ...openRcaLines(scores.openRca)].map((line) => `  ${line}`),
    ...healthy,
    `  missed at rank 1: ${scores.missed.length}`,
    ...missed,
    ...more,
  ].join("\n");
}

/** All recorded cases of several suites as one table; null for a single suite. */
export function pooledTable(runs: readonly ScoredRun[]): Table | null {
  const plain = runs.filter(({ variation }) => isAsRecorded(variation) && variation.modelSeed === null);
  return plain.length < 2 ? null : tableOf(plain.flatMap(({ judged }) => judged));
}

export function printPooled(runs: readonly ScoredRun[]): string {
  const pooled = pooledTable(runs);
  return pooled === null
    ? ""
    : [
        `all suites together: ${pooled.cases} cases with a fault`,
        ...columns(FIGURES.map((name) => [name, figureWords(pooled, name)])),
      ].join("\n");
}
