import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "./merge-patch.ts";

type Container = JsonObject | unknown[];

/**
 * Applies a JSON patch.
 *
 * @param document is changed.
 * @returns the patched document; null if an operation does not fit, such as a `test` that fails.
 * @see https://www.rfc-editor.org/rfc/rfc6902
 */
export function applyJsonPatch(document: unknown, operations: readonly unknown[]): unknown {
  const root: JsonObject = { "": document };
  return operations.every((operation) => isObject(operation) && apply(root, operation)) ? root[""] : null;
}

function apply(root: JsonObject, { op, path, from, value }: JsonObject): boolean {
  const place = placeOf(root, path);
  if (place === null) return false;
  switch (op) {
    case "add":
      return put(place, structuredClone(value), true);
    case "replace":
      return has(place) && put(place, structuredClone(value), false);
    case "remove":
      return take(place);
    case "test":
      return has(place) && isDeepStrictEqual(valueAt(place), value);
    case "move":
    case "copy": {
      const source = placeOf(root, from);
      if (source === null || !has(source)) return false;
      const moved = structuredClone(valueAt(source));
      if (op === "move" && !take(source)) return false;
      const target = placeOf(root, path);
      return target !== null && put(target, moved, true);
    }
    default:
      return false;
  }
}

/** What holds the value that a pointer names, and its key there. */
type Place = { holder: Container; key: string };

function placeOf(root: JsonObject, pointer: unknown): Place | null {
  if (typeof pointer !== "string" || (pointer !== "" && !pointer.startsWith("/"))) return null;
  const keys = pointer.split("/").map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = keys.pop() ?? "";
  let holder: Container = root;
  for (const key of keys) {
    const next: unknown = has({ holder, key }) ? valueAt({ holder, key }) : undefined;
    if (!Array.isArray(next) && !isObject(next)) return null;
    holder = next;
  }
  return { holder, key: last };
}

function has({ holder, key }: Place): boolean {
  if (Array.isArray(holder)) return /^(0|[1-9]\d*)$/.test(key) && Number(key) < holder.length;
  return Object.hasOwn(holder, key);
}

const valueAt = ({ holder, key }: Place): unknown => (Array.isArray(holder) ? holder[Number(key)] : holder[key]);

function put({ holder, key }: Place, value: unknown, isNew: boolean): boolean {
  if (!Array.isArray(holder)) holder[key] = value;
  else {
    const at = key === "-" ? holder.length : /^(0|[1-9]\d*)$/.test(key) ? Number(key) : Infinity;
    if (at > holder.length) return false;
    holder.splice(at, isNew ? 0 : 1, value);
  }
  return true;
}

function take(place: Place): boolean {
  if (!has(place)) return false;
  const { holder, key } = place;
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return true;
}
