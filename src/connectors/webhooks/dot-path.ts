/** The names on the way to a value. */
export type DotPath = readonly string[];

const MAX_DEPTH = 20;

/**
 * Reads `monitor.tags.0.name`; `\.` is a dot that belongs to a name. An array's places are numbers.
 *
 * @returns null where it is no path: empty, with an empty name, or deeper than any payload.
 */
export function parseDotPath(text: string): DotPath | null {
  const names = text.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));
  return names.length > MAX_DEPTH || names.some((name) => name.trim() === "") ? null : names;
}

/** What lies at the end of a path; undefined where nothing does. Only what the payload itself holds: never an inherited member. */
export function valueAt(payload: unknown, path: DotPath): unknown {
  let value = payload;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** A value as text, where it is one plain value: an object is no name. */
export const textOf = (value: unknown): string | null =>
  typeof value === "string"
    ? value.trim() || null
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : null;
