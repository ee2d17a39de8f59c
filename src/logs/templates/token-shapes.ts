import { BYTE_CLASS, DIGIT, HEX_LETTER, SPACE } from "./byte-classes.ts";
import { BACKSLASH, COLON, DOT, MINUS, MORE, SLASH } from "../lines/byte-codes.ts";

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

/** `<0.77.0>`: a bracket, not a comparison. */
export function isClosed(buffer: Uint8Array, from: number, end: number): boolean {
  for (let i = from; i < end && BYTE_CLASS[buffer[i] as number] !== SPACE; i += 1) if (buffer[i] === MORE) return true;
  return false;
}
