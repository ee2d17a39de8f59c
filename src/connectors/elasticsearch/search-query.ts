import { WILDCARD } from "../../domain/query.ts";
import type { TimeWindow } from "../../domain/time.ts";
import { ERROR_LEVELS, ERROR_WORDS, quoted } from "../logservers/line-patterns.ts";
import type { LogSelection } from "../logservers/types.ts";
import { exactField, type LogFields } from "./fields.ts";

export type SearchScope = { fields: LogFields; entities: readonly string[] };
type Clause = Record<string, unknown>;

/** The search for a selection, in the query language of Elasticsearch and OpenSearch. */
export function searchQuery(
  { scope: { fields, entities }, share, patterns }: LogSelection<SearchScope>,
  { startMs, endMs }: TimeWindow,
): Clause {
  const [time = "@timestamp"] = fields.time;
  const filter: Clause[] = [{ range: { [time]: { gte: startMs, lte: endMs, format: "epoch_millis" } } }];
  if (entities.length > 0) filter.push(anyOf(entityClauses(fields, entities)));
  const texts = patterns.map((pattern) => textClause(fields, pattern));
  if (texts.length > 0 && texts.every((clause) => clause !== null)) filter.push(anyOf(texts));
  const errors = anyOf(errorClauses(fields));
  if (share === "errors") filter.push(errors);
  return { bool: { filter, ...(share === "others" ? { must_not: [errors] } : {}) } };
}

const anyOf = (should: readonly (Clause | null)[]): Clause => ({ bool: { should, minimum_should_match: 1 } });

/** Pods of an entity are found by the start of their name, where no field names the service. */
function entityClauses(fields: LogFields, entities: readonly string[]): Clause[] {
  const named = [...fields.service, ...fields.pod, ...fields.host].flatMap((name): Clause[] => {
    const { field, isExact } = exactField(name, fields);
    return isExact
      ? [{ terms: { [field]: entities } }]
      : entities.map((entity) => ({ match_phrase: { [field]: entity } }));
  });
  if (fields.service.length > 0) return named;
  const pods = fields.pod.flatMap((name) =>
    entities.map((entity) => ({ prefix: { [exactField(name, fields).field]: `${entity}-` } })),
  );
  return [...named, ...pods];
}

function errorClauses(fields: LogFields): Clause[] {
  const levels = fields.level.map((name): Clause => {
    const { field, isExact } = exactField(name, fields);
    return isExact ? { terms: { [field]: ERROR_LEVELS } } : { match: { [field]: ERROR_LEVELS.join(" ") } };
  });
  const words = fields.message.map((name) => ({ match: { [name]: ERROR_WORDS.replaceAll("|", " ") } }));
  return [...levels, ...words, ...[...fields.error, ...fields.stack].map((field) => ({ exists: { field } }))];
}

/**
 * The documents that may hold a pattern: those with its whole words, in order. Null if it has no whole word, so that
 * the server cannot narrow the search. What it returns is tested again.
 */
function textClause(fields: LogFields, pattern: string): Clause | null {
  const phrases = pattern.split(WILDCARD).flatMap((piece, at, { length }) => {
    const words = piece.split(/\s+/);
    // words at a wildcard may go on there, and the last word of a template may be cut
    if (at > 0 && !/^\s/.test(piece)) words.shift();
    const isLast = at === length - 1;
    if (isLast ? words.length > 1 : !/\s$/.test(piece)) words.pop();
    const phrase = words.join(" ").trim();
    return /[a-z0-9]{2}/i.test(phrase) ? [phrase] : [];
  });
  if (phrases.length === 0 || fields.message.length === 0) return null;
  return anyOf(
    fields.message.flatMap((field): Clause[] => {
      const types = fields.types.get(field) ?? [];
      const isText = types.some((type) => type === "text" || type === "match_only_text");
      const wildcard = { wildcard: { [field]: { value: `*${phrases.map(escapedWildcard).join("*")}*` } } };
      return isText
        ? [{ bool: { filter: phrases.map((words) => ({ match_phrase: { [field]: words } })) } }]
        : [wildcard];
    }),
  );
}

const escapedWildcard = (text: string): string => text.replaceAll(/[\\*?]/g, "\\$&");

/**
 * `KQL` as in Kibana and OpenSearch Dashboards, `Lucene` as in Grafana. Both take the same, apart from their operators.
 */
export type SearchLanguage = "KQL" | "Lucene";

/** The same as a person types it. Names and texts are quoted. */
export function typedQuery(
  { scope: { fields, entities }, patterns }: LogSelection<SearchScope>,
  language: SearchLanguage,
): string {
  const [and, or] = language === "KQL" ? [" and ", " or "] : [" AND ", " OR "];
  const named = [...fields.service, ...fields.pod]
    .slice(0, 4)
    .map((field) => `${field}: (${entities.map(quoted).join(or)})`);
  const [message = "message"] = fields.message;
  const texts = patterns.map((pattern) => {
    const pieces = pattern
      .split(WILDCARD)
      .map((piece) => piece.trim())
      .filter((piece) => /[a-z0-9]{2}/i.test(piece));
    return pieces.map((piece) => `${message}: ${quoted(piece)}`).join(and);
  });
  const parts = [
    entities.length === 0 || named.length === 0 ? "" : `(${named.join(or)})`,
    texts.length === 0 ? "" : `(${texts.filter((text) => text !== "").join(or)})`,
  ].filter((part) => part !== "" && part !== "()");
  return parts.length === 0 ? "*" : parts.join(and);
}
