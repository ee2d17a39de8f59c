import type { AskMisfit } from "../domain/ask-answer.ts";
import type { AskCondition, AskPlan } from "../domain/ask-plan.ts";
import { isoTime, type TimeWindow } from "../domain/time.ts";
import { LEVEL_FIELD, TEMPLATE_FIELD, TIME_FIELD } from "./ask-source.ts";
import { type AskCatalogue, type FieldFacts, valuesOf } from "./catalogue.ts";
import { LEVELS, numeric, rankOfLevel } from "./conditions.ts";
import { plainName, similarNames } from "./similar-names.ts";

const MAX_SHOWN = 30;
/** Fields that say what a record is about. A value that no record has is a typing error there, not an answer of 0. */
const CLOSED_FIELDS = new Set([
  "service",
  "source",
  "logger",
  "pod",
  "entity",
  "entity_kind",
  "metric",
  "operation",
  "kind",
  "name",
  "method",
]);

/** The times that a range may have, for a misfit. */
export const extentOf = (extent: TimeWindow | null): string[] =>
  extent === null ? [] : [`${isoTime(extent.startMs)} to ${isoTime(extent.endMs)}`];

/** The fields of one selection, and the misfits found among them. */
export class FieldFitter {
  private readonly catalogue: AskCatalogue;
  private readonly misfits: AskMisfit[];
  private readonly names: string[];
  constructor(catalogue: AskCatalogue, misfits: AskMisfit[]) {
    this.catalogue = catalogue;
    this.misfits = misfits;
    this.names = [
      ...[...catalogue.fields].toSorted(([, a], [, b]) => b.count - a.count).map(([name]) => name),
      TIME_FIELD,
      ...(catalogue.select === "logs" ? [TEMPLATE_FIELD] : []),
    ];
  }

  /**
   * The data's own spelling of a field. What is not there is a misfit, and becomes the field that was probably meant.
   */
  name(field: string, where: string): string | null {
    if (this.names.includes(field)) return field;
    const plain = plainName(field);
    const same = this.names.filter((name) => plainName(name) === plain);
    if (same[0] !== undefined) return same[0];
    const similar = similarNames(field, this.names);
    const others = this.names.filter((name) => !similar.includes(name));
    const cut = this.catalogue.isCut ? " among those that were read" : "";
    this.misfits.push({
      where,
      why: `${this.catalogue.select} have no field ${JSON.stringify(field.slice(0, 80))}${cut}`,
      possible: [...similar, ...others].slice(0, MAX_SHOWN),
    });
    return similar[0] ?? null;
  }

  conditions(where: readonly AskCondition[], place: string): AskCondition[] {
    return where.flatMap((condition) => {
      const field = this.name(condition.field, place);
      return field === null ? [] : this.condition({ ...condition, field }, place);
    });
  }

  private condition(condition: AskCondition, where: string): AskCondition[] {
    const { field, op, value } = condition;
    const isOrder = op === ">" || op === ">=" || op === "<" || op === "<=";
    if (field === LEVEL_FIELD && op !== "~" && op !== "!~") {
      if (rankOfLevel(String(value)) !== undefined) return [condition];
      this.misfits.push({ where, why: `${JSON.stringify(value)} is no level`, possible: [...LEVELS] });
      return [];
    }
    if (field === TIME_FIELD || field === TEMPLATE_FIELD) {
      if (field === TIME_FIELD && Number.isNaN(Date.parse(String(value))) && typeof value !== "number") {
        this.misfits.push({
          where,
          why: `${JSON.stringify(value)} is not an ISO 8601 time`,
          possible: extentOf(this.catalogue.extent),
        });
        return [];
      }
      if (!isOrder || field === TIME_FIELD) return [condition];
    }
    const facts = this.catalogue.fields.get(field);
    if (isOrder && (Number.isNaN(numeric(value)) || facts === undefined || facts.numbers === 0)) {
      this.misfits.push({
        where,
        why:
          facts !== undefined && facts.numbers > 0
            ? `${field} ${op} needs a number, not ${JSON.stringify(value)}`
            : `${field} holds no numbers, which ${op} needs`,
        possible: [`${field} = …`, `${field} ~ …`],
      });
      return [];
    }
    return facts === undefined ? [condition] : this.value(condition, facts, where);
  }

  private value(condition: AskCondition, facts: FieldFacts, where: string): AskCondition[] {
    const { field, op, value } = condition;
    if (op !== "=" || facts.values === null || !CLOSED_FIELDS.has(field)) return [condition];
    const known = valuesOf(facts);
    if (known.some((one) => one.toLowerCase() === String(value).trim().toLowerCase())) return [condition];
    const similar = similarNames(String(value), known);
    const others = known.filter((one) => !similar.includes(one));
    this.misfits.push({
      where,
      why: `no record has ${field} = ${JSON.stringify(String(value).slice(0, 80))}`,
      possible: [...similar, ...others].slice(0, MAX_SHOWN),
    });
    return similar[0] === undefined ? [] : [{ ...condition, value: similar[0] }];
  }

  measure(measure: AskPlan["measure"]): AskPlan["measure"] {
    const { verb } = measure;
    const count = { verb: "count" as const, field: null, q: null };
    if (["count", "rate", "first", "last"].includes(verb)) {
      if (verb === "rate" && this.catalogue.select === "metrics") {
        this.misfits.push({
          where: "measure",
          why: "rate counts records; the records of metrics are samples",
          possible: ["increase(value)", "mean(value)", "max(value)"],
        });
        return { verb: "mean", field: "value", q: null };
      }
      return { verb, field: null, q: null };
    }
    const wanted = measure.field ?? (this.catalogue.select === "metrics" ? "value" : null);
    if (wanted === null) {
      this.misfits.push({ where: "measure", why: `${verb} needs a field`, possible: this.numberFields() });
      return count;
    }
    if (verb === "increase" && this.catalogue.select !== "metrics") {
      this.misfits.push({ where: "measure", why: "only metrics have an increase", possible: ["count", "sum"] });
      return count;
    }
    const field = this.name(wanted, "measure");
    if (field === null) return count;
    const q = verb === "quantile" ? (measure.q ?? 0.5) : null;
    if (verb === "distinct" || field === TIME_FIELD) return verb === "distinct" ? { verb, field, q } : count;
    if ((this.catalogue.fields.get(field)?.numbers ?? 0) > 0) return { verb, field, q };
    this.misfits.push({
      where: "measure",
      why: `${field} holds no numbers, which ${verb} needs`,
      possible: this.numberFields(),
    });
    return count;
  }

  private numberFields(): string[] {
    return this.names.filter((name) => (this.catalogue.fields.get(name)?.numbers ?? 0) > 0).slice(0, MAX_SHOWN);
  }
}
