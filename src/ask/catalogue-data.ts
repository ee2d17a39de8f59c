import { quotedName, quotedText, quotedTime } from "../llm/quoted-data.ts";
import { type NameBook, nameBook } from "../llm/quoting/names.ts";
import type { AskPlan } from "../domain/ask-plan.ts";
import { type AskCatalogue, type FieldFacts, valuesOf } from "./catalogue.ts";

const LONGEST_TEMPLATE = 240;
const MOST = { fields: 120, values: 25, templates: 60 };
/** Fields whose values are names of the system. The values of all others are not shown: they may be anybody's words. */
const NAMING_FIELDS = new Set([
  "level",
  "service",
  "source",
  "entity",
  "entity_kind",
  "metric",
  "operation",
  "kind",
  "name",
  "method",
  "signal",
  "severity",
]);

/**
 * What a selection holds, for a prompt: names of fields and of the system, numbers' bounds, templates. No line, and no
 * other value, is in it.
 */
export const catalogueData = (
  { select, records, extent, fields, templates }: AskCatalogue,
  names: ReadonlySet<string>,
): unknown => ({
  select,
  records,
  from: quotedTime(extent?.startMs ?? null),
  to: quotedTime(extent?.endMs ?? null),
  fields: [...fields]
    .toSorted(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .slice(0, MOST.fields)
    .map(([name, facts]) => fieldData(name, facts)),
  ...(templates.length === 0
    ? {}
    : {
        templates: templates
          .slice(0, MOST.templates)
          .map(({ text, count }) => ({ template: quotedText(text, LONGEST_TEMPLATE, names), count })),
      }),
});

function fieldData(name: string, facts: FieldFacts): unknown {
  const values = NAMING_FIELDS.has(name) ? valuesOf(facts).slice(0, MOST.values) : [];
  return {
    name: quotedName(name),
    in: facts.count,
    ...(facts.numbers === facts.count ? { numbers: [facts.min, facts.max] } : {}),
    ...(values.length === 0 ? {} : { values: values.map(quotedName) }),
  };
}

/** Names of fields and of the system, as the data has them. */
export const namesIn = (catalogues: readonly AskCatalogue[]): ReadonlySet<string> =>
  new Set(
    catalogues.flatMap(({ fields }) =>
      [...fields].flatMap(([name, facts]) => [
        name,
        ...(NAMING_FIELDS.has(name) ? valuesOf(facts).slice(0, MOST.values) : []),
      ]),
    ),
  );

/** Puts names back where a model's plan has the handles that it was shown. */
export function restoredPlan(plan: AskPlan, names: ReadonlySet<string>): AskPlan {
  const book: NameBook = nameBook(names);
  const name = (shown: string): string => book.idOf(shown) ?? shown;
  const where = (conditions: AskPlan["where"]): AskPlan["where"] =>
    conditions.map(({ field, op, value }) => ({
      field: name(field),
      op,
      value: typeof value === "string" ? name(value) : value,
    }));
  const { measure, join } = plan;
  return {
    ...plan,
    where: where(plan.where),
    by: plan.by.map(name),
    measure: { ...measure, field: measure.field === null ? null : name(measure.field) },
    join: join === null ? null : { ...join, where: where(join.where) },
  };
}
