import { EACH_SYSTEM } from "./leave-out.ts";
import type { ScoredRun } from "./measure.ts";
import type { Judged } from "./judge.ts";
import { columns, figureWords } from "./print-runs.ts";
import type { Section } from "./publish.ts";
import { type Table, tableOf } from "./score.ts";

const FIGURES = ["AC@1", "AC@3", "A@1", "coverage", "answered", "falseAllClear", "ece", "auroc"] as const;

/** The scores of one system in one suite. */
type Row = { suite: string; system: string; table: Table };

const tableFor = (of: readonly { judged: Judged }[]): Table => tableOf(of.map(({ judged }) => judged));

/** The scores of each left-out system, in each suite and over all suites; empty if none was left out. */
function rowsOf(runs: readonly ScoredRun[]): Row[] {
  const unseen = runs.flatMap(({ suite, leaveOut, judged }) =>
    judged.flatMap((one) => {
      const system = one.prediction?.system ?? suite;
      return leaveOut === EACH_SYSTEM || leaveOut === system ? [{ suite, system, judged: one }] : [];
    }),
  );
  const rows = [...Map.groupBy(unseen, ({ suite, system }) => `${suite}\n${system}`)].map(([key, of]): Row => {
    const [suite = "", system = ""] = key.split("\n");
    return { suite, system, table: tableFor(of) };
  });
  return rows.length < 2 ? rows : [...rows, { suite: "all together", system: "", table: tableFor(unseen) }];
}

const cells = ({ suite, system, table }: Row): string[] => [
  suite,
  system,
  String(table.cases),
  ...FIGURES.map((name) => figureWords(table, name)),
];
const HEAD = ["suite", "left-out system", "n", ...FIGURES];

/** The scores of each system with a confidence fitted without it; empty if none was left out. */
export function printLeftOut(runs: readonly ScoredRun[]): string {
  const rows = rowsOf(runs.filter(({ leaveOut }) => leaveOut !== null));
  return rows.length === 0
    ? ""
    : ["systems left out of the confidence", ...columns([HEAD, ...rows.map(cells)])].join("\n");
}

export function leftOutSection(runs: readonly ScoredRun[]): Section & { data: unknown } {
  const rows = rowsOf(runs);
  return {
    title: "By left-out system",
    note:
      "Each case is analyzed with a confidence and an answer threshold that were fitted without its system. The rules " +
      "and the weights of the rankers are those in use: they were written while looking at the development cases.",
    head: HEAD,
    rows: rows.map(cells),
    data: rows,
  };
}
