import { type BcaDistribution, bcaInterval, bcaOfMean, bcaOfTwoMeans, bcaTail } from "../../stats/bca.ts";
import { mcNemar, pairCountsOf } from "../../stats/mcnemar.ts";
import { mean } from "../../stats/mean.ts";
import { permutationTest, signFlipTest } from "../../stats/permutation.ts";
import { type PairCounts, tangoInterval, tangoTail } from "../../stats/tango.ts";
import type { Metric } from "./metrics.ts";

/** The values of a metric. `paired`: both configurations on the same cases. `apart`: each case in one of them. */
export type ArmValues =
  | { kind: "paired"; pairs: readonly (readonly [a: number, b: number])[] }
  | { kind: "apart"; a: readonly number[]; b: readonly number[] };

/**
 * A metric compared. `difference`: b − a; for a ratio b / a − 1. `low`, `high`: its interval. `p`: two-sided, of "no
 * difference". `discordant`: cases that only one side has right; null for an amount. `sd`: of the differences, on the
 * scale of the test. `harmTail(margin)`: one-sided p of "b is worse by at most `margin`".
 */
export type MetricResult = {
  n: number;
  a: number;
  b: number;
  difference: number;
  low: number;
  high: number;
  p: number;
  discordant: number | null;
  sd: number | null;
  interval: "BCa" | "Tango";
  test: "McNemar, exact" | "sign flips" | "permutation";
  harmTail: (margin: number) => number;
};

/** With fewer differing pairs, a bootstrap has too little to resample (measured: docs/experiments.md). */
const FEW_DIFFERING = 10;

type Options = { seed: number; alpha: number };

/** The scale of the test, and back. */
const SCALES = {
  share: { to: (x: number) => x, back: (x: number) => x },
  amount: { to: (x: number) => x, back: (x: number) => x },
  ratio: { to: Math.log, back: Math.expm1 },
} as const;

const spreadOf = (values: readonly number[]): number | null => {
  const centre = mean(values);
  return centre === null || values.length < 2
    ? null
    : Math.sqrt(values.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (values.length - 1));
};

/** A margin of a ratio is a share; of anything else an amount. */
const marginOn = (unit: Metric["unit"], margin: number): number => (unit === "ratio" ? Math.log1p(margin) : margin);

/** Tail of the harm over a bootstrap: for "higher is better", a fall is the harm. */
function harmOf(distribution: BcaDistribution, { unit, better }: Metric): MetricResult["harmTail"] {
  return (margin) => {
    const bound = marginOn(unit, margin);
    return better === "lower" ? bcaTail(distribution, bound) : 1 - bcaTail(distribution, -bound);
  };
}

const harmOfCounts =
  (counts: PairCounts, { better }: Metric): MetricResult["harmTail"] =>
  (margin) =>
    better === "lower" ? tangoTail(counts, margin) : tangoTail(swapped(counts), margin);
const swapped = ({ onlyA, onlyB, n }: PairCounts): PairCounts => ({ onlyA: onlyB, onlyB: onlyA, n });

/** A geometric mean for a ratio. */
const levelOf = (values: readonly number[], unit: Metric["unit"]): number => {
  const scaled = mean(values.map(SCALES[unit].to)) ?? 0;
  return unit === "ratio" ? Math.exp(scaled) : scaled;
};

function comparePairs(
  metric: Metric,
  pairs: readonly (readonly [a: number, b: number])[],
  { seed, alpha }: Options,
): MetricResult {
  const { to, back } = SCALES[metric.unit];
  const gains = pairs.map(([a, b]) => to(b) - to(a));
  const distribution = bcaOfMean(gains, { seed });
  const counts = metric.unit === "share" ? pairCountsOf(pairs) : null;
  const differing = counts === null ? null : counts.onlyA + counts.onlyB;
  const isFew = counts !== null && differing !== null && differing < FEW_DIFFERING;
  const { low, high } = isFew ? tangoInterval(counts, 1 - alpha) : bcaInterval(distribution, 1 - alpha);
  return {
    n: pairs.length,
    a: levelOf(
      pairs.map(([a]) => a),
      metric.unit,
    ),
    b: levelOf(
      pairs.map(([, b]) => b),
      metric.unit,
    ),
    difference: back(distribution.estimate),
    low: back(low),
    high: back(high),
    p: counts === null ? signFlipTest(gains, { seed }) : mcNemar(counts.onlyA, counts.onlyB),
    discordant: metric.unit === "share" ? gains.filter((gain) => gain !== 0).length : null,
    sd: spreadOf(gains),
    interval: isFew ? "Tango" : "BCa",
    test: counts === null ? "sign flips" : "McNemar, exact",
    harmTail: counts === null ? harmOf(distribution, metric) : harmOfCounts(counts, metric),
  };
}

function compareApart(
  metric: Metric,
  { a, b }: { a: readonly number[]; b: readonly number[] },
  { seed, alpha }: Options,
): MetricResult {
  const { to, back } = SCALES[metric.unit];
  const [ofA, ofB] = [a.map(to), b.map(to)];
  const distribution = bcaOfTwoMeans(ofA, ofB, { seed });
  const { low, high } = bcaInterval(distribution, 1 - alpha);
  return {
    n: a.length + b.length,
    a: levelOf(a, metric.unit),
    b: levelOf(b, metric.unit),
    difference: back(distribution.estimate),
    low: back(low),
    high: back(high),
    p: permutationTest(ofA, ofB, { seed }),
    discordant: null,
    sd: spreadOf([...ofA, ...ofB]),
    interval: "BCa",
    test: "permutation",
    harmTail: harmOf(distribution, metric),
  };
}

/** Compares a metric of two configurations. @returns null if one of them has no value. */
export function compareMetric(metric: Metric, values: ArmValues, options: Options): MetricResult | null {
  if (values.kind === "paired") return values.pairs.length === 0 ? null : comparePairs(metric, values.pairs, options);
  return values.a.length === 0 || values.b.length === 0 ? null : compareApart(metric, values, options);
}
