/** The fields of a JSON object whose types nobody has checked. */
export type JsonFields = Readonly<Record<string, unknown>>;

// Kubernetes objects have hundreds of optional fields, and dumps hold any of them wrongly: each is checked when it is
// read, instead of by a schema of the whole object. A field of another type counts as absent.

const NONE: JsonFields = {};
const NO_TEXTS: Readonly<Record<string, string>> = {};

export const isFields = (value: unknown): value is JsonFields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object field; empty if it is absent. */
export const fieldsOf = (value: unknown): JsonFields => (isFields(value) ? value : NONE);

/** The objects of a list field; empty if it is absent. */
export const fieldListOf = (value: unknown): JsonFields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** A field below others: `fieldsAt(object, "spec", "template")`; empty if any is absent. */
export const fieldsAt = (from: JsonFields, ...path: readonly string[]): JsonFields =>
  path.reduce<JsonFields>((at, key) => fieldsOf(at[key]), from);

export const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** A number, or a text or number as text: ports and quantities are either. */
export const scalarOf = (value: unknown): string | null =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : null;

export const numberOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];

/** The entries of a map with text values, such as labels. */
export const textMapOf = (value: unknown): Readonly<Record<string, string>> =>
  value === undefined
    ? NO_TEXTS
    : Object.fromEntries(
        Object.entries(fieldsOf(value)).flatMap(([key, one]) => {
          const text = typeof one === "boolean" ? String(one) : scalarOf(one);
          return text === null ? [] : [[key, text]];
        }),
      );

/** An RFC 3339 time in Unix milliseconds; null if it is absent or no time. */
export function timeOf(value: unknown): number | null {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}
