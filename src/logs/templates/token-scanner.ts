import { BYTE_CLASS, DELIMITER, DIGIT, HEX_LETTER, LETTER, SPACE } from "./byte-classes.ts";
import {
  APOSTROPHE,
  AT,
  BACKSLASH,
  BIG_X,
  COLON,
  COMMA,
  DOT,
  EQUALS,
  HASH,
  LESS,
  QUESTION,
  QUOTE,
  SLASH,
  SMALL_X,
  TILDE,
  ZERO,
  code,
} from "../lines/byte-codes.ts";
import { EMPTY_HASH, notByte, PRIME, rawHash, SEED, VALUE_HASH } from "./byte-hash.ts";
import { BOOLEAN, DELIM, EMPTY, MAX_TOKENS, MIXED, OPAQUE, PATH, PLAIN, WORD } from "./token-kinds.ts";
import { isProtocol, isStatus } from "./request-tokens.ts";
import { hasScheme, isClosed, isHostAndPort, isRelative } from "./token-shapes.ts";
import { BOOLEANS, WordMarks } from "./word-marks.ts";

/** Slots for tokens that one step may add beyond the limit. */
const SPARE = 8;
/** Names do not alternate between letters and digits more often than this. */
const MAX_TURNS = 3;

const CLOSERS = [")", "]", "}", '"', "'", ">"].map(code);
const OPENERS = ["(", "[", "{", '"', "'", "<"].map(code);

/**
 * Splits one line into tokens and classifies them, in one pass over its bytes, without a string or an object for each
 * token. The columns describe the last line.
 */
export class TokenScanner {
  readonly starts = new Int32Array(MAX_TOKENS + SPARE);
  readonly ends = new Int32Array(MAX_TOKENS + SPARE);
  readonly kinds = new Uint8Array(MAX_TOKENS + SPARE);
  /** For a word, the hash of its bytes; for a mixed value, the hash of its pattern; for a delimiter, its byte. */
  readonly hashes = new Int32Array(MAX_TOKENS + SPARE);
  count = 0;
  private readonly marks = new WordMarks(PRIME, SEED);

  scan(buffer: Uint8Array, start: number, end: number): void {
    this.count = 0;
    let at = start;
    while (at < end) {
      const byte = buffer[at] as number;
      const cls = BYTE_CLASS[byte] as number;
      if (cls === SPACE) {
        at += 1;
        continue;
      }
      if (this.count >= MAX_TOKENS) {
        this.push(at, end, OPAQUE, VALUE_HASH);
        break;
      }
      if (cls === DELIMITER) {
        at = this.delimiter(buffer, at, end, byte);
        continue;
      }
      at = this.run(buffer, at, end);
    }
  }

  private push(start: number, end: number, kind: number, hash: number): void {
    const { count } = this;
    this.starts[count] = start;
    this.ends[count] = end;
    this.kinds[count] = kind;
    this.hashes[count] = hash;
    this.count = count + 1;
  }

  /** Reads one hard delimiter, and an empty value if it opens an empty slot. */
  private delimiter(buffer: Uint8Array, at: number, end: number, byte: number): number {
    const next = at + 1 < end ? (buffer[at + 1] as number) : -1;
    if (byte === LESS && next >= 48 && next <= 57 && !isClosed(buffer, at + 1, end)) return at + 1; // "<1 sec"
    this.push(at, at + 1, DELIM, byte);
    const nextClass = next === -1 ? SPACE : (BYTE_CLASS[next] as number);
    if (byte === EQUALS) {
      const isQuote = next === QUOTE || next === APOSTROPHE;
      const after = at + 2 < end ? (BYTE_CLASS[buffer[at + 2] as number] as number) : SPACE;
      if (nextClass === SPACE || (nextClass === DELIMITER && CLOSERS.includes(next) && (!isQuote || after === SPACE)))
        this.push(at + 1, at + 1, EMPTY, EMPTY_HASH);
    } else if (
      nextClass === DELIMITER &&
      OPENERS.includes(byte) &&
      next === (CLOSERS[OPENERS.indexOf(byte)] as number)
    ) {
      const before = at === 0 ? 32 : (buffer[at - 1] as number);
      if ((BYTE_CLASS[before] === SPACE || before === EQUALS) && this.count > 1)
        this.push(at + 1, at + 1, EMPTY, EMPTY_HASH);
    }
    return at + 1;
  }

  /** Reads bytes up to a space or a hard delimiter. Most such runs are plain words, which cost the least. */
  private run(buffer: Uint8Array, start: number, limit: number): number {
    let hash = SEED;
    let otherLetters = 0;
    let at = start;
    for (; at < limit; at += 1) {
      const byte = buffer[at] as number;
      const cls = BYTE_CLASS[byte] as number;
      if (cls !== LETTER && cls !== HEX_LETTER) {
        if (cls < DELIMITER || at === start) return this.mixedRun(buffer, start, limit, at, hash, otherLetters);
        break;
      }
      hash = Math.imul(hash ^ byte, PRIME);
      otherLetters += HEX_LETTER - cls;
    }
    const isBoolean = at - start <= 5 && this.marks.is(BOOLEANS, hash);
    this.push(start, at, isBoolean ? BOOLEAN : WORD, isBoolean ? VALUE_HASH : notByte(hash));
    return at;
  }

  /** Reads a run that contains more than letters. Trailing punctuation becomes separate delimiters. */
  private mixedRun(
    buffer: Uint8Array,
    start: number,
    limit: number,
    from: number,
    lettersHash: number,
    lettersOther: number,
  ): number {
    let hash = lettersHash;
    let digits = 0;
    let otherLetters = lettersOther;
    let letters = from - start;
    let inner = 0; // marks that split a run with digits: ':', '#', '@'
    let turns = 0;
    let previous = from > start ? LETTER : 0;
    let pendingFrom = -1;
    let at = from;
    let backslash = false;
    let hasQuery = false; // "/cart?user=7": the query of a path or URL
    for (; at < limit; at += 1) {
      const byte = buffer[at] as number;
      const cls = BYTE_CLASS[byte] as number;
      if (cls <= HEX_LETTER) {
        if (pendingFrom !== -1) {
          for (let i = pendingFrom; i < at; i += 1) {
            const mark = buffer[i] as number;
            hash = Math.imul(hash ^ mark, PRIME);
            if (mark === COLON || mark === HASH || mark === AT) inner += 1;
            else if (mark === BACKSLASH) backslash = true;
          }
          pendingFrom = -1;
          previous = 0;
        }
        if (cls === DIGIT) {
          if (previous !== DIGIT) {
            if (previous !== 0) turns += 1;
            hash = Math.imul(hash ^ ZERO, PRIME);
          }
          digits += 1;
          previous = DIGIT;
          for (; at + 1 < limit && BYTE_CLASS[buffer[at + 1] as number] === DIGIT; at += 1) digits += 1;
        } else {
          if (previous === DIGIT) turns += 1;
          hash = Math.imul(hash ^ byte, PRIME);
          if (cls === LETTER && !((byte === SMALL_X || byte === BIG_X) && digits === 1 && buffer[at - 1] === ZERO))
            otherLetters += 1;
          letters += 1;
          previous = LETTER;
        }
      } else if (cls === SPACE || (cls === DELIMITER && !(hasQuery && (byte === EQUALS || byte === COMMA)))) break;
      else {
        hasQuery ||= byte === QUESTION && at > start && (buffer[start] === SLASH || hasScheme(buffer, start, at));
        if (pendingFrom === -1) pendingFrom = at;
        // "instruction......0", "8661##16256": a doubled mark separates, except in "../"
        else if ((byte === DOT || byte === HASH) && buffer[at - 1] === byte && at > start + 1) break;
      }
    }
    let stop = pendingFrom === -1 ? at : pendingFrom;
    // "/var/log/": trailing slashes belong to a path
    if (buffer[start] === SLASH) while (stop > start + 1 && stop < at && buffer[stop] === SLASH) stop += 1;
    if (stop > start) this.classify(buffer, start, stop, hash, digits, otherLetters, letters, inner, turns, backslash);
    for (; at < limit && buffer[at] === buffer[at - 1] && (buffer[at] === DOT || buffer[at] === HASH);) at += 1;
    for (let i = stop; i < at && this.count < MAX_TOKENS; i += 1) {
      if (i === stop || buffer[i] !== buffer[i - 1]) this.push(i, i + 1, DELIM, buffer[i] as number);
      else this.ends[this.count - 1] = i + 1; // a dotted line of any length is one delimiter
    }
    return at;
  }

  private classify(
    buffer: Uint8Array,
    start: number,
    stop: number,
    hash: number,
    digits: number,
    otherLetters: number,
    letters: number,
    inner: number,
    turns: number,
    backslash: boolean,
  ): void {
    const first = buffer[start] as number;
    if (inner > 0 && hasScheme(buffer, start, stop)) return this.push(start, stop, PATH, VALUE_HASH);
    const isPath =
      backslash ||
      (first === SLASH && stop - start > 1) ||
      ((first === DOT || first === TILDE) && isRelative(buffer, start, stop));
    if (isPath && (inner === 0 || digits === 0 || first === SLASH || backslash))
      return this.push(start, stop, PATH, VALUE_HASH);
    if (digits === 0) {
      if (inner > 0) return this.splitInner(buffer, start, stop);
      if (letters > 0 && letters <= 5 && this.marks.is(BOOLEANS, hash))
        return this.push(start, stop, BOOLEAN, VALUE_HASH);
      return this.push(start, stop, WORD, notByte(hash));
    }
    if (otherLetters === 0 && first !== AT && first !== HASH) {
      if (digits === 3 && stop - start === 3 && isStatus(buffer, start))
        return this.push(start, stop, WORD, notByte(rawHash(buffer, start, stop)));
      return this.push(start, stop, PLAIN, VALUE_HASH);
    }
    if (isProtocol(buffer, start, stop)) return this.push(start, stop, WORD, notByte(rawHash(buffer, start, stop)));
    if (inner === 1 && isHostAndPort(buffer, start, stop)) return this.push(start, stop, OPAQUE, VALUE_HASH);
    if (inner > 0 || first === AT || first === HASH) return this.splitInner(buffer, start, stop);
    if (digits === 1 && letters >= 2 && stop - start === letters + 1 && (BYTE_CLASS[first] as number) !== DIGIT) {
      // "ssh2", "SOCKS5", "flush2DB": a name
      return this.push(start, stop, WORD, notByte(rawHash(buffer, start, stop)));
    }
    if (turns > MAX_TURNS) return this.push(start, stop, OPAQUE, VALUE_HASH);
    this.push(start, stop, MIXED, notByte(hash));
  }

  /** Splits a run at ':', '#' and '@', and classifies each piece. */
  private splitInner(buffer: Uint8Array, start: number, stop: number): void {
    let from = start;
    for (let i = start; i <= stop; i += 1) {
      const byte = i < stop ? (buffer[i] as number) : COLON;
      if (byte !== COLON && byte !== HASH && byte !== AT) continue;
      if (this.count >= MAX_TOKENS - 1) {
        this.push(from, stop, OPAQUE, VALUE_HASH);
        return;
      }
      if (i > from) this.run(buffer, from, i);
      if (i < stop) this.push(i, i + 1, DELIM, byte);
      from = i + 1;
    }
  }
}
