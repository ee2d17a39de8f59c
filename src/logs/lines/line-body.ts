const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const COLON = 58;
const SPACE = 32;
const EQUALS = 61;

const encoder = new TextEncoder();
const keys = (...names: string[]): readonly Uint8Array[] => names.map((name) => encoder.encode(name));
/** Keys that structured loggers use for the message, its time and its level, in order of preference. */
const MESSAGE_KEYS = keys("msg", "message", "body", "log", "event");
const TIME_KEYS = keys("time", "timestamp", "ts", "@timestamp", "timeUnixNano", "t");
const LEVEL_KEYS = keys("level", "severity", "severityText", "lvl", "loglevel");
const MAX_KEYS = 64;

/** Offsets of a value, without its quotes. */
type Span = { start: number; end: number };
export type Body = Span & { time: Span | null; level: Span | null };

/**
 * Finds the message of a structured line (JSON object or logfmt), with its time and level. Reads bytes and returns
 * offsets. Escapes stay as they are.
 *
 * @returns null if the line is not structured, or has no message key. The line is then its own message.
 */
export function findBody(bytes: Uint8Array, start: number, end: number): Body | null {
  let at = start;
  while (at < end && bytes[at] === SPACE) at += 1;
  if (bytes[at] === OPEN_BRACE) return jsonBody(bytes, at + 1, end);
  return logfmtBody(bytes, at, end);
}

/** Keeps the value of the most preferred key among those offered. */
class Preferred {
  found: Span | null = null;
  private rank = Infinity;
  private readonly names: readonly Uint8Array[];

  constructor(names: readonly Uint8Array[]) {
    this.names = names;
  }

  offer(bytes: Uint8Array, keyStart: number, keyEnd: number, start: number, end: number): void {
    const rank = this.names.findIndex((name) => sameBytes(bytes, keyStart, keyEnd, name));
    if (rank === -1 || rank >= this.rank) return;
    this.rank = rank;
    this.found = { start, end };
  }
}

/** Reads the keys of the outer object. Strings are skipped as a whole, so a key inside a value does not count. */
function jsonBody(bytes: Uint8Array, start: number, end: number): Body | null {
  const [message, time, level] = [new Preferred(MESSAGE_KEYS), new Preferred(TIME_KEYS), new Preferred(LEVEL_KEYS)];
  let depth = 0;
  let seen = 0;
  for (let at = start; at < end && seen < MAX_KEYS; at += 1) {
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
      seen += 1;
      next += 1;
      while (next < end && bytes[next] === SPACE) next += 1;
      const isText = bytes[next] === QUOTE;
      const from = isText ? next + 1 : next;
      const to = isText ? closingQuote(bytes, from, end) : endOfNumber(bytes, from, end);
      if (isText) message.offer(bytes, at + 1, close, from, to);
      time.offer(bytes, at + 1, close, from, to);
      level.offer(bytes, at + 1, close, from, to);
      at = isText ? to : next - 1;
    }
  }
  return message.found === null ? null : { ...message.found, time: time.found, level: level.found };
}

const isNumberByte = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || byte === 46 || byte === 45 || byte === 43 || byte === 101 || byte === 69;

function endOfNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isNumberByte(bytes[at] as number)) at += 1;
  return at;
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

/** `time=… level=info msg="…"`: the line begins with a key, and has `msg=` after a space. */
function logfmtBody(bytes: Uint8Array, start: number, end: number): Body | null {
  let at = start;
  while (at < end && isKeyByte(bytes[at] as number)) at += 1;
  if (at === start || bytes[at] !== EQUALS) return null;
  const [time, level] = [new Preferred(TIME_KEYS), new Preferred(LEVEL_KEYS)];
  for (let keyStart = start; keyStart < end;) {
    let keyEnd = keyStart;
    while (keyEnd < end && bytes[keyEnd] !== SPACE && bytes[keyEnd] !== EQUALS && bytes[keyEnd] !== QUOTE) keyEnd += 1;
    const isQuoted = bytes[keyEnd] === EQUALS && bytes[keyEnd + 1] === QUOTE;
    const from = keyEnd + (isQuoted ? 2 : 1);
    let to = Math.min(from, end);
    if (isQuoted) to = closingQuote(bytes, from, end);
    else if (bytes[keyEnd] === QUOTE) to = closingQuote(bytes, keyEnd + 1, end);
    else if (bytes[keyEnd] === EQUALS) while (to < end && bytes[to] !== SPACE) to += 1;
    if (bytes[keyEnd] === EQUALS) {
      if (keyStart > start && sameBytes(bytes, keyStart, keyEnd, MSG))
        return { start: from, end: to, time: time.found, level: level.found };
      time.offer(bytes, keyStart, keyEnd, from, to);
      level.offer(bytes, keyStart, keyEnd, from, to);
    }
    keyStart = Math.max(to, keyEnd + 1);
    while (keyStart < end && (bytes[keyStart] === SPACE || bytes[keyStart] === QUOTE)) keyStart += 1;
  }
  return null;
}

const MSG = encoder.encode("msg");
const isKeyByte = (byte: number): boolean => (byte >= 97 && byte <= 122) || byte === 95 || (byte >= 65 && byte <= 90);
