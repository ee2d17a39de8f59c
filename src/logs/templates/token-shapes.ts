import { BYTE_CLASS, DELIMITER, DIGIT, HEX_LETTER, SPACE } from "./byte-classes.ts";
import { BACKSLASH, COLON, DOT, MINUS, QUOTE, SLASH } from "../lines/byte-codes.ts";

const MAX_PHRASE_BYTES = 80;

/** `./name`, `../name`, `~/name`. */
export function isRelative(buffer: Uint8Array, start: number, stop: number): boolean {
  const second = start + 1 < stop ? buffer[start + 1] : -1;
  return second === SLASH || (second === DOT && start + 2 < stop && buffer[start + 2] === SLASH);
}

/** `http://…`, and `C:\…`. */
export function hasScheme(buffer: Uint8Array, start: number, stop: number): boolean {
  for (let i = start + 1; i < stop - 2 && i < start + 12; i += 1) {
    const byte = buffer[i] as number;
    if (byte === COLON)
      return (buffer[i + 1] === SLASH && buffer[i + 2] === SLASH) || (i === start + 1 && buffer[i + 1] === BACKSLASH);
    if ((BYTE_CLASS[byte] as number) > HEX_LETTER && byte !== MINUS) return false;
  }
  return false;
}

/** `name.with.dots:1234`. */
export function isHostAndPort(buffer: Uint8Array, start: number, stop: number): boolean {
  let i = stop - 1;
  while (i > start && BYTE_CLASS[buffer[i] as number] === DIGIT) i -= 1;
  if (buffer[i] !== COLON || stop - i > 6 || stop - i < 2) return false;
  return buffer.subarray(start, i).includes(DOT);
}

/**
 * `tag="View Lock"`: several words without a digit are one value.
 * @returns the offset of the closing quote, or -1 if this is not such a value.
 */
export function phraseEnd(buffer: Uint8Array, from: number, end: number): number {
  let hasSpace = false;
  for (let i = from; i < end && i - from < MAX_PHRASE_BYTES; i += 1) {
    const byte = buffer[i] as number;
    if (byte === QUOTE) return hasSpace ? i : -1;
    const cls = BYTE_CLASS[byte] as number;
    if (cls === DIGIT || cls === DELIMITER) return -1;
    hasSpace ||= cls === SPACE;
  }
  return -1;
}
