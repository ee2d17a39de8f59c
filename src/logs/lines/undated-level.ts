import { code, COLON, LESS, MORE, OPEN, CLOSE, SLASH, OPEN_PAREN } from "./byte-codes.ts";
import { endOfWord } from "./header-bytes.ts";
import type { HeaderWords } from "./header-words.ts";
import { bracketedLevel, letterLevel, priorityLevel } from "./level-words.ts";

const MAX_BRACKET_BYTES = 14;
/** .NET's console: `fail: Shop.Pay[0]`. */
const DOTNET = new Set(["trce:", "dbug:", "info:", "warn:", "fail:", "crit:"]);
const [ZERO, NINE, BIG_A, BIG_Z, SMALL_A, SMALL_Z] = ["0", "9", "A", "Z", "a", "z"].map(code) as [
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * The level that a line without a time states at its start: `ERROR: …`, `[error] …`, `WARNING:shop.cart:…`,
 * `E/Tag(12): …`, `INFO[0012] …`, `fail: Shop.Pay[0]`, `<3>…`. Null if it states none.
 */
export function undatedLevel(words: HeaderWords, bytes: Uint8Array, at: number, end: number): string | null {
  const first = bytes[at] as number;
  if (first === LESS) {
    const digit = bytes[at + 1] as number;
    return bytes[at + 2] === MORE && digit >= ZERO && digit <= ZERO + 7 ? priorityLevel(digit - ZERO) : null;
  }
  if (first === OPEN) {
    const isNumber = (bytes[at + 1] as number) <= NINE; // `[0.123s][info ][gc]`: the time since the start
    const next = isNumber ? bytes.indexOf(CLOSE, at) + 1 : at;
    return bytes[next] === OPEN && next < end ? levelInBracket(words, bytes, next, end) : null;
  }
  const second = bytes[at + 1] as number;
  if (first >= BIG_A && first <= BIG_Z) {
    if (second === SLASH) return androidLevel(bytes, at, end);
    if (second < BIG_A || second > BIG_Z) return null;
    const to = endOfWord(bytes, at, end);
    const word = words.at(bytes, at, to);
    if (word.level === null || word.isDetail) return null;
    const next = bytes[at + word.levelLength - 1];
    return next === COLON ||
      bytes[at + word.levelLength] === COLON ||
      word.levelLength > word.level.length ||
      isColumn(bytes, to)
      ? word.level
      : null;
  }
  if (first < SMALL_A || first > SMALL_Z || bytes[at + 4] !== COLON) return null;
  const label = words.at(bytes, at, at + 5);
  if (!DOTNET.has(label.text)) return null;
  const category = words.at(bytes, at + 6, endOfWord(bytes, at + 6, end)).text;
  return /^[\w.]+\[\d+\]$/.test(category) ? label.level : null;
}

/** `INFO  `, `ERROR [main]`, `WARN - `. */
function isColumn(bytes: Uint8Array, to: number): boolean {
  const next = bytes[to + 1] as number;
  return next === 32 || next === OPEN || next === 9 || next === 45;
}

function levelInBracket(words: HeaderWords, bytes: Uint8Array, at: number, end: number): string | null {
  for (let i = at + 1; i < end && i - at <= MAX_BRACKET_BYTES; i += 1)
    if (bytes[i] === CLOSE) return i - at < 3 ? null : bracketedLevel(words.at(bytes, at + 1, i).text.trim());
  return null;
}

/** `E/ActivityManager( 123): …`. */
function androidLevel(bytes: Uint8Array, at: number, end: number): string | null {
  const level = letterLevel(bytes[at] as number);
  const limit = Math.min(end, at + 60);
  let i = at + 2;
  while (i < limit && bytes[i] !== OPEN_PAREN && bytes[i] !== COLON) i += 1;
  return level !== null && bytes[i] === OPEN_PAREN ? level : null;
}
