const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
] as const;

/** `depth`: how deep brackets nest outside of strings. `brackets`: number of lists and objects. */
export type JsonShape = { depth: number; brackets: number };

/**
 * The shape of a JSON text, without parsing it: a parser needs much memory for many small values, and code that walks
 * a deep value may be recursive. The parser checks the syntax later.
 */
export function jsonShape(bytes: Uint8Array): JsonShape {
  let [depth, deepest, brackets] = [0, 0, 0];
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      brackets += 1;
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
  }
  return { depth: deepest, brackets };
}
