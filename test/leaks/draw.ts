/** A stream of random choices that a seed repeats. */
export type Draw = {
  /** A whole number from 0 to below `below`. */
  int(below: number): number;
  /** One of the given things. */
  of<T>(things: readonly T[]): T;
  /** A text of `length` characters of an alphabet. */
  text(alphabet: string, length: number): string;
};

/** mulberry32: 32 bits of state, good enough to choose test values. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const of = <T>(things: readonly T[]): T => {
    const thing = things[int(things.length)];
    if (thing === undefined) throw new RangeError("nothing to choose from");
    return thing;
  };
  const text = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[int(alphabet.length)]).join("");
  return { int, of, text };
}

export const LOWER = "abcdefghijklmnopqrstuvwxyz";
export const UPPER = LOWER.toUpperCase();
export const DIGITS = "0123456789";
export const HEX = "0123456789abcdef";
export const ALNUM = LOWER + UPPER + DIGITS;
export const BASE64URL = `${ALNUM}-_`;
