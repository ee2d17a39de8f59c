import { pairedBootstrap, type PairedDifference } from "../stats/bootstrap.ts";
import { holm } from "../stats/holm.ts";
import { mcNemar, pairCountsOf } from "../stats/mcnemar.ts";
import { CASE_FIGURES } from "./case-figures.ts";
import type { Oracle, Prediction } from "./formats.ts";
import { judge } from "./judge.ts";
import { columns, fixed } from "./print-runs.ts";

/**
 * `p`: of McNemar's exact test, where every case is right or wrong; null for a figure with parts of a case, and where no
 * case differs.
 * `corrected`: the same after Holm's correction for all figures that were tested.
 */
type Compared = { figure: string; result: PairedDifference; p: number | null; corrected: number | null };
type Moved = { id: string; from: number | null; to: number | null };
export type Comparison = { figures: Compared[]; better: Moved[]; worse: Moved[] };

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
  const figures = CASE_FIGURES.flatMap(({ name, of }): Compared[] => {
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
  const counts = pairCountsOf(pairs);
  // without a differing case there is nothing to test, and nothing to correct for (Tarone 1990)
  return counts === null || counts.onlyA + counts.onlyB === 0 ? null : mcNemar(counts.onlyA, counts.onlyB);
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
