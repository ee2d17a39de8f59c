import {
  type AskCondition,
  type AskJoin,
  type AskMeasure,
  type AskPlan,
  type AskRange,
  BEFORE,
} from "../domain/ask-plan.ts";
import { durationText } from "./durations.ts";
import { typedValue } from "./plan-words.ts";

/** A plan as a person types it. `readPlan` reads the same plan from it. */
export function planText({ select, where, range, join, measure, by, bucket_seconds, compare, top }: AskPlan): string {
  const keys = by.map((field) =>
    field === "time" ? `time${bucket_seconds === null ? "" : ` ${durationText(bucket_seconds)}`}` : fieldText(field),
  );
  return [
    `${select}${conditionsText(where)}${rangeText(range)}${join === null ? "" : ` ${joinText(join)}`}`,
    `${measureText(measure)}${keys.length === 0 ? "" : ` by ${keys.join(", ")}`}`,
    ...(compare === null ? [] : [`compare ${compare === BEFORE ? BEFORE : spanText(compare)}`]),
    ...(by.length === 0 ? [] : [`top ${top}`]),
  ].join(" | ");
}

const fieldText = (field: string): string => (field === "time" ? "time" : typedValue(field));
const conditionsText = (where: readonly AskCondition[]): string =>
  where.length === 0 ? "" : ` where ${where.map(conditionText).join(" and ")}`;
const conditionText = ({ field, op, value }: AskCondition): string => `${fieldText(field)} ${op} ${typedValue(value)}`;
const rangeText = (range: AskRange | null): string =>
  [
    ...(range?.start == null ? [] : [` since ${typedTime(range.start)}`]),
    ...(range?.end == null ? [] : [` until ${typedTime(range.end)}`]),
  ].join("");
const spanText = ({ start, end }: AskRange): string => `${typedTime(start ?? "")}..${typedTime(end ?? "")}`;
const typedTime = (text: string): string =>
  /^[\d:TZ.+-]+$/.test(text) && !text.includes("..") ? text : `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

const joinText = ({ on, keep, select, where, range }: AskJoin): string =>
  `${keep} ${on} of (${select}${conditionsText(where)}${rangeText(range)})`;

export function measureText({ verb, field, q }: AskMeasure): string {
  if (field === null) return verb;
  if (verb !== "quantile") return `${verb}(${fieldText(field)})`;
  const percent = Number(((q ?? 0.5) * 100).toFixed(6));
  return Number.isInteger(percent) && percent >= 0 && percent <= 99 && percent / 100 === q
    ? `p${percent}(${fieldText(field)})`
    : `quantile(${q ?? 0.5}, ${fieldText(field)})`;
}
