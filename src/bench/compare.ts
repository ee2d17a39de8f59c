import { pairedBootstrap, type PairedDifference } from "../stats/bootstrap.ts";
import { holm } from "../stats/holm.ts";
import { mcNemar } from "../stats/mcnemar.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { judge, type Judged } from "./judge.ts";
import { columns, fixed } from "./print-runs.ts";

/**
 * `p`: of McNemar's exact test, where every case is right or wrong; null for a figure with parts of a case, and where no
 * case differs.
 * `corrected`: the same after Holm's correction for all figures that were tested.
 */
type Compared = { figure: string; result: PairedDifference; p: number | null; corrected: number | null };
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
    return both.length === 0
      ? []
      : [{ figure: name, result: pairedBootstrap(both, { seed }), p: pOf(both), corrected: null }];
  });
  const tested = figures.filter(({ p }) => p !== null);
  holm(tested.map(({ p }) => p ?? 1)).forEach((corrected, at) => {
    const one = tested[at];
    if (one !== undefined) one.corrected = corrected;
  });
  const moved = pairs.map(([first, second]): Moved => ({ id: first.oracle.id, from: first.rank, to: second.rank }));
  return {
    figures,
    better: moved.filter(({ from, to }) => (to ?? LAST) < (from ?? LAST)),
    worse: moved.filter(({ from, to }) => (to ?? LAST) > (from ?? LAST)),
  };
}

function pOf(pairs: readonly (readonly [a: number, b: number])[]): number | null {
  if (pairs.some((pair) => pair.some((value) => value !== 0 && value !== 1))) return null;
  const [onlyA, onlyB] = [pairs.filter(([a, b]) => a > b).length, pairs.filter(([a, b]) => b > a).length];
  // without a differing case there is nothing to test, and nothing to correct for (Tarone 1990)
  return onlyA + onlyB === 0 ? null : mcNemar(onlyA, onlyB);
}

/** Below this, a difference is called better or worse. */
const LEVEL = 0.05;

function verdictOf({ result: { low, high, difference }, corrected }: Compared): string {
  const isSure = corrected === null ? low > 0 || high < 0 : corrected < LEVEL;
  return isSure ? (difference > 0 ? "better" : "worse") : "no significant difference";
}

const signed = (value: number): string => `${value > 0 ? "+" : ""}${fixed(value)}`;
const rank = (place: number | null): string => (place === null ? "not ranked" : String(place));

const list = (word: string, moved: readonly Moved[]): string[] => [
  `  ${word}: ${moved.length}`,
  ...moved.map(({ id, from, to }) => `    ${id}: rank ${rank(from)} → ${rank(to)}`),
];

export function printComparison({ figures, better, worse }: Comparison): string {
  const head = ["", "n", "a", "b", "b - a", "95 %", "p (McNemar, Holm)", ""];
  const rows = figures.map((one) => {
    const {
      figure,
      result: { n, a, b, difference, low, high },
      corrected,
    } = one;
    return [
      figure,
      String(n),
      fixed(a),
      fixed(b),
      signed(difference),
      `[${signed(low)}, ${signed(high)}]`,
      corrected === null ? "-" : fixed(corrected),
      verdictOf(one),
    ];
  });
  return [
    ...columns([head, ...rows]),
    ...list("the true cause ranked higher", better),
    ...list("the true cause ranked lower", worse),
  ].join("\n");
}
