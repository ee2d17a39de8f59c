import type { AskSelection } from "../domain/ask-plan.ts";
import type { TimeWindow } from "../domain/time.ts";
import type { AskRecord, AskSource, AskValue } from "./ask-source.ts";
import { numeric } from "./conditions.ts";

/** Fields beyond this are not listed: JSON may have a key for every user. */
const MAX_FIELDS = 400;
/** A field with more different values is not listed with its values. */
const MAX_VALUES = 60;
const MAX_VALUE_CHARS = 120;
/** Templates listed, the most frequent first. */
const MAX_TEMPLATES = 300;

/**
 * A field. `count`: records that have it; `numbers`: those in which it is a number, from `min` to `max`. `values`: all
 * of them with their counts, the most frequent first; null if there are too many.
 */
export type FieldFacts = {
  count: number;
  numbers: number;
  min: number;
  max: number;
  values: Map<string, number> | null;
};
/** What one selection holds: what a plan can name. `extent`: null if no record has a time. */
export type AskCatalogue = {
  select: AskSelection;
  records: number;
  extent: TimeWindow | null;
  fields: ReadonlyMap<string, FieldFacts>;
  isCut: boolean;
  /** Only if they were wanted. */
  templates: readonly { text: string; count: number }[];
};

/** Reads a selection once, and lists what it holds. */
export async function catalogueOf(
  source: AskSource,
  select: AskSelection,
  options: { templates: boolean; signal?: AbortSignal | undefined },
): Promise<AskCatalogue> {
  const fields = new Map<string, FieldFacts>();
  const counts = new Map<number, number>();
  let [records, startMs, endMs, isCut] = [0, Infinity, -Infinity, false];
  const read = await source.read(select, options, (record: AskRecord) => {
    records += 1;
    if (record.ms < startMs) startMs = record.ms;
    if (record.ms > endMs) endMs = record.ms;
    if (options.templates) counts.set(record.template, (counts.get(record.template) ?? 0) + 1);
    for (const [name, value] of record.fields()) {
      let facts = fields.get(name);
      if (facts === undefined) {
        if (fields.size >= MAX_FIELDS) {
          isCut = true;
          continue;
        }
        fields.set(name, (facts = { count: 0, numbers: 0, min: Infinity, max: -Infinity, values: new Map() }));
      }
      add(facts, value);
    }
  });
  const byText = new Map<string, number>();
  for (const [template, count] of counts) {
    const text = read.templateOf(template);
    byText.set(text, (byText.get(text) ?? 0) + count);
  }
  return {
    select,
    records,
    extent: startMs <= endMs ? { startMs, endMs } : null,
    fields,
    isCut,
    templates: [...byText]
      .map(([text, count]) => ({ text, count }))
      .toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
      .slice(0, MAX_TEMPLATES),
  };
}

function add(facts: FieldFacts, value: AskValue): void {
  if (value === null) return;
  facts.count += 1;
  const number = numeric(value);
  if (!Number.isNaN(number)) {
    facts.numbers += 1;
    if (number < facts.min) facts.min = number;
    if (number > facts.max) facts.max = number;
  }
  if (facts.values === null) return;
  const text = typeof value === "number" ? String(value) : value.slice(0, MAX_VALUE_CHARS);
  facts.values.set(text, (facts.values.get(text) ?? 0) + 1);
  if (facts.values.size > MAX_VALUES) facts.values = null;
}

/** The values of a field, the most frequent first; empty if there are too many to list. */
export const valuesOf = ({ values }: FieldFacts): string[] =>
  [...(values ?? [])].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([value]) => value);
