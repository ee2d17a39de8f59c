import { redactWith, redactNamed } from "./redact.ts";
import { redactAddresses } from "./redact-personal.ts";
import { MARK, type Mark, plainMark } from "./redact-rule.ts";
import { rememberUnchanged } from "./remember-unchanged.ts";

/**
 * Masks texts, and the texts inside of values. Equal values get equal marks, so that references still match. Masking
 * masked text changes nothing.
 */
export type Masker = {
  text(text: string): string;
  /** A copy of plain data. Keys, numbers, and what is not plain data stay. Ids, hashes and scripts stay too. */
  values<T>(value: T): T;
};

/** `ip`, `mac`: whether network addresses are masked too. They are often needed to understand an incident. */
export type MaskedAddresses = { ip: boolean; mac: boolean };

export const NO_ADDRESSES: MaskedAddresses = { ip: false, mac: false };

/**
 * Fields that stay byte for byte: ids, hashes and scripts, because a hash covers the scripts. Scripts contain names
 * from telemetry too, but no step is planned with a name that looks like a secret.
 */
const EXACT: ReadonlySet<string> = new Set(
  [
    [
      "schema_version analysis_id incident_id id evidence_id evidence_ids against_ids script script_sha",
      "256 rollback verify",
    ].join(""),
    "bundle_sha256 versions timings analysisId incidentId evidenceId evidenceIds againstIds scriptSha256 bundleSha256",
    "key actionId traceId spanId parentSpanId traceIds trace_id span_id trace_ids fingerprint groupKey deliveryId",
    "next_cursor signature_id sha256 etag",
  ]
    .join(" ")
    .split(" "),
);
/** Wildcard patterns of queries. They still select the same lines, and more, if a mark becomes a wildcard. */
const PATTERNS = "patterns";
const WILDCARD = "<*>";
/** The name of the field may show that its value is secret. */
const BY_NAME: ReadonlySet<string> = new Set(["facts", "labels", "attributes", "annotations"]);

/**
 * @param mark what is written in place of a value; by default, marks that are the same on every machine.
 * @param more names of further fields that stay.
 */
export function maskerOf(
  mark: Mark = plainMark,
  addresses: MaskedAddresses = NO_ADDRESSES,
  more: readonly string[] = [],
): Masker {
  const exact = more.length === 0 ? EXACT : new Set([...EXACT, ...more]);
  const text = rememberUnchanged((plain) => redactAddresses(redactWith(plain, mark), mark, addresses));
  const named = (name: string, plain: string): string =>
    redactAddresses(redactNamed(name, plain, mark), mark, addresses);
  const value = (inner: unknown, name: string | null): unknown => {
    if (typeof inner === "string") return name === null ? text(inner) : named(name, inner);
    if (Array.isArray(inner)) return inner.map((item) => value(item, name));
    return isPlain(inner) ? object(inner, name !== null) : inner;
  };
  const object = (fields: Readonly<Record<string, unknown>>, byName: boolean): Record<string, unknown> => {
    const isEntity = typeof fields.id === "string" && typeof fields.kind === "string";
    return Object.fromEntries(
      Object.entries(fields).map(([name, field]) => {
        if (byName) return [text(name), value(field, name)]; // names that others chose
        if (exact.has(name) && !(isEntity && name === "id")) return [name, field];
        if (name === PATTERNS && Array.isArray(field)) return [name, field.map((one) => patternOf(one, text))];
        return [text(name), BY_NAME.has(name) && isPlain(field) ? object(field, true) : value(field, null)];
      }),
    );
  };
  return { text, values: <T>(data: T): T => value(data, null) as T };
}

const patternOf = (pattern: unknown, text: (plain: string) => string): unknown =>
  typeof pattern === "string" ? text(pattern).replaceAll(MARK, WILDCARD) : pattern;

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** Changes nothing: for an operator who keeps what telemetry says as it is. */
export const NO_MASKER: Masker = { text: (text) => text, values: (value) => value };
