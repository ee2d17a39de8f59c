import { type AskMeasure, type AskPlan, AskPlan as PlanSchema } from "../domain/ask-plan.ts";
import { LEVEL_FIELD, TEMPLATE_FIELD, TIME_FIELD } from "./ask-source.ts";
import { type AskCatalogue, valuesOf } from "./catalogue.ts";
import { likeness, plainName } from "./similar-names.ts";

const WORDS = /[\p{L}\p{N}_.\-/]+/gu;
const LONGEST_NAME = 3;
const LEAST_LIKE = 0.85;
const PERCENTILE = /\bp(\d{2})\b/;
const DURATIONS = ["latency_ms", "duration_ms", "duration", "latency", "request_time", "elapsed_ms", "took_ms"];
/** Words of questions that are also names of fields. */
const PLAIN_WORDS = new Set("time times text level levels source first last count rate".split(" "));

/**
 * The plan that a question probably means, from its words and the names in the data. It is only proposed, never run: words
 * alone do not say what somebody wants. Null if no word of it is known.
 */
export function guessPlan(question: string, catalogue: AskCatalogue): AskPlan | null {
  const text = question.toLowerCase();
  const words = [...text.matchAll(WORDS)].map(([word]) => word.replace(/[.\-/]+$/, ""));
  const where = [...levelOf(text, catalogue), ...quotedOf(question), ...namedValues(words, catalogue)];
  const named = namedFields(words, catalogue);
  const measure = measureOf(text, catalogue);
  const by = [
    ...named.filter((field) => field !== measure.field && !where.some((condition) => condition.field === field)),
    ...(/\b(?:template|message|statement|kind of (?:line|error))s?\b/.test(text) && catalogue.select === "logs"
      ? [TEMPLATE_FIELD]
      : []),
    ...(/\b(?:per (?:minute|hour|second|day)|over time|when|trend)\b/.test(text) && measure.verb === "count"
      ? [TIME_FIELD]
      : []),
  ];
  if (where.length === 0 && by.length === 0 && measure.verb === "count" && !/\bhow many\b/.test(text)) return null;
  const groups =
    by.length > 0
      ? by
      : /\b(?:which|what|most|top)\b/.test(text) && catalogue.select === "logs"
        ? [TEMPLATE_FIELD]
        : [];
  return PlanSchema.parse({ select: catalogue.select, where, by: groups.slice(0, 2), measure });
}

function levelOf(text: string, { fields }: AskCatalogue): AskPlan["where"] {
  if (!fields.has(LEVEL_FIELD)) return [];
  if (/\b(?:fatal|panic|crash\w*)\b/.test(text)) return [{ field: LEVEL_FIELD, op: ">=", value: "fatal" }];
  if (/\b(?:errors?|fail\w*|broken|exceptions?)\b/.test(text))
    return [{ field: LEVEL_FIELD, op: ">=", value: "error" }];
  return /\bwarn\w*\b/.test(text) ? [{ field: LEVEL_FIELD, op: ">=", value: "warn" }] : [];
}

const quotedOf = (question: string): AskPlan["where"] =>
  [...question.matchAll(/["“]([^"”]{2,200})["”]/g)]
    .slice(0, 2)
    .map(([, text = ""]) => ({ field: "text", op: "~" as const, value: text }));

function namedFields(words: readonly string[], { fields }: AskCatalogue): string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length; at += 1)
    for (let length = LONGEST_NAME; length >= 1; length -= 1) {
      const name = words.slice(at, at + length).join(" ");
      if (length > words.length - at || PLAIN_WORDS.has(name) || plainName(name).length < 3) continue;
      const best = [...fields.keys()]
        .map((field) => ({ field, score: likeness(name, field) }))
        .filter(({ score }) => score >= LEAST_LIKE)
        .toSorted((a, b) => b.score - a.score)[0];
      if (best === undefined) continue;
      if (!found.includes(best.field)) found.push(best.field);
      at += length - 1;
      break;
    }
  return found;
}

/** Values of fields with few of them, such as services, that stand in the question as they are. */
function namedValues(words: readonly string[], { fields }: AskCatalogue): AskPlan["where"] {
  const asWords = new Set(words);
  return ["service", "entity", "method", "pod", "operation", "metric", "status"].flatMap((field) => {
    const facts = fields.get(field);
    const value =
      facts === undefined
        ? undefined
        : valuesOf(facts).find((one) => one.length >= 3 && asWords.has(one.toLowerCase()));
    return value === undefined ? [] : [{ field, op: "=" as const, value }];
  });
}

function measureOf(text: string, { fields, select }: AskCatalogue): AskMeasure {
  const count = { verb: "count" as const, field: null, q: null };
  const percentile = PERCENTILE.exec(text)?.[1];
  const isSlow = /\b(?:slow\w*|latenc\w*|durations?|response times?)\b/.test(text) || percentile !== undefined;
  const duration = DURATIONS.find((field) => (fields.get(field)?.numbers ?? 0) > 0);
  if (isSlow && duration !== undefined)
    return { verb: "quantile", field: duration, q: percentile === undefined ? 0.95 : Number(percentile) / 100 };
  if (select === "metrics")
    return { verb: /\b(?:highest|max\w*|peak)\b/.test(text) ? "max" : "mean", field: "value", q: null };
  if (/\b(?:when|first|since)\b/.test(text) && /\b(?:start\w*|began|begin|first|since)\b/.test(text))
    return { ...count, verb: "first" };
  if (/\b(?:last|latest|most recent)\b/.test(text)) return { ...count, verb: "last" };
  return count;
}
