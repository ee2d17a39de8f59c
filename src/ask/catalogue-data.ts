import { quotedText, quotedTime } from "../llm/quoted-data.ts";
import { type AskCatalogue, type FieldFacts, valuesOf } from "./catalogue.ts";

const LONGEST = { name: 100, value: 100, template: 240 };
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
 * What a selection holds, for a prompt: names of fields and of the system, numbers' bounds, templates. No line, and no other
 * value, is in it.
 */
export const catalogueData = ({ select, records, extent, fields, templates }: AskCatalogue): unknown => ({
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
          .map(({ text, count }) => ({ template: quotedText(text, LONGEST.template), count })),
      }),
});

function fieldData(name: string, facts: FieldFacts): unknown {
  const values = NAMING_FIELDS.has(name) ? valuesOf(facts).slice(0, MOST.values) : [];
  return {
    name: quotedText(name, LONGEST.name),
    in: facts.count,
    ...(facts.numbers === facts.count ? { numbers: [facts.min, facts.max] } : {}),
    ...(values.length === 0 ? {} : { values: values.map((value) => quotedText(value, LONGEST.value)) }),
  };
}
