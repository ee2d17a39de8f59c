/** The names on the way to a value. */
export type DotPath = readonly string[];

const MAX_DEPTH = 20;

/**
 * Parses `monitor.tags.0.name`. `\.` is a dot within a name; numbers index arrays.
 *
 * @returns null when it is not a path: empty, with an empty name, or too deep.
 */
export function parseDotPath(text: string): DotPath | null {
  const names = text.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));
  return names.length > MAX_DEPTH || names.some((name) => name.trim() === "") ? null : names;
}

/** The value at a path; undefined when there is none. Own properties only, never inherited ones. */
export function valueAt(payload: unknown, path: DotPath): unknown {
  let value = payload;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** A plain value as text; null for an object. */
export const textOf = (value: unknown): string | null =>
  typeof value === "string"
    ? value.trim() || null
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : null;
