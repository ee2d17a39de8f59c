import { z } from "zod";

/** Edits between an unknown key and the key that was probably meant. */
const MAX_EDITS = 2;

/** Adds the key that was probably meant to each message about an unknown key. */
export const withSuggestions = (schema: z.ZodType, { issues }: z.ZodError): z.ZodError =>
  new z.ZodError(
    issues.map((issue) => {
      if (issue.code !== "unrecognized_keys") return issue;
      const known = keysAt(schema, issue.path);
      const meant = issue.keys.flatMap((key) => nearestKey(key, known) ?? []);
      return meant.length === 0 ? issue : { ...issue, message: `${issue.message}. Did you mean ${meant.join(", ")}?` };
    }),
  );

/** The key with the fewest edits; undefined if none is near. */
export function nearestKey(key: string, known: readonly string[]): string | undefined {
  const near = known
    .map((name) => ({ name, edits: editsBetween(key.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => name !== key && edits <= Math.min(MAX_EDITS, name.length / 2));
  return near.toSorted((a, b) => a.edits - b.edits)[0]?.name;
}

/** The keys that the objects of a schema may have at a path. */
function keysAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const { def } = schema._zod as z.core.$ZodTypes["_zod"];
  switch (def.type) {
    case "optional":
    case "nullable":
    case "default":
      return keysAt(def.innerType, path);
    case "pipe":
      return [...keysAt(def.in, path), ...keysAt(def.out, path)];
    case "union":
      return def.options.flatMap((option) => keysAt(option, path));
    case "array":
      return path.length === 0 ? [] : keysAt(def.element, path.slice(1));
    case "record":
      return path.length === 0 ? [] : keysAt(def.valueType, path.slice(1));
    case "object": {
      const [first] = path;
      if (first === undefined) return Object.keys(def.shape);
      const field = def.shape[String(first)];
      return field === undefined ? [] : keysAt(field, path.slice(1));
    }
    default:
      return [];
  }
}

/** Levenshtein's distance, where a swap of two neighbours counts 1. */
function editsBetween(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i += 1) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j += 1) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const edits = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY,
      );
      rows[i]?.push(edits);
    }
  }
  return at(a.length, b.length);
}
