/** Numbers in [0, 1). */
export type RandomSource = () => number;

/** A seeded generator: the same seed gives the same load. As in stats/seeded-random.ts: of what it is there to test, the lab shares the domain alone. @see mulberry32, Tommy Ettinger 2017. */
export function createRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An integer from `low` up to and including `high`. */
export const integerBetween = (random: RandomSource, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));

/** @throws {RangeError} on nothing to pick from. */
export function pick<T>(random: RandomSource, from: readonly T[]): T {
  const picked = from[Math.floor(random() * from.length)];
  if (picked === undefined) throw new RangeError("nothing to pick from");
  return picked;
}
