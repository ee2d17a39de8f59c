import { applyPatch, type Operation } from "rfc6902";
import { isObject } from "./merge-patch.ts";

/**
 * Applies a JSON patch.
 *
 * @param document is changed.
 * @returns the patched document; null if an operation does not fit, such as a `test` that fails.
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function applyJsonPatch(document: unknown, operations: readonly unknown[]): unknown {
  // The library changes what is inside of its object, so the document lies inside of one.
  const holder = { document };
  const inside = operations.map((operation) => (isObject(operation) ? movedInside(operation) : null));
  if (!inside.every((operation) => operation !== null)) return null;
  return applyPatch(holder, inside).every((problem) => problem === null) ? holder.document : null;
}

const pointerInside = (pointer: unknown): unknown => (typeof pointer === "string" ? `/document${pointer}` : pointer);

/** Null if it has no pointer: the library would throw. */
function movedInside(operation: Readonly<Record<string, unknown>>): Operation | null {
  const { path, from } = operation;
  if (typeof path !== "string" || (path !== "" && !path.startsWith("/"))) return null;
  return {
    ...operation,
    path: pointerInside(path),
    ...(from === undefined ? {} : { from: pointerInside(from) }),
  } as unknown as Operation;
}
