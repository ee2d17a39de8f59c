import { z } from "zod";
import {
  ASK_OPERATORS,
  ASK_SELECTIONS,
  type AskCondition,
  type AskJoin,
  type AskMeasure,
  AskPlan,
  type AskRange,
  type AskSelection,
  BEFORE,
} from "../domain/ask-plan.ts";
import { IncidentError } from "../domain/errors.ts";
import { nearestName } from "../domain/nearest-name.ts";
import { secondsOf } from "./durations.ts";
import { type PlanWord, planWords } from "./plan-words.ts";

/** A plan as a person types it. */
export const PLAN_EXAMPLE = "logs where level >= error since 08:30 | count by template | top 5";
const CLAUSES = ["where", "since", "until", "in", "not", "by", "compare", "top", "count", "rate", "first", "last"];
const FIELD_VERBS = ["distinct", "min", "max", "mean", "sum", "increase"] as const;
const WITH_FIELD = new Map<string, Omit<AskMeasure, "field">>([
  ...FIELD_VERBS.map((verb) => [verb, { verb, q: null }] as const),
  ["avg", { verb: "mean", q: null }],
  ["median", { verb: "quantile", q: 0.5 }],
]);

/** True for text that begins like a plan: with what it selects, or with the brace of JSON. */
export const looksLikePlan = (text: string): boolean =>
  /^\s*(?:\{|(?:logs|metrics|spans|alerts|changes)(?:\s*$|\s+(?:where|since|until|in|not|by|top|compare|count|rate|first|last|\|)|\s*\|))/i.test(
    text,
  );

/** Reads a plan from JSON, or from the short form that a person types. @throws {IncidentError} BAD_INPUT */
export const readPlan = (text: string): AskPlan => (text.trim().startsWith("{") ? planOfJson(text) : planOfText(text));

function planOfJson(text: string): AskPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new IncidentError("BAD_INPUT", "the plan begins with a brace, but is not JSON", {
      hint: `Mend the JSON, or type the plan like this: ${PLAN_EXAMPLE}`,
      cause,
    });
  }
  const parsed = AskPlan.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new IncidentError("BAD_INPUT", `the plan does not have the right form:\n${z.prettifyError(parsed.error)}`, {
    hint: `docs/logs.md describes the fields of a plan. The short form: ${PLAN_EXAMPLE}`,
  });
}

/** The words of a plan, read one after the other. */
class Words {
  private readonly all: readonly PlanWord[];
  private next = 0;
  constructor(text: string) {
    this.all = planWords(text);
  }
  /** The next word in lower case; "" at the end and for a value in quotes. */
  get keyword(): string {
    const word = this.all[this.next];
    return word === undefined || word.quoted ? "" : word.text.toLowerCase();
  }
  get isEnd(): boolean {
    return this.next >= this.all.length;
  }
  get followsBrace(): boolean {
    const after = this.all[this.next + 1];
    return after !== undefined && !after.quoted && after.text === "(";
  }
  take(what: string): PlanWord {
    const word = this.all[this.next];
    if (word === undefined) throw unreadable("it ends", what, []);
    this.next += 1;
    return word;
  }
  skip(keyword: string): boolean {
    if (this.keyword !== keyword) return false;
    this.next += 1;
    return true;
  }
  expect(keyword: string): void {
    if (!this.skip(keyword)) throw this.wrong(`"${keyword}"`);
  }
  wrong(what: string, known: readonly string[] = []): IncidentError {
    const word = this.all[this.next];
    return unreadable(
      word === undefined ? "it ends" : `it has "${word.text.slice(0, 60)}" at character ${word.at + 1}`,
      what,
      [...known],
      word?.text,
    );
  }
}

function unreadable(found: string, what: string, known: readonly string[], word?: string): IncidentError {
  const meant = word === undefined ? undefined : nearestName(word, known);
  return new IncidentError("BAD_INPUT", `the plan cannot be read: ${found}, where ${what} is expected`, {
    hint: `${meant === undefined ? "" : `Did you mean ${meant}? `}Type it like this: ${PLAN_EXAMPLE}`,
  });
}

function planOfText(text: string): AskPlan {
  const words = new Words(text);
  const select = selection(words);
  const range: AskRange = { start: null, end: null };
  const plan: z.input<typeof AskPlan> & { where: AskCondition[] } = { select, where: [] };
  while (!words.isEnd) {
    if (words.skip("|")) continue;
    if (words.skip("where") || words.skip("and")) plan.where.push(condition(words));
    else if (words.skip("since")) range.start = timeText(words);
    else if (words.skip("until")) range.end = timeText(words);
    else if (words.keyword === "in" || words.keyword === "not") plan.join = join(words);
    else if (words.skip("by")) Object.assign(plan, groups(words));
    else if (words.skip("compare")) plan.compare = comparison(words);
    else if (words.skip("top")) plan.top = wholeNumber(words);
    else plan.measure = measure(words);
  }
  if (range.start !== null || range.end !== null) plan.range = range;
  const parsed = AskPlan.safeParse(plan);
  if (parsed.success) return parsed.data;
  throw new IncidentError("BAD_INPUT", `the plan is out of bounds:\n${z.prettifyError(parsed.error)}`, {
    hint: "A plan has at most 10 conditions, 3 fields to group by, and `top` from 1 to 1000.",
  });
}

function selection(words: Words): AskSelection {
  const found = ASK_SELECTIONS.find((one) => words.skip(one));
  if (found === undefined) throw words.wrong(ASK_SELECTIONS.join(", "), ASK_SELECTIONS);
  return found;
}

function condition(words: Words): AskCondition {
  const field = words.take("a field").text;
  const op = ASK_OPERATORS.find((sign) => words.skip(sign));
  if (op === undefined) throw words.wrong(`one of ${ASK_OPERATORS.join(" ")}`);
  const { text, quoted } = words.take("a value");
  const number = Number(text);
  return { field, op, value: !quoted && /^[-+]?[\d.]/.test(text) && Number.isFinite(number) ? number : text };
}

const timeText = (words: Words): string => words.take("a time, such as 08:30 or 2026-11-23T08:30:00Z").text;

/** `[not] in trace of (spans where …)`. */
function join(words: Words): AskJoin {
  const keep = words.skip("not") ? "not in" : "in";
  words.expect("in");
  const on = words.skip("trace") ? "trace" : words.skip("template") ? "template" : null;
  if (on === null) throw words.wrong("trace or template", ["trace", "template"]);
  words.expect("of");
  words.expect("(");
  const select = selection(words);
  const where: AskCondition[] = [];
  const range: AskRange = { start: null, end: null };
  while (!words.skip(")")) {
    if (words.skip("where") || words.skip("and")) where.push(condition(words));
    else if (words.skip("since")) range.start = timeText(words);
    else if (words.skip("until")) range.end = timeText(words);
    else throw words.wrong("where, since, until or )", ["where", "since", "until"]);
  }
  return { on, keep, select, where, range: range.start === null && range.end === null ? null : range };
}

function groups(words: Words): { by: string[]; bucket_seconds?: number } {
  const by: string[] = [];
  let bucket_seconds: number | null = null;
  do {
    const { text } = words.take("a field");
    by.push(text);
    if (text === "time" && secondsOf(words.keyword) !== null) bucket_seconds = secondsOf(words.take("a duration").text);
  } while (words.skip(","));
  return bucket_seconds === null ? { by } : { by, bucket_seconds };
}

function comparison(words: Words): typeof BEFORE | AskRange {
  if (words.skip(BEFORE)) return BEFORE;
  const start = timeText(words);
  words.expect("..");
  const end = timeText(words);
  return { start: start === "" ? null : start, end: end === "" ? null : end };
}

function wholeNumber(words: Words): number {
  const count = Number(words.keyword);
  if (!Number.isInteger(count) || words.keyword === "") throw words.wrong("a whole number");
  words.take("a number");
  return count;
}

/** `count`, `p95(duration_ms)`, `quantile(0.9, duration_ms)`, `max(value)`. */
function measure(words: Words): AskMeasure {
  for (const verb of ["count", "rate", "first", "last"] as const)
    if (!words.followsBrace && words.skip(verb)) return { verb, field: null, q: null };
  const name = words.keyword;
  const percent = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(name)?.[1];
  const known = percent === undefined ? WITH_FIELD.get(name) : { verb: "quantile" as const, q: Number(percent) / 100 };
  if (known === undefined && name !== "quantile")
    throw words.wrong("a clause or a measure", [...CLAUSES, ...WITH_FIELD.keys(), "quantile"]);
  words.take("a measure");
  words.expect("(");
  let q = known?.q ?? null;
  if (known === undefined) {
    q = Number(words.take("a number from 0 to 1").text);
    words.expect(",");
  }
  const field = words.take("a field").text;
  words.expect(")");
  return { verb: known?.verb ?? "quantile", field, q };
}
