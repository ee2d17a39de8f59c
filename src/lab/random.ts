/** Returns the next number, in [0, 1). */
export type RandomSource = () => number;

/**
 * Creates a seeded generator: the same seed gives the same load. It repeats stats/seeded-random.ts, because the lab
 * may share only the domain with the code that it tests. @see mulberry32, Tommy Ettinger 2017.
 */
export function createRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws an integer from `low` to `high`, both included. */
export const integerBetween = (random: RandomSource, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

/** @throws {RangeError} if there is nothing to pick from. */
export function pick<T>(random: RandomSource, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}
