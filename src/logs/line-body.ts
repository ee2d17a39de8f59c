const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const COLON = 58;
const SPACE = 32;
const EQUALS = 61;

/** Keys under which structured loggers write the message, in order of preference. */
const MESSAGE_KEYS = ["msg", "message", "body", "log", "event"].map((key) => new TextEncoder().encode(key));
const MAX_KEYS = 64;

/**
 * Finds the message inside a structured line: the value of its message key in a JSON object, or of `msg=` in logfmt. Bytes in, offsets out;
 * escapes stay as they are.
 *
 * @returns null where the line is not structured, or has no message key: then the line is its own message.
 */
export function findBody(bytes: Uint8Array, start: number, end: number): { start: number; end: number } | null {
  let at = start;
  while (at < end && bytes[at] === SPACE) at += 1;
  if (bytes[at] === OPEN_BRACE) return jsonBody(bytes, at + 1, end);
  return logfmtBody(bytes, at, end);
}

/** Walks the keys of the outer object; strings are skipped whole, so a key inside a value does not count. */
function jsonBody(bytes: Uint8Array, start: number, end: number): { start: number; end: number } | null {
  let best: { start: number; end: number; rank: number } | null = null;
  let depth = 0;
  let keys = 0;
  for (let at = start; at < end && keys < MAX_KEYS; at += 1) {
    const byte = bytes[at];
    if (byte === 123 || byte === 91) depth += 1;
    else if (byte === 125 || byte === 93) depth -= 1;
    else if (byte === QUOTE) {
      const close = closingQuote(bytes, at + 1, end);
      let next = close + 1;
      while (next < end && bytes[next] === SPACE) next += 1;
      if (depth !== 0 || bytes[next] !== COLON) {
        at = close;
        continue;
      }
      keys += 1;
      const rank = MESSAGE_KEYS.findIndex((key) => sameBytes(bytes, at + 1, close, key));
      next += 1;
      while (next < end && bytes[next] === SPACE) next += 1;
      if (bytes[next] !== QUOTE) {
        at = next - 1;
        continue;
      }
      const valueEnd = closingQuote(bytes, next + 1, end);
      if (rank !== -1 && (best === null || rank < best.rank)) best = { start: next + 1, end: valueEnd, rank };
      at = valueEnd;
    }
  }
  return best;
}

function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return end;
}

function sameBytes(bytes: Uint8Array, from: number, to: number, key: Uint8Array): boolean {
  if (to - from !== key.length) return false;
  for (let i = 0; i < key.length; i += 1) if (bytes[from + i] !== key[i]) return false;
  return true;
}

/** `time=… level=info msg="…"`: the line begins with a key and has `msg=` after a space. */
function logfmtBody(bytes: Uint8Array, start: number, end: number): { start: number; end: number } | null {
  let at = start;
  while (at < end && isKeyByte(bytes[at] as number)) at += 1;
  if (at === start || bytes[at] !== EQUALS) return null;
  for (; at < end - 4; at += 1) {
    if (bytes[at] === QUOTE) at = closingQuote(bytes, at + 1, end);
    else if (bytes[at] === SPACE && bytes[at + 1] === 109 && bytes[at + 2] === 115 && bytes[at + 3] === 103 && bytes[at + 4] === EQUALS) {
      if (bytes[at + 5] === QUOTE) return { start: at + 6, end: closingQuote(bytes, at + 6, end) };
      let to = at + 5;
      while (to < end && bytes[to] !== SPACE) to += 1;
      return { start: at + 5, end: to };
    }
  }
  return null;
}

const isKeyByte = (byte: number): boolean => (byte >= 97 && byte <= 122) || byte === 95 || (byte >= 65 && byte <= 90);
