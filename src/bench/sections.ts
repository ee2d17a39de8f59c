import { mean } from "../stats/mean.ts";
import { BASELINES } from "./baselines.ts";
import { type ScoredRun, variationWords } from "./measure.ts";
import { figureWords, fixed, onsetWords, pooledTable } from "./print-runs.ts";
import { leftOutSection } from "./left-out-runs.ts";
import type { Section, SectionName } from "./publish.ts";
import type { QuietResult, QuietRow } from "./quiet.ts";

/** Sections to add to the published ones. */
export type Added = Partial<Record<SectionName, Section & { data: unknown }>>;

const dataOf = ({ suite, variation, predicted, scores, baselineScores }: ScoredRun) => ({
  suite,
  variation,
  cases: predicted.cases,
  slowestMs: predicted.slowestMs,
  scores: { ...scores.overall, faultFree: scores.faultFree, missed: scores.missed },
  baselines: Object.fromEntries(
    [...baselineScores].map(([name, { overall }]) => [
      name,
      { "AC@1": overall["AC@1"], "AC@3": overall["AC@3"], "AC@5": overall["AC@5"] },
    ]),
  ),
});

const COLUMNS = ["AC@1", "AC@3", "A@1", "change@1", "coverage", "answered", "ece", "auroc"] as const;

function scoresSection(runs: readonly ScoredRun[]): Section & { data: unknown } {
  const rows = runs.flatMap(({ suite, scores: { overall }, baselineScores }) => [
    [suite, "**Causeway**", String(overall.cases), ...COLUMNS.map((name) => figureWords(overall, name))],
    ...BASELINES.flatMap((name) => {
      const scores = baselineScores.get(name);
      return scores
        ? [
            [
              "",
              name,
              String(scores.cases),
              figureWords(scores.overall, "AC@1"),
              figureWords(scores.overall, "AC@3"),
              "",
              "",
              "",
              "",
              "",
              "",
            ],
          ]
        : [];
    }),
  ]);
  const pooled = pooledTable(runs);
  if (pooled !== null)
    rows.push([
      "all together",
      "**Causeway**",
      String(pooled.cases),
      ...COLUMNS.map((name) => figureWords(pooled, name)),
    ]);
  const head = [
    "suite",
    "",
    "n",
    "AC@1",
    "AC@3",
    "A@1 (cause too)",
    "change@1",
    "coverage",
    "AC@1 of the answered",
    "ECE",
    "AUROC",
  ];
  return {
    title: "Scores",
    note: "No model. In brackets: the 95 % Wilson interval. The baselines ran on the same telemetry.",
    head,
    rows,
    data: [
      ...runs.map(dataOf),
      ...(pooled === null ? [] : [{ suite: "all together", cases: pooled.cases, scores: pooled }]),
    ],
  };
}

const meanConfidence = ({ predicted }: ScoredRun): string =>
  fixed(mean([...predicted.predictions.values()].map(({ ranking: [first] }) => first?.confidence ?? 0)));

function ablationSection(runs: readonly ScoredRun[]): Section & { data: unknown } {
  const head = ["suite", "", "AC@1", "AC@3", "A@1 (cause too)", "mean confidence"];
  const rows = runs.map((run) => [
    run.suite,
    variationWords(run.variation) || "everything recorded",
    ...(["AC@1", "AC@3", "A@1"] as const).map((name) => figureWords(run.scores.overall, name)),
    meanConfidence(run),
  ]);
  return {
    title: "Without one signal",
    note: "Each signal is removed, as if it had never been recorded. A case without a hypothesis has confidence 0.",
    head,
    rows,
    data: runs.map(dataOf),
  };
}

function lateSection(runs: readonly ScoredRun[]): Section & { data: unknown } {
  const figures = ["AC@1", "AC@3", "A@1", "coverage", "answered", "falseAllClear", "ece"] as const;
  const rows = runs.map((run) => [
    run.suite,
    variationWords(run.variation) || "as recorded",
    ...figures.map((name) => figureWords(run.scores.overall, name)),
    onsetWords(run.scores.overall),
  ]);
  return {
    title: "With a late alarm",
    note:
      "The alarm alone is raised later than recorded. `falseAllClear`: the share of faults with the verdict " +
      "`no_incident`. Onset error: median, and the ninth of ten, in seconds.",
    head: ["suite", "", ...figures, "onset error"],
    rows,
    data: runs.map(dataOf),
  };
}

function jitterSection(runs: readonly ScoredRun[]): Section & { data: unknown } {
  const groups = [
    ...Map.groupBy(runs, ({ suite, variation: { jitter } }) => `${suite}\n${jitter?.fromS} to ${jitter?.toS} s`),
  ];
  const rows = groups.map(([key, of]) => {
    const seeds = of.map(({ variation }) => String(variation.jitter?.seed));
    return [
      ...key.split("\n"),
      seeds.join(", "),
      ...(["AC@1", "AC@3", "A@1"] as const).map((name) =>
        fixed(mean(of.flatMap(({ scores }) => scores.overall[name].value ?? []))),
      ),
    ];
  });
  const head = ["suite", "times off by", "seeds", "AC@1, mean", "AC@3, mean", "A@1, mean"];
  return {
    title: "With wrong times",
    note: "Alarm, window and the end of the baseline are shifted together, by a random offset for each case.",
    head,
    rows,
    data: runs.map(dataOf),
  };
}

/** The sections of a run of suites: each kind of variation has its own table. */
export function sectionsOfRuns(runs: readonly ScoredRun[]): Added {
  const apart = runs.filter(({ leaveOut }) => leaveOut !== null);
  if (apart.length > 0) return { leftOut: leftOutSection(apart) };
  const jittered = runs.filter(({ variation }) => variation.jitter !== null);
  const late = runs.filter(({ variation }) => variation.lateMinutes > 0);
  const steady = runs.filter(
    ({ variation: { jitter, lateMinutes, maxCalls } }) => jitter === null && lateMinutes === 0 && maxCalls === null,
  );
  const ablated = steady.some(({ variation }) => variation.without.length > 0);
  const plain = steady.filter(({ variation }) => variation.without.length === 0);
  return {
    ...(plain.length > 0 && !ablated && { scores: scoresSection(plain) }),
    ...(ablated && { ablation: ablationSection(steady) }),
    ...(jittered.length > 0 && { jitter: jitterSection(jittered) }),
    ...(late.length > 0 && { late: lateSection(runs.filter(({ variation }) => variation.jitter === null)) }),
  };
}

const interval = ({ value, low, high }: QuietRow["right"]): string =>
  `${fixed(value)} [${fixed(low, 2)}, ${fixed(high, 2)}]`;
const quietCells = ({ what, n, verdicts, right, quiet }: QuietRow): string[] => [
  what,
  String(n),
  ...(["no_incident", "inconclusive", "root_cause", "recovered"] as const).map((verdict) =>
    String(verdicts[verdict] ?? 0),
  ),
  interval(right),
  interval(quiet),
];

export function sectionsOfQuiet({ rows, all, blamed }: QuietResult): Added {
  const head = [
    "times without a fault",
    "n",
    "no_incident",
    "inconclusive",
    "root_cause",
    "recovered",
    "nothing blamed",
    "of which no_incident",
  ];
  return {
    quiet: {
      title: "Where nothing is wrong",
      note:
        "Each slice is analyzed three times: with a false alarm, with nothing but an alert that fired without cause " +
        "(`false alert`, as a webhook delivers it), and without an alarm.",
      head,
      rows: [...rows.map(quietCells), quietCells(all)],
      data: { rows, all, blamed },
    },
  };
}
