const ESCAPE = 0x1b;
const BELL = 7;
const [OPEN, CLOSE, OSC, SEMICOLON, SMALL_M, BACKSLASH] = [91, 93, 93, 59, 109, 92] as const;
/** How JSON writes an escape. */
const ESCAPED = Buffer.from(String.raw`\u001b`);
/** The ends of colours, by which text is known that lost the escape bytes of its colours. */
const RESETS = ["[0m", "[39m", "[22m"];
const MAX_SEQUENCE_BYTES = 32;
/** Parameters of colours and styles (ECMA-48, SGR). */
const STYLES = new Set([0, 1, 2, 3, 4, 7, 9, 22, 23, 24, 27, 29, 39, 49]);

/** True if the bytes hold terminal colours: with the escape byte, as JSON escapes it, or without it. */
export function mayHaveColours(bytes: Uint8Array): boolean {
  if (bytes.indexOf(ESCAPE) !== -1) return true;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return RESETS.some((reset) => text.includes(reset)) || text.includes(ESCAPED);
}

/**
 * A line without its control sequences. Text such as `[5m]` is none.
 * @returns null if the line has none.
 * @see ECMA-48, 5.4 (control sequences) and 8.3.117 (SGR)
 */
export function withoutColours(bytes: Uint8Array, start: number, end: number): Uint8Array | null {
  let out: Uint8Array | null = null;
  let used = 0;
  for (let at = start; at < end;) {
    const next = endOfSequence(bytes, at, end);
    if (next === at) {
      if (out !== null) out[used++] = bytes[at] as number;
      at += 1;
      continue;
    }
    if (out === null) {
      out = new Uint8Array(end - start);
      out.set(bytes.subarray(start, at));
      used = at - start;
    }
    at = next;
  }
  return out === null ? null : out.subarray(0, used);
}

/** @returns the offset behind the control sequence at `at`; `at` if there is none. */
function endOfSequence(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at];
  if (byte === ESCAPE) return endOfEscape(bytes, at + 1, end);
  if (byte === BACKSLASH && isEscaped(bytes, at, end)) return endOfEscape(bytes, at + ESCAPED.length, end);
  return byte === OPEN ? endOfStyle(bytes, at, end) : at;
}

function isEscaped(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + ESCAPED.length > end) return false;
  for (let i = 0; i < ESCAPED.length; i += 1)
    if ((bytes[at + i] as number) !== ESCAPED[i] && (bytes[at + i] as number) + 32 !== ESCAPED[i]) return false;
  return true;
}

function endOfEscape(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + MAX_SEQUENCE_BYTES);
  if (bytes[at] === OPEN) {
    for (let i = at + 1; i < limit; i += 1)
      if ((bytes[i] as number) >= 0x40 && (bytes[i] as number) <= 0x7e) return i + 1;
    return Math.min(end, at + 1);
  }
  if (bytes[at] === OSC) {
    const bell = bytes.subarray(at, end).indexOf(BELL);
    return bell === -1 ? Math.min(end, at + 1) : at + bell + 1;
  }
  // ESC ( B and other short ones.
  return Math.min(end, at + ((bytes[at] as number) >= 0x20 && (bytes[at] as number) <= 0x2f ? 2 : 1));
}

/** `[32m`, `[1;31m` without the escape byte. */
function endOfStyle(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + MAX_SEQUENCE_BYTES);
  let parameter = -1;
  let count = 0;
  for (let i = at + 1; i < limit; i += 1) {
    const byte = bytes[i] as number;
    if (byte >= 48 && byte <= 57) parameter = Math.max(0, parameter) * 10 + byte - 48;
    else if (byte === SEMICOLON || byte === SMALL_M) {
      if (parameter > 255 || (count === 0 && byte === SMALL_M && parameter !== -1 && !isStyle(parameter))) return at;
      if (byte === SMALL_M) return bytes[i + 1] === CLOSE && i + 1 < end ? at : i + 1;
      count += 1;
      parameter = -1;
    } else return at;
  }
  return at;
}

const isStyle = (parameter: number): boolean =>
  STYLES.has(parameter) || (parameter >= 30 && parameter <= 47) || (parameter >= 90 && parameter <= 107);
