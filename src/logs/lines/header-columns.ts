import {
  CLOSE,
  CLOSE_BRACE,
  CLOSE_PAREN,
  COLON,
  MINUS,
  MORE,
  OPEN,
  PIPE,
  QUOTE,
  SPACE_BYTE as SPACE,
} from "./byte-codes.ts";
import { endOfWord } from "./header-bytes.ts";
import type { HeaderWords } from "./header-words.ts";

const SMALL_A = 97;
const MAX_ANGLE_BYTES = 40;
const MAX_BRACE_BYTES = 60;
const MAX_THREAD_BYTES = 60;
/** Programs that write to syslog without their process id. */
const BARE_PROGRAMS = new Set(["kernel:", "systemd:", "sudo:", "su:", "audit:", "dockerd:", "containerd:", "kubelet:"]);

const bareKey = (first: number, length: number): number => first * 16 + length;
const BARE_KEYS = new Set([...BARE_PROGRAMS].map((program) => bareKey(program.charCodeAt(0), program.length)));
/** A cheap test by first letter and length. */
const mayBeBare = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from < 16 && BARE_KEYS.has(bareKey(bytes[from] as number, to - from));

/** `<Error>`, `<0.123.0>`. @returns the offset of the closing mark; -1 if the text in it is not one word. */
export function endOfAngle(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end && i - at < MAX_ANGLE_BYTES; i += 1) {
    if (bytes[i] === MORE) return i;
    if (bytes[i] === SPACE) return -1;
  }
  return -1;
}

/** `{file.py:12}`, `{}`. @returns the offset of the closing brace; -1 for JSON and for longer text. */
export function endOfBrace(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at + 1; i < end && i - at < MAX_BRACE_BYTES; i += 1) {
    if (bytes[i] === CLOSE_BRACE) return i;
    if (bytes[i] === SPACE || bytes[i] === QUOTE) return -1;
  }
  return -1;
}

/** `(MSC service thread 1-3)` behind a level, `(1234)` anywhere. @returns the offset behind it; -1 for other text. */
export function endOfThread(bytes: Uint8Array, at: number, end: number, hasLevel: boolean): number {
  let others = 0;
  let dashes = 0;
  for (let i = at + 1; i < end && i - at < MAX_THREAD_BYTES; i += 1) {
    const byte = bytes[i] as number;
    if (byte === CLOSE_PAREN) {
      const isNumbered = isDigit(bytes[i - 1] as number);
      const isThread = isNumbered && (others === 0 || (hasLevel && dashes > 0));
      return isThread && bytes[i + 1] === SPACE ? i + 1 : -1;
    }
    if (byte === MINUS) dashes += 1;
    else if (!isDigit(byte)) others += 1;
  }
  return -1;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** True if `host program[12]:` comes next, as in syslog files with ISO times. */
export function hasHostAndProgram(words: HeaderWords, bytes: Uint8Array, from: number, end: number): boolean {
  if (bytes[from] !== SPACE) return false;
  const hostEnd = endOfWord(bytes, from + 1, end);
  const programEnd = endOfWord(bytes, hostEnd + 1, end);
  if (bytes[programEnd - 1] !== COLON || programEnd - hostEnd < 4) return false;
  if (bytes[programEnd - 2] !== CLOSE && (bytes[hostEnd + 1] as number) < SMALL_A) return false;
  if (bytes[programEnd - 2] !== CLOSE && !mayBeBare(bytes, hostEnd + 1, programEnd)) return false;
  const program = words.at(bytes, hostEnd + 1, programEnd);
  if (!program.isProcess && !BARE_PROGRAMS.has(program.text)) return false;
  const host = words.at(bytes, from + 1, hostEnd);
  return !host.endsWithColon && host.level === null && host.columnLevel === null && bytes[from + 1] !== OPEN;
}

/** Spring Boot: `1 --- [main]`. @param to the end of the process id. */
export const isBootColumn = (bytes: Uint8Array, to: number): boolean =>
  bytes[to + 1] === MINUS && bytes[to + 2] === MINUS && bytes[to + 3] === MINUS && bytes[to + 4] === SPACE;

/** What follows a level of one letter. `component`: that of mongod. */
export type LetterPlace = { end: number; component: string | null };

/**
 * Reads what follows a lone letter that is a level: `E STORAGE  [conn41]` (mongod), `W | etcdserver:` (capnslog),
 * `E   SRVE0068E:` (WebSphere).
 *
 * @returns null if none of these follows.
 */
export function letterLevelHere(bytes: Uint8Array, to: number, end: number): LetterPlace | null {
  if (bytes[to] !== SPACE) return null;
  if (bytes[to + 1] === PIPE) return { end: to, component: null };
  let at = to + 1;
  while (at < end && bytes[at] === SPACE) at += 1;
  if (at - to >= 3) return { end: to, component: null };
  const from = at;
  while (at < end && isComponentByte(bytes[at] as number)) at += 1;
  const component = Buffer.from(bytes.subarray(from, at)).toString("latin1");
  while (at < end && bytes[at] === SPACE) at += 1;
  return component !== "" && bytes[at] === OPEN ? { end: at, component: component === "-" ? null : component } : null;
}

const isComponentByte = (byte: number): boolean => (byte >= 65 && byte <= 90) || byte === MINUS || byte === 95;
