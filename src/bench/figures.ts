import { mean } from "../stats/mean.ts";
import { quantile } from "../stats/quantile.ts";
import { seededRandom } from "../stats/seeded-random.ts";
import { wilson } from "../stats/wilson.ts";

export type Proportion = { value: number | null; n: number; low: number | null; high: number | null };

/** The mean of the values that could be judged, with its 95 % Wilson interval. */
export function proportion(values: readonly (number | null)[]): Proportion {
  const judged = values.filter((value) => value !== null);
  const value = mean(judged);
  const interval = value === null ? null : wilson(value, judged.length);
  return { value, n: judged.length, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** A stated confidence and whether it was right. A hit between 0 and 1: only some of several root causes were found. */
export type Stated = { confidence: number; hit: number };
type Figure = { value: number | null; n: number };

const BINS = 10;

/** Brier score: the mean squared difference of confidence and outcome. */
export const brier = (stated: readonly Stated[]): Figure => ({
  value: mean(stated.map(({ confidence, hit }) => (confidence - hit) ** 2)),
  n: stated.length,
});

/** Expected calibration error over ten bins of equal width, the last one closed at 1. */
export function expectedCalibrationError(stated: readonly Stated[]): Figure {
  const n = stated.length;
  if (n === 0) return { value: null, n };
  const bins = Array.from({ length: BINS }, (): Stated[] => []);
  for (const one of stated) bins[Math.min(BINS - 1, Math.floor(one.confidence * BINS))]?.push(one);
  let value = 0;
  for (const bin of bins) {
    const confidence = mean(bin.map((one) => one.confidence));
    const accuracy = mean(bin.map(({ hit }) => hit));
    if (confidence !== null && accuracy !== null) value += (bin.length / n) * Math.abs(confidence - accuracy);
  }
  return { value, n };
}

const DRAWS = 500;

/**
 * The calibration error that a perfect confidence would show by chance on this many cases, because small samples leave
 * gaps in the bins.
 *
 * @returns mean and 95 % quantile over outcomes drawn with the stated probabilities; the same for the same input. Null
 *   on no cases.
 */
export function errorByChance(stated: readonly Stated[]): { mean: number; high: number } | null {
  if (stated.length === 0) return null;
  const random = seededRandom(stated.length);
  const errors = Array.from(
    { length: DRAWS },
    () =>
      expectedCalibrationError(stated.map(({ confidence }) => ({ confidence, hit: Number(random() < confidence) })))
        .value ?? 0,
  );
  return { mean: mean(errors) ?? 0, high: quantile(errors, 0.95) };
}

/**
 * Area under the ROC curve: how often a right first place has a higher confidence than a wrong one. Ties count one
 * half. Null when all are right or all are wrong.
 */
export function areaUnderRoc(stated: readonly Stated[]): Figure {
  const right = stated.filter(({ hit }) => hit === 1);
  const wrong = stated.filter(({ hit }) => hit < 1);
  const n = stated.length;
  if (right.length === 0 || wrong.length === 0) return { value: null, n };
  let wins = 0;
  for (const a of right)
    for (const b of wrong) wins += a.confidence > b.confidence ? 1 : a.confidence === b.confidence ? 0.5 : 0;
  return { value: wins / (right.length * wrong.length), n };
}
