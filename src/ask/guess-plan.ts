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
 * The plan that a question probably means, from its words and the names in the data. It is only proposed, never run:
 * words alone do not say what somebody wants. Null if no word of it is known.
 */
export function guessPlan(question: string, catalogue: AskCatalogue): AskPlan | null {
  const text = question.toLowerCase();
  const words = [...text.matchAll(WORDS)].map(([word]) => word.replace(/[.\-/]+$/, ""));
  if (isOfDurations(text) && durationField(catalogue) === undefined && catalogue.select === "logs") return null;
  const range = rangeOf(text);
  const isNew = range?.start != null && /\bnew\b/.test(text) && catalogue.select === "logs";
  const statuses = statusOf(text, catalogue);
  const where = [
    ...(statuses.length > 0 ? [] : levelOf(text, catalogue)),
    ...statuses,
    ...quotedOf(question),
    ...namedValues(words, catalogue),
  ];
  const named = namedFields(words, catalogue);
  const measure = isNew ? COUNT : measureOf(text, catalogue);
  const bucket = bucketOf(text);
  const by = [
    ...named.filter((field) => field !== measure.field && !where.some((condition) => condition.field === field)),
    ...(/\b(?:template|message|statement|kind of (?:line|error))s?\b/.test(text) && catalogue.select === "logs"
      ? [TEMPLATE_FIELD]
      : []),
    ...(isOfEndpoints(text) && catalogue.fields.has("path") ? ["path"] : []),
    ...(bucket !== null && (measure.verb === "count" || measure.verb === "quantile") ? [TIME_FIELD] : []),
  ].filter((field, at, all) => all.indexOf(field) === at);
  const isEmpty = where.length === 0 && by.length === 0 && range === null && measure.verb === "count";
  if (isEmpty && !/\bhow many\b/.test(text)) return null;
  const groups =
    by.length > 0
      ? by
      : (isNew || /\b(?:which|what|most|top)\b/.test(text)) && catalogue.select === "logs"
        ? [TEMPLATE_FIELD]
        : [];
  const shown = groups.slice(0, 2);
  return PlanSchema.parse({
    select: catalogue.select,
    where,
    by: shown,
    measure:
      bucket !== null && /\brate\b/.test(text) && measure.verb === "count" ? { ...COUNT, verb: "rate" } : measure,
    ...(bucket === null || bucket === 0 || !shown.includes(TIME_FIELD)
      ? {}
      : { bucket_seconds: bucket, top: STRETCHES }),
    ...(range === null ? {} : { range }),
    ...(isNew ? { join: newSince(range.start) } : {}),
  });
}

/** Stretches of a minute or an hour that a proposed plan shows. */
const STRETCHES = 100;
const COUNT: AskMeasure = { verb: "count", field: null, q: null };
const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };
const CLOCK = String.raw`((?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?|\d{4}-\d\d-\d\dt[\d:.]+z?)`;
const isOfEndpoints = (text: string): boolean => /\b(?:endpoint|url|route|page)s?\b/.test(text);

/** Lines of templates that no line before this time has. */
const newSince = (start: string | null): AskPlan["join"] => ({
  on: "template",
  keep: "not in",
  select: "logs",
  where: [],
  range: { start: null, end: start },
});

/** Seconds of a stretch of time that the words name; 0: no length is named; null: no stretches. */
function bucketOf(text: string): number | null {
  const unit = /\b(?:per|by|each|every) (second|minute|hour|day)\b/.exec(text)?.[1];
  if (unit !== undefined) return SECONDS[unit] ?? 0;
  return /\b(?:over time|when|trend)\b/.test(text) ? 0 : null;
}

/** "since 10:00", "after 10:00 until 10:30", "between 10:00 and 10:30". */
function rangeOf(text: string): AskPlan["range"] {
  const find = (words: string): string | null =>
    new RegExp(String.raw`\b(?:${words}) (?:at )?${CLOCK}`).exec(text)?.[1]?.toUpperCase() ?? null;
  const start = find("since|after|from|between");
  const end = find("until|till|before|to") ?? (/\bbetween\b/.test(text) ? find("and") : null);
  return start === null && end === null ? null : { start, end };
}

/** "5xx", "5xx errors", "4xx". A status of its own, such as 502, is a value. */
function statusOf(text: string, { fields }: AskCatalogue): AskPlan["where"] {
  const hundreds = Number(/\b([1-5])xx\b/.exec(text)?.[1]);
  if (!Number.isFinite(hundreds) || !fields.has("status")) return [];
  const field = "status";
  const from = { field, op: ">=" as const, value: hundreds * 100 };
  return hundreds === 5 ? [from] : [from, { field, op: "<" as const, value: (hundreds + 1) * 100 }];
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

const isOfDurations = (text: string): boolean =>
  /\b(?:slow\w*|latenc\w*|durations?|response times?)\b/.test(text) || PERCENTILE.test(text);
const durationField = ({ fields }: Pick<AskCatalogue, "fields">): string | undefined =>
  DURATIONS.find((field) => (fields.get(field)?.numbers ?? 0) > 0);

function measureOf(text: string, { fields, select }: AskCatalogue): AskMeasure {
  const percentile = PERCENTILE.exec(text)?.[1];
  const duration = durationField({ fields });
  if (isOfDurations(text) && duration !== undefined)
    return { verb: "quantile", field: duration, q: percentile === undefined ? 0.95 : Number(percentile) / 100 };
  if (select === "metrics")
    return { verb: /\b(?:highest|max\w*|peak)\b/.test(text) ? "max" : "mean", field: "value", q: null };
  if (/\b(?:when|first|since)\b/.test(text) && /\b(?:start\w*|began|begin|first)\b|^since when/.test(text))
    return { ...COUNT, verb: "first" };
  if (/\b(?:last|latest|most recent)\b/.test(text)) return { ...COUNT, verb: "last" };
  return COUNT;
}
