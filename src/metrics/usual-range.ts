import { median, quantileOf, sorted } from "../stats/quantile.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS = 24;
/** An hour of the day gets a level of its own from this many samples on, over at least two days. */
const MIN_OF_LEVEL = 5;
const MIN_DAYS = 2;
/**
 * An hour of the day gets a spread of its own from this many samples on, over a week: one bad hour must not fill it.
 */
const MIN_OF_SPREAD = 10;
const MIN_DAYS_OF_SPREAD = 7;
/** Weight of the spread of one hour of the day against that of the whole day: some hours are noisier than others. */
const HOUR_WEIGHT = 0.5;
/**
 * Quantile that gives the spread of each side, and its value for the standard normal distribution. Up to a tenth of the
 * samples may be spikes without widening it.
 */
const TAIL = 0.85;
const TAIL_TO_SIGMA = 1.0364;
/** Normal spikes widen the spread: `FAR_WEIGHT` of the distance to this far quantile counts. */
const FAR_TAIL = 0.95;
const FAR_WEIGHT = 0.25;
/** Minimum spread, as a share of the median. */
const RELATIVE_FLOOR = 0.05;
/** A series that is zero for more than this share counts rare events: one more event is not abnormal. */
const MOSTLY_ZERO = 0.5;
/** Zeros for up to three minutes in a series that is never zero otherwise are lost scrapes. */
const LOST_MS = 180_000;
const MAX_SCORE = 1e4;

/**
 * The usual range of a metric at each hour of the day. `scoreOf`: distance of a value from its median, in spreads of
 * that side, ≥ 0, capped at 1e4. `isLost`: true for a zero that is a lost scrape, if the zeros lasted `lastedMs`.
 */
export type UsualRange = {
  scoreOf: (timeMs: number, value: number) => number;
  isLost: (value: number, lastedMs: number) => boolean;
};

type Spread = { up: number; down: number; centre: number };

/**
 * Learns the usual range of a metric: the median of each hour of the day, and the spread around it. The spreads above
 * and below differ, because rates and latencies have long tails upwards.
 *
 * @param timesMs Unix ms, any order. @param values one finite value for each time. @throws {RangeError} if there are
 *   none.
 */
export function usualRangeOf(timesMs: readonly number[], values: readonly number[]): UsualRange {
  const all = sorted(values);
  const level = quantileOf(all, 0.5);
  const hours: number[][] = Array.from({ length: HOURS }, () => []);
  for (const [at, timeMs] of timesMs.entries()) hours[hourOf(timeMs)]?.push(at);
  const expected = hours.map((members) =>
    members.length >= MIN_OF_LEVEL && daysOf(members, timesMs) >= MIN_DAYS
      ? median(members.map((at) => values[at] ?? level))
      : level,
  );
  const expectedAt = (timeMs: number): number => expected[hourOf(timeMs)] ?? level;
  const apart = Float64Array.from(values, (value, at) => value - expectedAt(timesMs[at] ?? 0));
  const whole = spreadOf(apart);
  const floor = Math.max(RELATIVE_FLOOR * Math.abs(level), 1e-9);
  const rare = rareCount(all);
  const spreads = hours.map((members): Spread => {
    const isKnown = members.length >= MIN_OF_SPREAD && daysOf(members, timesMs) >= MIN_DAYS_OF_SPREAD;
    const own = isKnown ? spreadOf(members.map((at) => apart[at] ?? 0)) : null;
    return {
      up: Math.max(whole.up, HOUR_WEIGHT * (own?.up ?? 0), floor, rare),
      down: Math.max(whole.down, HOUR_WEIGHT * (own?.down ?? 0), floor),
      centre: whole.centre,
    };
  });
  const neverZero = quantileOf(all, 0.05) > 0;
  return {
    scoreOf(timeMs, value) {
      const { up, down, centre } = spreads[hourOf(timeMs)] ?? whole;
      const gap = value - expectedAt(timeMs) - centre;
      return Math.min(MAX_SCORE, gap > 0 ? gap / up : -gap / down);
    },
    isLost: (value, lastedMs) => neverZero && value <= 0 && lastedMs <= LOST_MS,
  };
}

const hourOf = (timeMs: number): number => Math.floor((timeMs % DAY_MS) / HOUR_MS);

const daysOf = (members: readonly number[], timesMs: readonly number[]): number =>
  new Set(members.map((at) => Math.floor((timesMs[at] ?? 0) / DAY_MS))).size;

function spreadOf(values: Iterable<number>): Spread {
  const ascending = sorted(values);
  const centre = quantileOf(ascending, 0.5);
  return {
    up: sideSpread((q) => quantileOf(ascending, q) - centre),
    down: sideSpread((q) => centre - quantileOf(ascending, 1 - q)),
    centre,
  };
}

const sideSpread = (distanceAt: (q: number) => number): number =>
  Math.max(distanceAt(TAIL) / TAIL_TO_SIGMA, FAR_WEIGHT * distanceAt(FAR_TAIL));

/** The usual height of the rare counts in a mostly-zero series; 0 for any other series. */
function rareCount(ascending: Float64Array): number {
  const counts = ascending.filter((value) => value !== 0);
  if (counts.length === 0 || counts.length >= (1 - MOSTLY_ZERO) * ascending.length) return 0;
  return quantileOf(sorted(counts.map(Math.abs)), 0.1);
}
