import fc from "fast-check";

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text that attackers and broken programs send. */
export const HOSTILE_TEXTS = [
  "",
  " ",
  "..",
  "../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%00",
  "\u0000",
  "a\r\nx-injected: yes",
  "%0d%0ax-injected:%20yes",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "undefined",
  "-1",
  "NaN",
  "1e309",
  "' OR 1=1 --",
  '"; DROP TABLE incidents; --',
  "<script>alert(1)</script>",
  "${7*7}",
  "{{7*7}}",
  "%s%n%x",
  "\ud800",
  "\u202egnp.exe",
  "ﷺ".repeat(50),
  "a".repeat(5_000),
  "\\",
  "`id`",
  "file:///etc/passwd",
  "9".repeat(400),
  "0x10",
  "2026-13-45T99:99:99Z",
  "true",
] as const;

export const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 300 }),
);

/** Any JSON, including keys that target prototypes. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  hostileText,
  fc.constant(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')),
  fc.constantFrom(1e308, -0, Number.MAX_SAFE_INTEGER, 2 ** 60, 1e-320),
  fc.integer({ min: 1, max: 90 }).map((depth) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`)),
);

/** Values that fit a schema; `resolve` finds components. */
export function fitting(schema: unknown, resolve: (reference: string) => unknown): fc.Arbitrary<unknown> {
  if (!isSchema(schema)) return fc.jsonValue();
  if (typeof schema.$ref === "string") return fitting(resolve(schema.$ref), resolve);
  for (const key of ["anyOf", "oneOf"] as const) {
    const parts = schema[key];
    if (Array.isArray(parts)) return fc.oneof(...parts.map((part) => fitting(part, resolve)));
  }
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  const types = [schema.type].flat();
  return types.length === 0 || types[0] === undefined
    ? fc.jsonValue()
    : fc.oneof(...types.map((type) => ofType(String(type), schema, resolve)));
}

function ofType(type: string, schema: Schema, resolve: (reference: string) => unknown): fc.Arbitrary<unknown> {
  if (type === "null") return fc.constant(null);
  if (type === "boolean") return fc.boolean();
  if (type === "integer" || type === "number")
    return fc.integer({ min: Number(schema.minimum ?? -10), max: Number(schema.maximum ?? 1_000) });
  if (type === "array") return fc.array(fitting(schema.items, resolve), { maxLength: 5 });
  if (type === "object") {
    const properties = isSchema(schema.properties) ? schema.properties : {};
    const required = [schema.required]
      .flat()
      .filter((name) => typeof name === "string" && name in properties) as string[];
    return fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, fitting(property, resolve)])),
      { requiredKeys: required },
    );
  }
  if (schema.format === "date-time")
    return fc
      .date({ noInvalidDate: true, min: new Date("1970-01-01"), max: new Date("2100-01-01") })
      .map((date) => date.toISOString());
  if (typeof schema.pattern === "string" && schema.pattern.includes("{64}")) return fc.stringMatching(/^[0-9a-f]{64}$/);
  if (typeof schema.pattern === "string" && schema.pattern.startsWith("^[A-Za-z0-9]"))
    return fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/);
  return fc.string({ minLength: Number(schema.minLength ?? 0), maxLength: 40 });
}

/** A valid value with one part broken. */
export const almost = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(value, fc.nat(), anyJson, fc.constantFrom("replace", "drop", "add")).map(([fits, at, strange, how]) => {
    if (!isSchema(fits)) return strange;
    const keys = Object.keys(fits);
    const key = keys[at % Math.max(1, keys.length)];
    if (how === "add" || key === undefined) return { ...fits, [String(at)]: strange };
    return how === "drop"
      ? Object.fromEntries(Object.entries(fits).filter(([name]) => name !== key))
      : { ...fits, [key]: strange };
  });

export { anyJson };
