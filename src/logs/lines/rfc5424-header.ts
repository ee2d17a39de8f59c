import { CLOSE, MINUS, OPEN, SPACE_BYTE as SPACE } from "./byte-codes.ts";
import { endOfWord } from "./header-bytes.ts";
import type { HeaderWords } from "./header-words.ts";

/** Host, program, process id and message id. */
const HEADER_WORDS = 4;

/** The fields of a syslog header. `host`, `app`: null if the line has `-`. `messageStart`: offset of the message. */
export type Rfc5424Header = { host: string | null; app: string | null; messageStart: number };

/**
 * Reads `host app procid msgid [data] message`, the part of a syslog line after its time.
 *
 * @see RFC 5424
 */
export function readRfc5424(words: HeaderWords, bytes: Uint8Array, from: number, end: number): Rfc5424Header {
  const found: string[] = [];
  let at = from;
  for (let i = 0; i < HEADER_WORDS; i += 1) {
    while (at < end && bytes[at] === SPACE) at += 1;
    const to = endOfWord(bytes, at, end);
    found.push(words.at(bytes, at, to).text);
    at = to;
  }
  const [host = "-", app = "-"] = found;
  const messageStart = skipData(bytes, at, end);
  return { host: host === "-" ? null : host, app: app === "-" ? null : app, messageStart };
}

/** Skips structured data: elements in brackets, or `-`. */
function skipData(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] === SPACE) at += 1;
  for (; bytes[at] === OPEN && at < end; at += 1) {
    const close = bytes.indexOf(CLOSE, at);
    if (close === -1 || close >= end) return at;
    at = close;
  }
  if (bytes[at] === MINUS && (at + 1 >= end || bytes[at + 1] === SPACE)) at += 1;
  while (at < end && bytes[at] === SPACE) at += 1;
  return at;
}
