import { RE2JS } from "re2js";
import { z } from "zod";
import { Severity } from "../../domain/alert-event.ts";
import { IncidentError, messageOf } from "../../domain/errors.ts";
import { type DotPath, parseDotPath, textOf, valueAt } from "./dot-path.ts";

/** A dot path, alone or with an RE2 pattern whose first group is the value. */
const FieldMapping = z.union([z.string(), z.strictObject({ path: z.string(), match: z.string().max(1_000) })]);
type FieldMapping = z.infer<typeof FieldMapping>;

const Words = z
  .union([z.string(), z.array(z.string())])
  .transform((words) => (typeof words === "string" ? [words] : words));

/** `webhooks.custom.<name>`: how to read a sender that Causeway has no parser for. */
export const CustomMapping = z.strictObject({
  /** Path of the list of alerts; absent: the payload is one alert, or the list itself. */
  items: z.string().optional(),
  /** Path of the sender's group key; absent: triage groups the alerts. */
  group: z.string().optional(),
  /** Paths within an item. */
  fields: z.strictObject({
    name: FieldMapping,
    entity: FieldMapping.optional(),
    status: FieldMapping.optional(),
    severity: FieldMapping.optional(),
    summary: FieldMapping.optional(),
    fingerprint: FieldMapping.optional(),
    starts_at: FieldMapping.optional(),
    ends_at: FieldMapping.optional(),
    link: FieldMapping.optional(),
    runbook: FieldMapping.optional(),
    /** Path of an object whose plain values become labels. */
    labels: z.string().optional(),
  }),
  /** The sender's severity words; common ones need no entry. */
  severity_map: z.record(z.string(), Severity).default({}),
  /** Values of `status` that mean resolved; case does not matter. */
  resolved_value: Words.default(["resolved", "ok", "recovered", "closed", "close", "normal", "up"]),
  acknowledged_value: Words.default(["acknowledged", "acknowledge"]),
});
export type CustomMapping = z.infer<typeof CustomMapping>;

/** Reads one field of an item; null when it has no plain value there, or the pattern does not match. */
export type FieldReader = (item: unknown) => string | null;
type FieldName = Exclude<keyof CustomMapping["fields"], "labels">;

export type CompiledMapping = {
  items: DotPath | null;
  group: DotPath | null;
  labels: DotPath | null;
  read: Readonly<Partial<Record<FieldName, FieldReader>>>;
  severities: ReadonlyMap<string, Severity>;
  resolved: ReadonlySet<string>;
  acknowledged: ReadonlySet<string>;
};

const lower = (words: readonly string[]): ReadonlySet<string> =>
  new Set(words.map((word) => word.trim().toLowerCase()));

/**
 * Compiles a mapping, so that a mistake stops the program at its start, not when the first alert arrives.
 *
 * @throws {IncidentError} CONFIG, naming the setting.
 */
export function compileMapping(
  name: string,
  { items, group, fields, severity_map, resolved_value, acknowledged_value }: CustomMapping,
): CompiledMapping {
  const fail = (setting: string, why: string, cause?: unknown): IncidentError =>
    new IncidentError("CONFIG", `webhooks.custom.${name}.${setting} ${why}`, {
      hint: 'A path is names separated by dots, such as "data.alerts" or "tags.0". docs/http.md shows an example.',
      cause,
    });

  const pathOf = (setting: string, text: string): DotPath => {
    const path = parseDotPath(text);
    if (path === null) throw fail(setting, `is not a path: ${JSON.stringify(text)}`);
    return path;
  };
  const optionalPath = (setting: string, text: string | undefined): DotPath | null =>
    text === undefined ? null : pathOf(setting, text);

  const readerOf = (setting: string, mapping: FieldMapping): FieldReader => {
    if (typeof mapping === "string") {
      const path = pathOf(setting, mapping);
      return (item) => textOf(valueAt(item, path));
    }
    const path = pathOf(`${setting}.path`, mapping.path);
    const pattern = patternOf(mapping.match, (why, cause) => fail(`${setting}.match`, why, cause));
    return (item) => {
      const matcher = pattern.matcher(textOf(valueAt(item, path)) ?? "");
      return matcher.find() ? textOf(matcher.group(1)) : null;
    };
  };

  const { labels, ...named } = fields;
  const read = Object.fromEntries(
    Object.entries(named).flatMap(([field, mapping]) =>
      mapping === undefined ? [] : [[field, readerOf(`fields.${field}`, mapping)]],
    ),
  );
  return {
    items: optionalPath("items", items),
    group: optionalPath("group", group),
    labels: optionalPath("fields.labels", labels),
    read,
    severities: new Map(Object.entries(severity_map).map(([word, severity]) => [word.trim().toLowerCase(), severity])),
    resolved: lower(resolved_value),
    acknowledged: lower(acknowledged_value),
  };
}

/** RE2 takes linear time for any pattern; the text comes from outside. */
function patternOf(text: string, fail: (why: string, cause?: unknown) => IncidentError): RE2JS {
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(text);
  } catch (cause) {
    throw fail(`is not a valid RE2 pattern: ${messageOf(cause)}`, cause);
  }
  if (pattern.groupCount() < 1) throw fail("has no group: put the wanted part in parentheses");
  return pattern;
}
