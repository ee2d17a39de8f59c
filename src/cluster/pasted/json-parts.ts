/**
 * The JSON value that begins at `start`, and where it ends. A value that is cut off has no end: `parts` are then the
 * objects in it that are complete, at the depth of a list's items.
 */
export type JsonPart = { text: string; end: number; isCut: boolean };

/** Finds the end of the JSON object or array that begins at `start`. Linear; the text need not be valid. */
export function jsonAt(text: string, start: number): JsonPart {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      depth -= 1;
      if (depth === 0) return { text: text.slice(start, at + 1), end: at + 1, isCut: false };
    }
  }
  return { text: text.slice(start), end: text.length, isCut: true };
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The position of the quote that ends a string; the end of the text if none does. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}

/** The complete objects in the `items` of a list that is cut off, as one list. */
export function completeItems(text: string): string {
  const items: string[] = [];
  const list = /"items"\s*:\s*\[/.exec(text);
  let at = list === null ? text.length : list.index + list[0].length;
  while (at < text.length) {
    const start = text.indexOf("{", at);
    if (start === -1) break;
    const part = jsonAt(text, start);
    if (part.isCut) break;
    items.push(part.text);
    at = part.end;
  }
  const kind = /^\s*\{[\s\S]{0,300}?"kind"\s*:\s*"(\w+List)"/.exec(text)?.[1] ?? "List";
  return `{"kind":${JSON.stringify(kind)},"items":[${items.join(",")}]}`;
}
