// What is done with a page before it is parsed: half of it is bookkeeping, and the next page can be requested early.

const MANAGED_FIELDS = Buffer.from('"managedFields":[');
/** The metadata of a list stands before its objects; it is looked for in the first bytes. */
const HEAD_BYTES = 4_096;

/**
 * A page of a list without the `managedFields` of its objects: parsing them takes as long as parsing the rest. The
 * server writes them without spaces; written otherwise, they stay. Moves what is kept within `body`.
 */
export function withoutManagedFields(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  let [kept, from] = [0, 0];
  const keepUntil = (end: number): void => {
    if (kept < from) bytes.copyWithin(kept, from, end);
    kept += end - from;
  };
  for (let at = bytes.indexOf(MANAGED_FIELDS); at !== -1; at = bytes.indexOf(MANAGED_FIELDS, Math.max(at + 1, from))) {
    if (bytes[at - 1] === BACKSLASH) continue; // in a string
    const end = endOfList(bytes, at + MANAGED_FIELDS.length);
    if (end === null) break;
    const isLast = bytes[end] !== COMMA;
    keepUntil(isLast && bytes[at - 1] === COMMA ? at - 1 : at);
    from = isLast ? end : end + 1;
  }
  keepUntil(bytes.length);
  return bytes.subarray(0, kept);
}

/** The position after the bracket that closes a list; null if none does. `start`: after the bracket that opens it. */
function endOfList(bytes: Uint8Array, start: number): number | null {
  let depth = 1;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at += 1; at < bytes.length && bytes[at] !== QUOTE; at += 1) if (bytes[at] === BACKSLASH) at += 1;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

// UTF-8 has these bytes in no other character
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The token of the next page, if it stands before the objects; null otherwise. */
export function nextTokenIn(body: Uint8Array): string | null {
  const head = Buffer.from(body.subarray(0, HEAD_BYTES)).toString("latin1");
  const items = head.indexOf('"items":[');
  return items === -1 ? null : (/"continue":"([^"\\]+)"/.exec(head.slice(0, items))?.[1] ?? null);
}
