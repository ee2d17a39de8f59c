import { autocorrelation } from "./autocorrelation.ts";
import { median } from "./quantile.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { type Line, theilSen } from "./theil-sen.ts";

/**
 * Possible futures of a series around a line. `slopes`: as uncertain as the slope is, one for each path. `paths`: one
 * value for each step after the last of the series.
 */
export type TrendPaths = { line: Line; slopes: number[]; paths: Float64Array[] };

/**
 * Residuals of a line whose memory is further below 1 than this, divided by their number, do not come from a random
 * walk: the 10 % point of n(ρ − 1). A random walk is assumed unless it can be excluded.
 */
const UNIT_ROOT = 17.5;
/** Steps before the series begins, so that its first residual is as usual as any. */
const WARM_UP = 30;

/**
 * Draws possible futures of a series: the line is fitted again to each of many histories that could have been, made of
 * the memory of the residuals (autoregressive, order 1, corrected for its bias) and blocks of the surprises in them. A
 * future thus holds the uncertainty of the line and that of the values.
 *
 * @param y n ≥ 4 values on an even grid; x is 0 … n − 1. @param options.steps length of each path.
 * @see Künsch 1989 (blocks); Thombs & Schucany 1990 (prediction intervals of autoregressions); Kendall 1954 (the bias);
 *   Dickey & Fuller 1979 (the random walk).
 */
export function trendPaths(
  y: readonly number[],
  { steps, draws, random }: { steps: number; draws: number; random: SeededRandom },
): TrendPaths {
  const n = y.length;
  const x = Float64Array.from(y, (_, at) => at);
  const line = theilSen(x, y);
  const residuals = y.map((value, at) => value - line.level - line.slope * at);
  const measured = Math.max(0, autocorrelation(residuals, 1));
  // a fitted line takes memory away from its residuals
  const corrected = Math.min(1, measured + (2 + 4 * measured) / n);
  const memory = n * (1 - measured) < UNIT_ROOT ? 1 : corrected;
  const raw = residuals.slice(1).map((value, at) => value - memory * (residuals[at] ?? 0));
  const centre = median(raw);
  // two parameters were fitted, so that residuals are too small
  const surprises = raw.map((value) => (value - centre) * Math.sqrt(n / Math.max(1, n - 2)));
  const length = Math.max(1, Math.round(surprises.length ** (1 / 3)));
  const last = residuals.at(-1) ?? 0;
  const [slopes, paths]: [number[], Float64Array[]] = [[], []];
  for (let draw = 0; draw < draws; draw++) {
    const drawn = blocksOf(surprises, { length, count: WARM_UP + n + steps, random });
    let rest = 0;
    const rests = drawn.map((surprise) => (rest = memory * rest + surprise)).subarray(WARM_UP);
    const again = theilSen(
      x,
      Array.from(x, (at) => line.level + line.slope * at + (rests[at] ?? 0)),
    );
    slopes.push(2 * line.slope - again.slope);
    const lastAgain = line.level + line.slope * (n - 1) + (rests[n - 1] ?? 0) - again.level - again.slope * (n - 1);
    paths.push(
      Float64Array.from({ length: steps }, (_, ahead) => {
        const at = n + ahead;
        const fades = memory ** (ahead + 1);
        const expected = line.level + line.slope * at;
        const missed = expected + (rests[at] ?? 0) - again.level - again.slope * at - fades * lastAgain;
        return expected + fades * last + missed;
      }),
    );
  }
  return { line, slopes, paths };
}

/** Blocks of neighbouring values, drawn at random and joined. */
function blocksOf(
  values: readonly number[],
  { length, count, random }: { length: number; count: number; random: SeededRandom },
): Float64Array {
  const drawn = new Float64Array(count);
  for (let at = 0; at < count; at += length) {
    const from = Math.floor(random() * (values.length - length + 1));
    for (let next = 0; next < length && at + next < count; next++) drawn[at + next] = values[from + next] ?? 0;
  }
  return drawn;
}
