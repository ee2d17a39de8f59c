import { code, QUOTE, SLASH, SPACE_BYTE as SPACE } from "../lines/byte-codes.ts";

const PROTOCOL = [..."HTTP/"].map(code);
/** `HTTP/1.1`, `HTTP/2`. */
const MAX_PROTOCOL_BYTES = 8;

/** The protocol of a request is part of the statement, not a value. */
export function isProtocol(buffer: Uint8Array, start: number, stop: number): boolean {
  if (stop - start <= PROTOCOL.length || stop - start > MAX_PROTOCOL_BYTES) return false;
  for (let i = 0; i < PROTOCOL.length; i += 1) if (buffer[start + i] !== PROTOCOL[i]) return false;
  return true;
}

/** The status behind a quoted request, `"GET / HTTP/1.1" 502`, stays text: it says how the request ended. */
export function isStatus(buffer: Uint8Array, start: number): boolean {
  if (start < MAX_PROTOCOL_BYTES || buffer[start - 1] !== SPACE || buffer[start - 2] !== QUOTE) return false;
  const slash = buffer[start - 4] === SLASH ? start - 4 : start - 6;
  return buffer[slash] === SLASH && isProtocol(buffer, slash - 4, start - 2);
}
