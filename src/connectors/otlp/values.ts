import { z } from "zod";

/** Deeper parts of a value are left out: a sender may nest without limit. */
const MAX_DEPTH = 16;
/** More attributes than this on one record are left out. OpenTelemetry's own limit is 128. */
const MAX_ATTRIBUTES = 256;
const MAX_KEY = 256;
const MAX_NAME = 200;
/** Characters of one attribute, and of the text of one log record. */
const MAX_ATTRIBUTE = 16_384;

/** Attributes by key, each as text; lists and objects as JSON. Keys are a sender's text. */
export type OtlpAttributes = ReadonlyMap<string, string>;

/** Times and counters: a whole number, in JSON as text or number. */
export const Whole = z
  .union([z.string().regex(/^-?\d{1,20}$/), z.number().int(), z.bigint()])
  .transform((value) => BigInt(value));
/** A floating-point number; JSON writes those without digits as text. */
export const Double = z.union([
  z.number(),
  z.nan(),
  z.literal([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number),
]);
/** At most 16 bytes. */
const HEX = /^[0-9a-fA-F]{0,32}$/;
const MAX_ID_BYTES = 16;
/** 16 or 8 bytes. */
const BASE64 = /^(?:[A-Za-z0-9+/]{22}==|[A-Za-z0-9+/]{11}=)$/;
/**
 * An id as lower-case hexadecimal text, from bytes (protobuf), from text (JSON), or from base64 (Tempo's JSON). Null
 * for an absent id and for one of zeros, which means the same.
 */
export const HexId = z
  .union([
    z
      .instanceof(Uint8Array)
      .refine(({ length }) => length <= MAX_ID_BYTES, "too long")
      .transform((bytes) => Buffer.from(bytes).toString("hex")),
    z.string().regex(HEX),
    z
      .string()
      .regex(BASE64)
      .transform((text) => Buffer.from(text, "base64").toString("hex")),
  ])
  .nullish()
  .transform((id) => (id == null || /^0*$/.test(id) ? null : id.toLowerCase()));

const partsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** An `AnyValue` as plain JSON. Null if it is empty, of an unknown type, or nested too deep. */
function plainValue(value: unknown, depth: number): unknown {
  const parts = partsOf(value);
  if (depth > MAX_DEPTH) return null;
  if (parts.arrayValue !== undefined) {
    const { values } = partsOf(parts.arrayValue);
    return Array.isArray(values) ? values.map((each) => plainValue(each, depth + 1)) : [];
  }
  if (parts.kvlistValue !== undefined) {
    const { values } = partsOf(parts.kvlistValue);
    return Object.fromEntries(
      pairsOf(values).map(([key, inner]) => [key === "__proto__" ? "proto" : key, plainValue(inner, depth + 1)]),
    );
  }
  if (parts.bytesValue instanceof Uint8Array) return Buffer.from(parts.bytesValue).toString("base64");
  const whole = Number(parts.intValue);
  if (parts.intValue !== undefined) return Number.isSafeInteger(whole) ? whole : String(parts.intValue);
  for (const scalar of [parts.stringValue, parts.boolValue, parts.doubleValue, parts.bytesValue])
    if (typeof scalar === "string" || typeof scalar === "number" || typeof scalar === "boolean") return scalar;
  return null;
}

const pairsOf = (list: unknown): [string, unknown][] =>
  (Array.isArray(list) ? list : []).slice(0, MAX_ATTRIBUTES).flatMap((pair): [string, unknown][] => {
    const { key, value } = partsOf(pair);
    return typeof key === "string" && key !== "" && key.length <= MAX_KEY ? [[key, value]] : [];
  });

const cut = (text: string): string => (text.length > MAX_ATTRIBUTE ? `${text.slice(0, MAX_ATTRIBUTE)}…` : text);

/** An `AnyValue` as text: a string as it is, anything else as JSON. Empty if there is none. */
export function textOfValue(value: unknown): string {
  const plain = plainValue(value, 0);
  if (plain === null) return "";
  return cut(typeof plain === "string" ? plain : JSON.stringify(plain));
}

/** Reads a list of `KeyValue`. Pairs with a wrong type are left out. */
/**
 * A list of at most `max` items. Its length is checked first, because each item that is not valid costs time and
 * memory.
 */
export const boundedList = <T extends z.ZodType>(item: T, max: number) =>
  z.array(z.unknown()).max(max).pipe(z.array(item));

/** Characters that no name has, and that databases and terminals take for something else. */
const CONTROL = /\p{Cc}+/gu;
/** A name that a sender gave, of at most 200 characters. */
export const nameOf = (text: string): string => text.slice(0, MAX_NAME).replaceAll(CONTROL, " ").trim();

export const attributesOf = (list: unknown): OtlpAttributes =>
  new Map(pairsOf(list).map(([key, value]) => [key, textOfValue(value)]));

/** The value of the first of these attributes that is not empty. */
export function firstOf(attributes: OtlpAttributes, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = attributes.get(key);
    if (value !== undefined && value !== "") return value;
  }
  return null;
}
