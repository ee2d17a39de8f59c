import type { AskMisfit, AskRefusal } from "../domain/ask-answer.ts";
import { type AskCondition, type AskJoin, type AskPlan, type AskRange, type AskSelection, BEFORE } from "../domain/ask-plan.ts";
import { isoTime, type TimeWindow } from "../domain/time.ts";
import { LEVEL_FIELD, TEMPLATE_FIELD, TIME_FIELD } from "./ask-source.ts";
import { type AskCatalogue, type FieldFacts, valuesOf } from "./catalogue.ts";
import { LEVELS, numeric, rankOfLevel } from "./conditions.ts";
import { planText } from "./plan-text.ts";
import { readRange } from "./read-range.ts";
import { plainName, similarNames } from "./similar-names.ts";

/** A plan whose names and times the data has. `range`, `compared`: Unix milliseconds; null: all, or no comparison. */
export type FittedPlan = {
  plan: AskPlan;
  range: TimeWindow | null;
  compared: TimeWindow | null;
  joinRange: TimeWindow | null;
  extent: TimeWindow | null;
};
export type Fit = { fitted: FittedPlan } | { refusal: AskRefusal };

/** What is known of each selection that the data has. */
export type Catalogues = ReadonlyMap<AskSelection, AskCatalogue>;

const MAX_SHOWN = 30;
/** Fields that say what a record is about. A value that no record has is a typing error there, not an answer of 0. */
const CLOSED_FIELDS = new Set(["service", "source", "logger", "pod", "entity", "entity_kind", "metric", "operation", "kind", "name", "method"]);

/**
 * Compares a plan with the data. Names are completed (`userAgent` for `user_agent`), clock times get their day. What does
 * not fit is refused with what is possible, and with the nearest plan that fits.
 */
export function fitPlan(plan: AskPlan, catalogues: Catalogues): Fit {
  const misfits: AskMisfit[] = [];
  const catalogue = catalogues.get(plan.select);
  if (catalogue === undefined || catalogue.records === 0) {
    const possible = [...catalogues.values()].filter(({ records }) => records > 0).map(({ select }) => select);
    misfits.push({ where: "select", why: `there are no ${plan.select} here`, possible });
    return { refusal: refusalOf(misfits, null) };
  }
  const fields = new Fields(catalogue, misfits);
  const mended: AskPlan = {
    ...plan,
    where: fields.conditions(plan.where, "where"),
    by: [...new Set(plan.by.flatMap((field) => fields.name(field, "by") ?? []))],
    measure: fields.measure(plan.measure),
    join: plan.join === null ? null : joinOf(plan, plan.join, catalogues, misfits),
    bucket_seconds: plan.by.includes(TIME_FIELD) ? plan.bucket_seconds : null,
  };
  const { extent } = catalogue;
  const range = fitRange(plan.range, extent, "range", misfits);
  if (range === "misfit") mended.range = null;
  const window = range === "misfit" ? null : range;
  if (mended.by.includes(TIME_FIELD) && extent === null) {
    misfits.push({ where: "by", why: "the records have no times", possible: [] });
    mended.by = mended.by.filter((field) => field !== TIME_FIELD);
  }
  const compared = comparedRange(plan.compare, window, extent, misfits);
  if (compared === null) mended.compare = null;
  if (["rate", "first", "last"].includes(plan.measure.verb) && extent === null) {
    misfits.push({ where: "measure", why: `the records have no times, which ${plan.measure.verb} needs`, possible: ["count"] });
    mended.measure = { verb: "count", field: null, q: null };
  }
  const joinCatalogue = mended.join === null ? undefined : catalogues.get(mended.join.select);
  const joined = fitRange(mended.join?.range ?? null, joinCatalogue?.extent ?? null, "in … of", misfits);
  if (joined === "misfit" && mended.join !== null) mended.join = { ...mended.join, range: null };
  if (misfits.length > 0) return { refusal: refusalOf(misfits, mended) };
  return {
    fitted: {
      plan: mended,
      range: compared === null ? window : (window ?? after(compared, extent)),
      compared,
      joinRange: joined === "misfit" ? null : joined,
      extent,
    },
  };
}

/** Without a range, a comparison is of the data before and the rest. */
const after = (compared: TimeWindow, extent: TimeWindow | null): TimeWindow | null =>
  extent === null
    ? null
    : compared.startMs <= extent.startMs
      ? { startMs: compared.endMs + 1, endMs: extent.endMs }
      : extent;

function refusalOf(misfits: readonly AskMisfit[], nearest: AskPlan | null): AskRefusal {
  return {
    why: misfits.map(({ why }) => why).join("; "),
    misfits: [...misfits],
    nearest,
    nearest_text: nearest === null ? null : planText(nearest),
  };
}

function fitRange(
  range: AskRange | null,
  extent: TimeWindow | null,
  where: string,
  misfits: AskMisfit[],
): TimeWindow | null | "misfit" {
  if (range === null) return null;
  const read = readRange(range, extent);
  if ("why" in read) {
    misfits.push({ where, why: read.why, possible: extentOf(extent) });
    return "misfit";
  }
  return read;
}

const extentOf = (extent: TimeWindow | null): string[] =>
  extent === null ? [] : [`${isoTime(extent.startMs)} to ${isoTime(extent.endMs)}`];

function comparedRange(
  compare: AskPlan["compare"],
  range: TimeWindow | null,
  extent: TimeWindow | null,
  misfits: AskMisfit[],
): TimeWindow | null {
  if (compare === null) return null;
  if (extent === null) {
    misfits.push({ where: "compare", why: "the records have no times", possible: [] });
    return null;
  }
  if (compare !== BEFORE) {
    const read = fitRange(compare, extent, "compare", misfits);
    return read === "misfit" ? null : (read ?? extent);
  }
  if (range === null) return { startMs: extent.startMs, endMs: Math.floor((extent.startMs + extent.endMs) / 2) };
  const before = { startMs: range.startMs - (range.endMs - range.startMs), endMs: range.startMs - 1 };
  if (before.endMs >= extent.startMs) return before;
  misfits.push({ where: "compare", why: "there are no records before the range", possible: extentOf(extent) });
  return null;
}

/** The fields of one selection, and the misfits found among them. */
class Fields {
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

  /** The data's own spelling of a field. What is not there is a misfit, and becomes the field that was probably meant. */
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
        this.misfits.push({ where, why: `${JSON.stringify(value)} is not an ISO 8601 time`, possible: extentOf(this.catalogue.extent) });
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

function joinOf(plan: AskPlan, join: AskJoin, catalogues: Catalogues, misfits: AskMisfit[]): AskJoin | null {
  const other = catalogues.get(join.select);
  if (other === undefined || other.records === 0) {
    const possible = [...catalogues.values()].filter(({ records }) => records > 0).map(({ select }) => select);
    misfits.push({ where: "in … of", why: `there are no ${join.select} here`, possible });
    return null;
  }
  if (join.on === "template" && (plan.select !== "logs" || join.select !== "logs")) {
    misfits.push({ where: "in … of", why: "only logs have templates", possible: ["in trace of (…)"] });
    return null;
  }
  const lacking = [plan.select, join.select].find(
    (select) => join.on === "trace" && catalogues.get(select)?.fields.has("trace") !== true,
  );
  if (lacking !== undefined) {
    misfits.push({ where: "in … of", why: `${lacking} have no trace ids`, possible: [] });
    return null;
  }
  return { ...join, where: new Fields(other, misfits).conditions(join.where, "in … of") };
}
