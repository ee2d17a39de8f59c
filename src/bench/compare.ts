import { pairedBootstrap, type PairedDifference } from "../stats/bootstrap.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { judge, type Judged } from "./judge.ts";
import { columns, fixed } from "./print-runs.ts";

type Compared = { figure: string; result: PairedDifference };
type Moved = { id: string; from: number | null; to: number | null };
export type Comparison = { figures: Compared[]; better: Moved[]; worse: Moved[] };

const FIGURES: readonly { name: string; of: (judged: Judged) => number | null }[] = [
  { name: "AC@1", of: ({ ac }) => ac[0] ?? 0 },
  { name: "AC@3", of: ({ ac }) => ac[2] ?? 0 },
  { name: "AC@5", of: ({ ac }) => ac[4] ?? 0 },
  { name: "A@1", of: ({ a1 }) => a1 },
  { name: "cause@1", of: ({ cause1 }) => cause1 },
  { name: "change@1", of: ({ change }) => change },
  { name: "coverage", of: ({ covered }) => Number(covered) },
];
const LAST = Number.POSITIVE_INFINITY;

/** Compares two sets of predictions on the faulty cases. Each difference has a 95 % interval over resampled cases. */
export function compare(
  oracles: readonly Oracle[],
  a: ReadonlyMap<string, Prediction>,
  b: ReadonlyMap<string, Prediction>,
  seed: number,
): Comparison {
  const pairs = oracles
    .filter(({ faulty }) => faulty)
    .map((oracle) => [judge(oracle, a.get(oracle.id)), judge(oracle, b.get(oracle.id))] as const);
  const figures = FIGURES.flatMap(({ name, of }): Compared[] => {
    const both = pairs.flatMap(([first, second]) => {
      const [from, to] = [of(first), of(second)];
      return from === null || to === null ? [] : [[from, to] as const];
    });
    return both.length === 0 ? [] : [{ figure: name, result: pairedBootstrap(both, { seed }) }];
  });
  const moved = pairs.map(([first, second]): Moved => ({ id: first.oracle.id, from: first.rank, to: second.rank }));
  return {
    figures,
    better: moved.filter(({ from, to }) => (to ?? LAST) < (from ?? LAST)),
    worse: moved.filter(({ from, to }) => (to ?? LAST) > (from ?? LAST)),
  };
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${fixed(value)}`;
const rank = (place: number | null): string => (place === null ? "not ranked" : String(place));

const list = (word: string, moved: readonly Moved[]): string[] => [
  `  ${word}: ${moved.length}`,
  ...moved.map(({ id, from, to }) => `    ${id}: rank ${rank(from)} → ${rank(to)}`),
];

export function printComparison({ figures, better, worse }: Comparison): string {
  const head = ["", "n", "a", "b", "b - a", "95 %", ""];
  const rows = figures.map(({ figure, result: { n, a, b, difference, low, high } }) => [
    figure,
    String(n),
    fixed(a),
    fixed(b),
    signed(difference),
    `[${signed(low)}, ${signed(high)}]`,
    low > 0 ? "better" : high < 0 ? "worse" : "no significant difference",
  ]);
  return [
    ...columns([head, ...rows]),
    ...list("the true cause ranked higher", better),
    ...list("the true cause ranked lower", worse),
  ].join("\n");
}
