// Most texts hold nothing to mask. One pass over a text tells which patterns are worth trying.

/** Bits of the set of trigrams. A log line has about 100 of them. */
const BITS = 8192;

const hash = (a: number, b: number, c: number): number => (a * 961 + b * 31 + c) & (BITS - 1);

/**
 * What a text holds. `trigrams`: a set of its runs of three characters, as bits; some bits are set by chance. `digits`:
 * how many. `longestRun`: characters of its longest run of letters, digits and `+/=_-`.
 */
export type Hints = { lower: string; trigrams: Uint32Array; digits: number; longestRun: number };

/** @param lower a text in lower case */
export function hintsOf(lower: string): Hints {
  const trigrams = new Uint32Array(BITS / 32);
  let [a, b, digits, run, longestRun] = [0, 0, 0, 0, 0];
  for (let i = 0; i < lower.length; i += 1) {
    const c = lower.charCodeAt(i);
    const bit = hash(a, b, c);
    trigrams[bit >>> 5] = (trigrams[bit >>> 5] ?? 0) | (1 << (bit & 31));
    a = b;
    b = c;
    const isDigit = c >= 48 && c <= 57;
    if (isDigit) digits += 1;
    if (isDigit || (c >= 97 && c <= 122) || c === 95 || c === 43 || c === 45 || c === 47 || c === 61 || c > 127)
      run += 1;
    else run = 0;
    if (run > longestRun) longestRun = run;
  }
  return { lower, trigrams, digits, longestRun };
}

/** A test whether a text may hold one of `parts`, which are in lower case. It is exact for texts that hold one. */
export function anyPartTest(parts: readonly string[]): (hints: Hints) => boolean {
  const tests = parts.map((part) => ({ part, bits: trigramBits(part) }));
  return ({ lower, trigrams }) =>
    tests.some(
      ({ part, bits }) => bits.every((bit) => ((trigrams[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) && lower.includes(part),
    );
}

const trigramBits = (part: string): number[] =>
  Array.from({ length: Math.max(0, part.length - 2) }, (_, i) =>
    hash(part.charCodeAt(i), part.charCodeAt(i + 1), part.charCodeAt(i + 2)),
  );
