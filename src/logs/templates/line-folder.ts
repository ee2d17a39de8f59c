import { DATE_WORD_HASH, PRIME, SEED, VALUE_HASH } from "./byte-hash.ts";
import { ABSORBED, DELIM, FIRST_VALUE, MAX_TOKENS, PLAIN, WORD } from "./token-kinds.ts";
import { TokenScanner } from "./token-scanner.ts";
import { DATE_WORDS, UNIT_WORDS, WordMarks, ZONE_WORDS } from "./word-marks.ts";

const SECOND_PRIME = 0x5bd1e995;
const SECOND_SEED = 0x9747b28c | 0;
/** Represents any word or value where only the shape counts. */
const ANY_HASH = 0x1b873593;
/** A run of this many values is treated like any longer one. */
export const MAX_RUN = 8;
const COLON = 58;
const OPEN = 40;
const CLOSE = 41;

/**
 * Joins units, repeated measures, dates and ports to their values, and reduces a line to three keys: `fine` (words,
 * delimiters and value patterns), `coarse` (a run of values counts as one value) and `shape` (delimiters only). The
 * fields describe the last line.
 */
export class LineFolder {
  readonly scanner = new TokenScanner();
  /** One hash for each word, delimiter and run of values. `coarse` hashes these. */
  readonly symbols = new Int32Array(MAX_TOKENS + 8);
  symbolCount = 0;
  fineLow = 0;
  fineHigh = 0;
  coarseLow = 0;
  coarseHigh = 0;
  shape = 0;
  private readonly marks = new WordMarks(PRIME, SEED);

  fold(buffer: Uint8Array, start: number, end: number): void {
    this.scanner.scan(buffer, start, end);
    this.absorb();
    const { kinds, hashes, count } = this.scanner;
    let low = SEED;
    let high = SECOND_SEED;
    let run = -1;
    for (let i = 0; i < count; i += 1) {
      const kind = kinds[i] as number;
      if (kind >= ABSORBED) {
        run += 1;
        if (run > MAX_RUN) continue;
      } else run = -1;
      const hash = hashes[i] as number;
      low = Math.imul(low ^ hash, PRIME);
      low ^= low >>> 15;
      high = Math.imul(high ^ hash, SECOND_PRIME);
      high ^= high >>> 13;
    }
    this.fineLow = low;
    this.fineHigh = high;
  }

  /** Fills `symbols` and the coarse keys. Needed only for a line with a new fine key. */
  foldCoarsely(): void {
    const { kinds, hashes, count } = this.scanner;
    let n = 0;
    let inRun = false;
    for (let i = 0; i < count; i += 1) {
      const isValue = (kinds[i] as number) >= ABSORBED;
      if (isValue && inRun) continue;
      inRun = isValue;
      this.symbols[n] = isValue ? VALUE_HASH : (hashes[i] as number);
      n += 1;
    }
    this.symbolCount = n;
    let low = SEED;
    let high = SECOND_SEED;
    let shape = SEED;
    for (let i = 0; i < n; i += 1) {
      const hash = this.symbols[i] as number;
      low = Math.imul(low ^ hash, SECOND_PRIME);
      low ^= low >>> 15;
      high = Math.imul(high ^ hash, PRIME);
      high ^= high >>> 13;
      shape = Math.imul(shape ^ (isDelimiterHash(hash) ? hash : ANY_HASH), PRIME);
    }
    this.coarseLow = low;
    this.coarseHigh = high;
    this.shape = shape;
  }

  private absorb(): void {
    const { marks } = this;
    const { kinds, hashes, starts, ends, count } = this.scanner;
    let lastValue = -2; // index of the last value, or of the last token absorbed into it
    for (let i = 0; i < count; i += 1) {
      let kind = kinds[i] as number;
      if (kind === WORD) {
        const mark = marks.markOf(hashes[i] as number);
        if (mark !== 0) {
          if (mark === UNIT_WORDS && lastValue === i - 1) kind = kinds[i] = ABSORBED;
          else if (mark === DATE_WORDS && this.isDate(i)) {
            kind = kinds[i] = PLAIN;
            hashes[i] = DATE_WORD_HASH;
          } else if (mark === ZONE_WORDS && lastValue === i - 1 && i + 1 < count && kinds[i + 1] === PLAIN)
            kind = kinds[i] = ABSORBED;
        }
      } else if (kind === DELIM && lastValue === i - 1 && i + 1 < count) {
        if (hashes[i] === COLON && (kinds[i + 1] as number) >= FIRST_VALUE && starts[i + 1] === ends[i])
          kind = kinds[i] = ABSORBED; // host:port
        else if (hashes[i] === OPEN && this.restates(i)) {
          kinds.fill(ABSORBED, i, i + 4);
          kind = ABSORBED;
        }
      }
      if (kind >= ABSORBED) lastValue = i;
    }
  }

  /** A weekday or month before a number, or a weekday before a month. */
  private isDate(i: number): boolean {
    const { kinds, hashes, count } = this.scanner;
    if (i + 1 >= count) return false;
    if (kinds[i + 1] === PLAIN) return true;
    return (
      kinds[i + 1] === WORD &&
      this.marks.markOf(hashes[i + 1] as number) === DATE_WORDS &&
      i + 2 < count &&
      kinds[i + 2] === PLAIN
    );
  }

  /** `18846 bytes (18.4 KB)`: value, unit, and the same measure again in parentheses. */
  private restates(open: number): boolean {
    const { kinds, hashes, count } = this.scanner;
    return (
      open + 3 < count &&
      kinds[open - 1] === ABSORBED &&
      kinds[open + 1] === PLAIN &&
      kinds[open + 2] === WORD &&
      this.marks.markOf(hashes[open + 2] as number) === UNIT_WORDS &&
      kinds[open + 3] === DELIM &&
      hashes[open + 3] === CLOSE
    );
  }
}

/** The hash of a delimiter is its byte. No other symbol has so small a hash. */
const isDelimiterHash = (hash: number): boolean => hash >= 0 && hash < 256;
