import type { AskMisfit, AskRefusal } from "../domain/ask-answer.ts";
import { type AskJoin, type AskPlan, type AskRange, type AskSelection, BEFORE } from "../domain/ask-plan.ts";
import type { TimeWindow } from "../domain/time.ts";
import { TIME_FIELD } from "./ask-source.ts";
import type { AskCatalogue } from "./catalogue.ts";
import { extentOf, FieldFitter } from "./fit-fields.ts";
import { planText } from "./plan-text.ts";
import { readRange } from "./read-range.ts";

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

/**
 * Compares a plan with the data. Names are completed (`userAgent` for `user_agent`), clock times get their day. What
 * does not fit is refused with what is possible, and with the nearest plan that fits.
 */
export function fitPlan(plan: AskPlan, catalogues: Catalogues): Fit {
  const misfits: AskMisfit[] = [];
  const catalogue = catalogues.get(plan.select);
  if (catalogue === undefined || catalogue.records === 0) {
    const possible = [...catalogues.values()].filter(({ records }) => records > 0).map(({ select }) => select);
    misfits.push({ where: "select", why: `there are no ${plan.select} here`, possible });
    return { refusal: refusalOf(misfits, null) };
  }
  const fields = new FieldFitter(catalogue, misfits);
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
    misfits.push({
      where: "measure",
      why: `the records have no times, which ${plan.measure.verb} needs`,
      possible: ["count"],
    });
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
  return { ...join, where: new FieldFitter(other, misfits).conditions(join.where, "in … of") };
}
