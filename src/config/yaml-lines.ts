import { isMap, isPair, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { z } from "zod";

/** Adds to each issue the line of the YAML text where its key is, or where the nearest one above it is. */
export function withLineNumbers(error: z.ZodError, text: string): z.ZodError {
  const lineCounter = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter, logLevel: "silent" });
  return new z.ZodError(
    error.issues.map((issue) => {
      const keys = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0] ?? ""] : issue.path;
      const offset = offsetOf(contents, keys);
      return { ...issue, message: `line ${lineCounter.linePos(offset).line}: ${issue.message}` };
    }),
  );
}

function offsetOf(contents: Node | null, path: readonly PropertyKey[]): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
      );
      if (pair === undefined) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === "number") {
      const item = node.items[key];
      offset = (item as Node | undefined)?.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  return offset;
}
