import { PIPE, SPACE_BYTE as SPACE, TAB } from "./byte-codes.ts";
import { closing, endOfWord, isDigits, MAX_COLUMN_BYTES } from "./header-bytes.ts";
import { endOfAngle, endOfBrace, letterLevelHere } from "./header-columns.ts";
import type { OpeningTools } from "./header-opening.ts";
import { bracketedLevel } from "./level-words.ts";

const MAX_LOOKAHEAD_WORDS = 6;

/** The fields of one header. `ms`: Unix milliseconds; NaN if the line has no time. */
export type HeaderFields = {
  ms: number;
  level: string | null;
  /** The logger or program, with its call site (`Class#31`) if it has one. */
  logger: string | null;
  /** True if `logger` names a place in the code. */
  isCallSite: boolean;
  /** True if the line only explains the one before it (`DETAIL:`, `HINT:` of Postgres). */
  isDetail: boolean;
  host: string | null;
};

/** @returns the offset of the closing bracket, or -1 if the bracket belongs to the message. */
export function bracketEnd(
  tools: OpeningTools,
  fields: HeaderFields,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  const close = closing(bytes, at, end);
  if (close === -1) return -1;
  const inside = tools.words.at(bytes, at + 1, close).text.trim();
  if (fields.level === null) fields.level = bracketedLevel(inside);
  else if (inside.includes(" ") && fields.logger !== null && !/^req|\d/.test(inside)) return -1;
  return close;
}

/** @returns the offset where the column between bars ends, or -1 if the message begins here. */
export function columnEnd(
  tools: OpeningTools,
  fields: HeaderFields,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  const pipe = bytes.indexOf(PIPE, at);
  if (pipe === -1 || pipe >= end || pipe - at > MAX_COLUMN_BYTES) return -1;
  let to = pipe;
  while (to > at && bytes[to - 1] === SPACE) to -= 1;
  const word = tools.words.at(bytes, at, to);
  if (/\s/.test(word.text)) return -1;
  if (word.columnLevel !== null) fields.level ??= word.columnLevel;
  else if (!word.isNumber) fields.logger ??= word.text;
  return pipe;
}

/** `<Error>`, `<0.123.0>`. */
export function angleEnd(
  tools: OpeningTools,
  fields: HeaderFields,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  const close = endOfAngle(bytes, at, end);
  if (close === -1) return -1;
  const { level } = tools.words.at(bytes, at, close + 1);
  if (level !== null && fields.level === null) fields.level = level;
  else if (fields.level === null || !isDigits(bytes, at + 1, at + 2)) return -1;
  return close + 1;
}

/** `{taskinstance.py:1823}`, `{request-id}`. */
export function braceEnd(
  tools: OpeningTools,
  fields: HeaderFields,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  const close = endOfBrace(bytes, at, end);
  if (close === -1 || fields.level !== null) return -1;
  const { text, isCallSite } = tools.words.at(bytes, at + 1, close);
  if (isCallSite) Object.assign(fields, { logger: text, isCallSite });
  return close + 1;
}

/**
 * True if a level comes within the next few words and none of them is an ordinary word: everything before the level
 * is then header.
 */
export function levelSoon(
  tools: OpeningTools,
  bytes: Uint8Array,
  from: number,
  end: number,
  isBehindColon: boolean,
): boolean {
  let at = from;
  for (let n = 0; n < MAX_LOOKAHEAD_WORDS; n += 1) {
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at += 1;
    if (at >= end) return false;
    const to = endOfWord(bytes, at, end);
    const word = tools.words.at(bytes, at, to);
    if (word.level !== null) return word.level === word.level.toUpperCase() || (isBehindColon && n === 0);
    if (word.letterLevel !== null && letterLevelHere(bytes, to, end)?.component === null) return true;
    if (word.isSentenceWord) return false;
    at = to;
  }
  return false;
}
