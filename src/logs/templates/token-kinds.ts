/** Kinds of tokens. From `FIRST_VALUE` on it is a value, which a template shows as `<*>`. */
export const DELIM = 0;
export const WORD = 1;
/** A unit, a repeated measure or part of a date: belongs to the value before it. */
export const ABSORBED = 2;
export const FIRST_VALUE = 3;
/** Digits, hex digits and punctuation only. */
export const PLAIN = 3;
/** Letters and digits. Its pattern (with digit runs folded) may be constant. */
export const MIXED = 4;
export const PATH = 5;
export const BOOLEAN = 6;
/** An empty slot: `rhost=`, ` ()`. */
export const EMPTY = 7;
/** Alternating letters and digits, without a pattern. */
export const OPAQUE = 8;

/** Tokens beyond this many become one value, the rest of the line. */
export const MAX_TOKENS = 192;
