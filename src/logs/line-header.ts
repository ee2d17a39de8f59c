import { readTime } from "./read-time.ts";

/** Fields a header may have after the time, of any kind. */
const MAX_FIELDS = 10;
const MAX_FIELD_BYTES = 160;
const MAX_LOOKAHEAD_BYTES = 120;
const MAX_LOOKAHEAD_WORDS = 6;
const LEVELS = new Set(
  "TRACE DEBUG INFO INFORMATION NOTICE WARN WARNING ERROR ERR SEVERE FATAL CRIT CRITICAL PANIC ALERT EMERG EMERGENCY FAILURE VERBOSE Trace Debug Info Notice Warn Warning Error Fatal Critical".split(" "),
);
const BRACKETED_LEVELS = new Set([...LEVELS].map((level) => level.toLowerCase()));
const LEVEL_LETTERS: Readonly<Record<string, string>> = { V: "verbose", D: "debug", I: "info", W: "warn", E: "error", F: "fatal" };

const SPACE = 32;
const TAB = 9;
const code = (char: string): number => char.charCodeAt(0);
const [OPEN, CLOSE, PIPE, MINUS, COLON, COMMA, LESS, MORE] = "[]|-:,<>".split("").map(code) as [number, number, number, number, number, number, number, number];

/** What stands before the message of a line. Offsets are into the same buffer. */
export type LineHeader = {
  /** Where the message begins; `start` where there is no header. */
  messageStart: number;
  /** Unix milliseconds; NaN where the line has no time. */
  ms: number;
  level: string | null;
  /** The logger or program, with its call site (`Class#31`) where it has one. */
  logger: string | null;
  host: string | null;
};

const isNumberish = (word: string): boolean => /^-?(?:0x)?[0-9a-fA-F]*\d[0-9a-fA-F]*[:,]?$/.test(word);
const isLogger = (word: string): boolean => /^[\p{L}_$][\p{L}\p{N}_.$[\]()/@#<>+-]*:?$/u.test(word);
const CALL_SITE = /[\p{L}\p{N}_$\])][#@:]\d+:?$/u;

/**
 * Reads the header of a raw line: time (in twenty layouts), level, host, process, thread, logger. A line without a time at its
 * start (or after one leading label) has no header: a message may begin with anything.
 *
 * @param yearGuess for times that leave the year out.
 */
export function readHeader(bytes: Uint8Array, start: number, end: number, yearGuess: number): LineHeader {
  const none: LineHeader = { messageStart: start, ms: NaN, level: null, logger: null, host: null };
  const opening = findTime(bytes, start, end, yearGuess);
  if (opening === null) return none;
  const header: LineHeader = { ...none, ms: opening.ms, messageStart: opening.end, level: opening.level };
  return readFields(bytes, end, header, opening.isSyslog, yearGuess);
}

type Opening = { end: number; ms: number; level: string | null; isSyslog: boolean };

/** The time, at the start or after `<13>1 `, `[`, `- `, `I` (glog) or one label. */
function findTime(bytes: Uint8Array, start: number, end: number, yearGuess: number): Opening | null {
  let at = start;
  if (bytes[at] === LESS) {
    const close = bytes.indexOf(MORE, at);
    if (close !== -1 && close < at + 5) at = close + 1;
    if (bytes[at + 1] === SPACE && bytes[at] === 49) at += 2; // RFC 5424 version 1
  }
  const direct = timeAt(bytes, at, end, yearGuess);
  if (direct !== null) return direct;
  const letter = LEVEL_LETTERS[String.fromCharCode(bytes[at] as number)];
  const glog = letter !== undefined && bytes[at + 5] === SPACE ? readTime(bytes, at + 6, end, yearGuess) : null;
  if (glog !== null) return { end: glog.end, ms: glog.ms, level: letter ?? null, isSyslog: false };
  const space = bytes.indexOf(SPACE, at);
  if (space === -1 || space > at + MAX_FIELD_BYTES || space >= end) return null;
  const word = text(bytes, at, space);
  const found = timeAt(bytes, space + 1, end, yearGuess);
  if (found === null) return null;
  return { ...found, level: LEVELS.has(word) ? word : found.level };
}

function timeAt(bytes: Uint8Array, from: number, end: number, yearGuess: number): Opening | null {
  const bracket = bytes[from] === OPEN ? 1 : 0;
  const time = readTime(bytes, from + bracket, end, yearGuess);
  if (time === null) return null;
  const next = time.end < end ? (bytes[time.end] as number) : SPACE;
  if (next !== SPACE && next !== TAB && next !== CLOSE && next !== PIPE && next !== COMMA && next !== COLON) return null;
  const isName = (bytes[from + bracket] as number) > 64;
  return { end: bracket === 1 && next === CLOSE ? time.end + 1 : time.end, ms: time.ms, level: null, isSyslog: isName && bracket === 0 && !time.hasYear };
}

const text = (bytes: Uint8Array, from: number, to: number): string => {
  let out = "";
  for (let i = from; i < to; i += 1) out += String.fromCharCode(bytes[i] as number);
  return out;
};

/** Takes field after field off the front, as long as they read as header. */
function readFields(bytes: Uint8Array, end: number, header: LineHeader, syslog: boolean, yearGuess: number): LineHeader {
  let at = header.messageStart;
  let numbers = 0;
  let pipes = 0;
  let isSyslog = syslog;
  let program = header.level === null; // "chrome.exe *64 - " may stand where no level does
  for (let field = 0; field < MAX_FIELDS; field += 1) {
    const separator = skipSeparators(bytes, at, end);
    at = separator.at;
    header.messageStart = at;
    if (at >= end) break;
    const again = header.level === null && header.logger === null && field < 4 ? timeAt(bytes, at, end, yearGuess) : null;
    if (again !== null) {
      if (Number.isNaN(header.ms)) header.ms = again.ms;
      isSyslog ||= again.isSyslog;
      at = again.end;
      continue;
    }
    if (bytes[at] === OPEN) {
      const close = closing(bytes, at, end);
      if (close === -1) break;
      const inside = text(bytes, at + 1, close).trim();
      if (BRACKETED_LEVELS.has(inside.toLowerCase())) header.level ??= inside;
      else if (inside.includes(" ") && header.level !== null && header.logger !== null && !/^req|\d/.test(inside)) break;
      at = close + 1;
      continue;
    }
    if (separator.pipe) {
      const pipe = bytes.indexOf(PIPE, at);
      if (pipes >= 2 || pipe === -1 || pipe >= end || pipe - at > 60) break;
      const column = text(bytes, at, pipe).trim();
      if (/\s/.test(column)) break;
      if (LEVELS.has(column)) header.level ??= column;
      else if (!isNumberish(column)) header.logger ??= column;
      pipes += 1;
      at = pipe;
      continue;
    }
    let to = at;
    while (to < end && bytes[to] !== SPACE && bytes[to] !== TAB && to - at < MAX_FIELD_BYTES) to += 1;
    const word = text(bytes, at, to);
    const wide = to + 1 < end && bytes[to] === SPACE && bytes[to + 1] === SPACE;
    const level = header.level === null ? levelOf(word, bytes, to, end) : null;
    if (level !== null) header.level = level;
    else if (isSyslog && header.host === null) header.host = word;
    else if (isNumberish(word) && header.logger === null && numbers < 3 && to < end) numbers += 1;
    else if (header.level === null && (word === "stdout" || word === "stderr") && (bytes[to + 1] === 70 || bytes[to + 1] === 80)) to += 2; // CRI
    else if (header.logger === null && loggerHere(word, isSyslog, header.level !== null, wide)) header.logger = word.replace(/:$/, "");
    else if (header.level === null && header.logger === null && levelSoon(bytes, to, end)) program = false;
    else if (program && !isSyslog && header.logger === null && dashSoon(bytes, at, end) !== -1) {
      header.logger = word;
      to = dashSoon(bytes, at, end);
    } else break;
    at = to;
  }
  return header;
}

function skipSeparators(bytes: Uint8Array, from: number, end: number): { at: number; pipe: boolean } {
  let at = from;
  let pipe = false;
  for (; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === PIPE && !pipe) pipe = true;
    else if (byte === MINUS && bytes[at + 1] === SPACE) continue;
    else if (byte !== SPACE && byte !== TAB && !((byte === COMMA || byte === COLON || byte === CLOSE) && at === from)) break;
  }
  return { at, pipe };
}

/** A level, by its word; a lone letter only before a tag (`D WindowManager:`). */
function levelOf(word: string, bytes: Uint8Array, to: number, end: number): string | null {
  const bare = word.replace(/[:,]$/, "");
  if (LEVELS.has(bare)) return bare;
  if (word.length !== 1) return null;
  const letter = LEVEL_LETTERS[word];
  const colon = bytes.indexOf(COLON, to);
  return letter !== undefined && colon !== -1 && colon < end && colon - to < 60 ? letter : null;
}

/** Does this word name what writes: `dfs.DataNode:`, `sshd[23]:`, `Class#31`, a column of its own? */
function loggerHere(word: string, isSyslog: boolean, afterLevel: boolean, wide: boolean): boolean {
  if (word.length < 2) return false;
  if (CALL_SITE.test(word) && isLogger(word.replace(/:(?=\d)/, "#"))) return true;
  if (!isLogger(word)) return false;
  if (word.endsWith(":")) return isSyslog || (afterLevel && /[.$[(@/]|\p{Ll}\p{Lu}/u.test(word));
  return afterLevel && (wide || /^[\p{L}_$][\p{L}\p{N}_$]*(?:\.[\p{L}\p{N}_$]+){2,}$/u.test(word));
}

/** A level within the next few words, none of which is a word of a sentence: what stands before it is header. */
function levelSoon(bytes: Uint8Array, from: number, end: number): boolean {
  for (const word of text(bytes, from, Math.min(end, from + MAX_LOOKAHEAD_BYTES)).trim().split(/\s+/).slice(0, MAX_LOOKAHEAD_WORDS)) {
    if (LEVELS.has(word)) return word === word.toUpperCase();
    if (/^\p{Ll}{3,}$/u.test(word)) return false;
  }
  return false;
}

/** @returns where " - " begins, if within three short words; else -1. */
function dashSoon(bytes: Uint8Array, from: number, end: number): number {
  const match = /^\S+(?: \S+){0,2}?(?= - )/.exec(text(bytes, from, Math.min(end, from + 40)));
  return match === null ? -1 : from + match[0].length;
}

/** The bracket that closes the one at `from`, nested ones stepped over; -1 if it is far or missing. */
function closing(bytes: Uint8Array, from: number, end: number): number {
  let depth = 0;
  for (let at = from; at < end && at - from < MAX_FIELD_BYTES; at += 1) {
    if (bytes[at] === OPEN) depth += 1;
    else if (bytes[at] === CLOSE && --depth === 0) return at;
  }
  return -1;
}
