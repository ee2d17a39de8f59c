/**
 * Shapes of a series. `flat`: one level. `line`: a trend without a break. `step`: a new level until the end, perhaps on
 * a trend. `ramp`: a level, then a steady climb or fall. `burst`: another level for a while, then the old one.
 */
export type ChangeShape = "flat" | "line" | "step" | "ramp" | "burst";

/** `at`: first index of the change. `end`: first index after it. `cost`: lower is a better fit. */
export type FittedShape = { shape: ChangeShape; at: number; end: number; cost: number };

/** Free parameters of each shape: levels, slopes and places. A place counts twice. */
const FREEDOM: Record<ChangeShape, number> = { flat: 1, line: 2, step: 4, ramp: 4, burst: 6 };
/** One more parameter for a step on a slope. */
const SLOPE = 1;
/** Least squared error. Without it, a series without noise would break at its smallest tick. */
const MIN_SQUARE = 0.02;

/**
 * Fits each shape by least squares at each place, and picks the one with the smallest Bayesian information criterion.
 *
 * @param y n values of about unit noise, in time order. @param minRun fewest values on either side of a break.
 * @see Schwarz 1978 (criterion); Scott & Knott 1974 (step); Olshen et al. 2004 (burst, as circular segmentation).
 */
export function fitShape(y: readonly number[], minRun: number): FittedShape {
  const n = y.length;
  const sums = new PrefixSums(y);
  const whole = sums.of(0, n);
  const square = whole.yy - (whole.y * whole.y) / n;
  const centre = (n - 1) / 2;
  const spreadOfTime = (n * (n * n - 1)) / 12;
  const slope = (whole.ty - centre * whole.y) / spreadOfTime;
  const lineSquare = square - slope * slope * spreadOfTime;
  const costOf = (shape: ChangeShape, rest: number, more = 0): number =>
    n * Math.log(Math.max(0, rest) / n + MIN_SQUARE) + (FREEDOM[shape] + more) * Math.log(n);

  let best: FittedShape = { shape: "flat", at: 0, end: n, cost: costOf("flat", square) };
  const consider = (shape: ChangeShape, at: number, end: number, rest: number, more = 0): void => {
    const cost = costOf(shape, rest, more);
    if (cost < best.cost) best = { shape, at, end, cost };
  };
  consider("line", 0, n, lineSquare);
  for (let at = minRun; at <= n - minRun; at++) {
    const tail = sums.of(at, n);
    const m = n - at;
    // step: the between-groups square of two levels
    const apart = tail.y - (whole.y * m) / n;
    const stepSpread = (m * at) / n;
    consider("step", at, n, square - (apart * apart) / stepSpread);
    // step on a slope: the part of the step that a line cannot explain
    const stepOnTime = (m * (at + n - 1)) / 2 - centre * m;
    const ownSpread = stepSpread - (stepOnTime * stepOnTime) / spreadOfTime;
    const ownApart = apart - slope * stepOnTime;
    if (ownSpread > 1e-9) consider("step", at, n, lineSquare - (ownApart * ownApart) / ownSpread, SLOPE);
    // ramp: h = max(0, i − at + 1)
    const sumH = (m * (m + 1)) / 2;
    const spreadH = (m * (m + 1) * (2 * m + 1)) / 6 - (sumH * sumH) / n;
    const withH = tail.ty - (at - 1) * tail.y - (whole.y * sumH) / n;
    consider("ramp", at, n, square - (withH * withH) / spreadH);
    for (let end = at + minRun; end <= n - minRun; end++) {
      const length = end - at;
      const inside = sums.of(at, end).y - (whole.y * length) / n;
      consider("burst", at, end, square - (inside * inside * n) / (length * (n - length)));
    }
  }
  return best;
}

/** Sums of y, y² and t·y over any stretch in constant time. */
class PrefixSums {
  readonly #y: Float64Array;
  readonly #yy: Float64Array;
  readonly #ty: Float64Array;

  constructor(values: readonly number[]) {
    const size = values.length + 1;
    [this.#y, this.#yy, this.#ty] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
    for (const [at, value] of values.entries()) {
      this.#y[at + 1] = (this.#y[at] as number) + value;
      this.#yy[at + 1] = (this.#yy[at] as number) + value * value;
      this.#ty[at + 1] = (this.#ty[at] as number) + at * value;
    }
  }

  of(from: number, to: number): { y: number; yy: number; ty: number } {
    const part = (sums: Float64Array): number => (sums[to] as number) - (sums[from] as number);
    return { y: part(this.#y), yy: part(this.#yy), ty: part(this.#ty) };
  }
}
