import type { Series } from "../domain/telemetry.ts";
import { quantileOf, sorted } from "../stats/quantile.ts";

const DAY_MS = 24 * 3_600_000;
/** Up to this much earlier or later counts as the same time of day. */
const NEAR_MS = 30 * 60_000;
/** Share of the history on either side that is outside the band. */
const EDGE = 0.02;

type Points = Pick<Series, "timesMs" | "values">;

/**
 * Average distance of a series from its usual band: the values at the same time of day in the history. A metric that
 * usually varies much has a wide band, and moves within the band do not count.
 *
 * @param history samples of other days, in any order. @param during n ≥ 1 samples, in the same unit.
 * @returns ≥ 0, as a share of the range of all samples of the series; 0 for a series that never moves.
 */
export function meanExcess(history: Points, during: Points): number {
  const all = sorted([...history.values, ...during.values]);
  const range = (all.at(-1) ?? 0) - (all[0] ?? 0);
  if (range === 0 || during.values.length === 0) return 0;
  const timesOfDay = history.timesMs.map(timeOfDay);
  const excess = during.values.map((value, at) => {
    const near = history.values.filter((_, index) =>
      isNear(timesOfDay[index] ?? 0, timeOfDay(during.timesMs[at] ?? 0)),
    );
    if (near.length === 0) return 0;
    const ascending = sorted(near);
    return Math.max(0, value - quantileOf(ascending, 1 - EDGE), quantileOf(ascending, EDGE) - value);
  });
  return excess.reduce((sum, each) => sum + each, 0) / excess.length / range;
}

const timeOfDay = (timeMs: number): number => ((timeMs % DAY_MS) + DAY_MS) % DAY_MS;

/** True if two times of day are near each other, even across midnight. */
function isNear(a: number, b: number): boolean {
  const apart = Math.abs(a - b);
  return Math.min(apart, DAY_MS - apart) <= NEAR_MS;
}
