import { BACKSLASH, COLON, COMMA, EQUALS, QUOTE, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import { hashOf, keyHash, pathInside, type FieldRole, FIELD_ROLES, roleOfKey, ROOT } from "./field-keys.ts";

const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const MAX_FIELDS = 200;
/** Objects are read to this depth. Arrays are not read. */
const MAX_DEPTH = 6;
const UNRANKED = 255;
/** A field of an inner object is worth less than the same field of the line itself. */
const INNER_RANK = 64;
const MAX_COST = 2 * INNER_RANK;

const ROLE_INDEX = Object.fromEntries(FIELD_ROLES.map((role, index) => [role, index])) as Record<FieldRole, number>;

/**
 * Finds the fields of a structured line, a JSON object or logfmt, that have a role: time, level, message, error and so
 * on. Reads bytes and keeps offsets; makes no strings. What is cut off or broken is read as far as it goes. The fields
 * describe the last line read.
 */
export class FieldScanner {
  isJson = false;
  /** True if the JSON object is closed, and the line ends with it. */
  isWhole = false;
  /** Number of fields of the line itself. */
  count = 0;
  private readonly starts = new Int32Array(FIELD_ROLES.length);
  private readonly ends = new Int32Array(FIELD_ROLES.length);
  private readonly ranks = new Uint8Array(FIELD_ROLES.length);
  private readonly quotes = new Uint8Array(FIELD_ROLES.length);
  private readonly paths = new Int32Array(MAX_DEPTH + 1);
  private readonly costs = new Uint8Array(MAX_DEPTH + 1);

  /** The hash of the field that names the service, before all others. */
  private readonly serviceKey: number | null;

  constructor(serviceField: string | null = null) {
    this.serviceKey = serviceField === null ? null : hashOf(serviceField);
  }

  /** @returns true if the line is structured. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
    this.isJson = bytes[at] === OPEN_BRACE && at < end;
    this.isWhole = false;
    this.count = 0;
    if (this.isJson) {
      this.ranks.fill(UNRANKED);
      this.readJson(bytes, at + 1, end);
      return this.count > 0;
    }
    if (!opensPair(bytes, at, end)) return false;
    this.ranks.fill(UNRANKED);
    return this.readPairs(bytes, at, end);
  }

  /** Number of roles that were found. A duration is a statement of its own. */
  get foundCount(): number {
    return this.ranks.reduce((sum, rank) => sum + (rank === UNRANKED ? 0 : 1), 0) - (this.has("latency") ? 1 : 0);
  }
  has(role: FieldRole): boolean {
    return this.ranks[ROLE_INDEX[role]] !== UNRANKED;
  }
  startOf(role: FieldRole): number {
    return this.starts[ROLE_INDEX[role]] as number;
  }
  endOf(role: FieldRole): number {
    return this.ends[ROLE_INDEX[role]] as number;
  }
  /** True if the value is a string in quotes, whose escapes are still in it. */
  isQuoted(role: FieldRole): boolean {
    return this.quotes[ROLE_INDEX[role]] === 1;
  }
  /** The place of the key that was found in the list of the role's keys. */
  keyIndex(role: FieldRole): number {
    return (this.ranks[ROLE_INDEX[role]] as number) % INNER_RANK;
  }

  private offer(key: number, cost: number, start: number, end: number, quoted: boolean): void {
    const isService = key === this.serviceKey;
    const found = isService ? ROLE_INDEX.service << 8 : roleOfKey(key);
    if (found === -1 || end <= start) return;
    const role = found >> 8;
    const rank = isService
      ? 0
      : (found & 255) + cost + (this.serviceKey !== null && role === ROLE_INDEX.service ? 1 : 0);
    if (rank >= (this.ranks[role] as number)) return;
    this.ranks[role] = rank;
    this.starts[role] = start;
    this.ends[role] = end;
    this.quotes[role] = quoted ? 1 : 0;
  }

  private readJson(bytes: Uint8Array, from: number, end: number): void {
    const { paths, costs } = this;
    let depth = 0;
    let arrays = 0;
    let unread = 0; // objects inside of arrays, or too deep
    let path = ROOT;
    paths[0] = ROOT;
    costs[0] = 0;
    let fields = 0;
    for (let at = from; at < end; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        const close = closingQuote(bytes, at + 1, end);
        const colon = skipBlanks(bytes, close + 1, end);
        if (bytes[colon] !== COLON || colon >= end) {
          at = close;
          continue;
        }
        const value = skipBlanks(bytes, colon + 1, end);
        if (arrays > 0 || unread > 0 || fields >= MAX_FIELDS) {
          at = value - 1;
          continue;
        }
        fields += 1;
        if (depth === 0) this.count += 1;
        path = keyHash(paths[depth] as number, bytes, at + 1, close);
        if (bytes[value] === QUOTE) {
          const to = closingQuote(bytes, value + 1, end);
          this.offer(path, costs[depth] as number, value + 1, to, true);
          at = to;
        } else {
          const to = endOfLiteral(bytes, value, end);
          if (to > value && isNumberStart(bytes[value] as number))
            this.offer(path, costs[depth] as number, value, to, false);
          at = Math.max(value, to) - 1;
        }
      } else if (byte === OPEN_BRACE) {
        if (arrays > 0 || depth >= MAX_DEPTH) unread += 1;
        else {
          const inner = pathInside(path);
          costs[depth + 1] = Math.min(MAX_COST, (costs[depth] as number) + (inner === ROOT ? INNER_RANK : 0));
          depth += 1;
          paths[depth] = inner;
        }
      } else if (byte === CLOSE_BRACE) {
        if (unread > 0) unread -= 1;
        else if (depth > 0) depth -= 1;
        else {
          this.isWhole = skipBlanks(bytes, at + 1, end) === end;
          return;
        }
      } else if (byte === OPEN_BRACKET) arrays += 1;
      else if (byte === CLOSE_BRACKET) arrays = Math.max(0, arrays - 1);
    }
  }

  /** `time=… level=info msg="…"`, in any order. @returns true if the line is made of pairs. */
  private readPairs(bytes: Uint8Array, start: number, end: number): boolean {
    let words = 0;
    for (let at = start; at < end && this.count < MAX_FIELDS;) {
      let keyEnd = at;
      while (keyEnd < end && !isPairMark(bytes[keyEnd] as number)) keyEnd += 1;
      let to = keyEnd;
      if (bytes[keyEnd] === EQUALS && keyEnd < end && keyEnd > at) {
        const isQuoted = bytes[keyEnd + 1] === QUOTE;
        const from = Math.min(end, keyEnd + (isQuoted ? 2 : 1));
        to = from;
        if (isQuoted) to = closingQuote(bytes, from, end);
        else while (to < end && bytes[to] !== SPACE && bytes[to] !== TAB) to += 1;
        this.count += 1;
        const isNothing = !isQuoted && isNil(bytes, from, to);
        if (!isNothing) this.offer(keyHash(ROOT, bytes, at, keyEnd), 0, from, to, isQuoted);
        if (isQuoted) to += 1;
      } else {
        words += 1;
        if (bytes[keyEnd] === QUOTE) to = closingQuote(bytes, keyEnd + 1, end) + 1;
        else to = keyEnd + 1;
      }
      at = Math.min(to, end);
      while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
    }
    this.isWhole = true;
    return this.count > words && this.count > 1;
  }
}

/** True if the first word is `key=`. */
function opensPair(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && KEY_BYTES[bytes[at] as number] === 1) at += 1;
  return at > from && at < end && bytes[at] === EQUALS;
}

/** 1 for letters, digits, `@`, `_`, `.` and `-`. */
const KEY_BYTES = new Uint8Array(256);
for (const char of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@_.-")
  KEY_BYTES[char.charCodeAt(0)] = 1;
const isPairMark = (byte: number): boolean => byte === SPACE || byte === EQUALS || byte === QUOTE || byte === TAB;
const isNumberStart = (byte: number): boolean => (byte >= 48 && byte <= 57) || byte === 45;

/** `null`, `nil`, `<nil>`. */
function isNil(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from;
  if (length !== 3 && length !== 4 && length !== 5) return false;
  const text = String.fromCharCode(...bytes.subarray(from, to));
  return text === "nil" || text === "null" || text === "<nil>";
}

function skipBlanks(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === 13)) at += 1;
  return Math.min(at, end);
}

/** The end of a number or word. */
function endOfLiteral(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === SPACE) break;
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === QUOTE) break;
  }
  return at;
}

/** The offset of the quote that ends a string, or `end`. */
function closingQuote(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) return at;
  }
  return end;
}
