import type { AskRow, AskTable } from "../domain/ask-answer.ts";
import type { AskPlan } from "../domain/ask-plan.ts";
import { isoTime, type TimeWindow } from "../domain/time.ts";
import { g2OfCounts } from "../stats/g2.ts";
import { TEMPLATE_FIELD, TIME_FIELD } from "./ask-source.ts";
import { type GroupTally, SLOTS, valueOf } from "./group-tally.ts";
import { measureText } from "./plan-text.ts";

export type TableInput = {
  plan: AskPlan;
  window: TimeWindow | null;
  compared: TimeWindow | null;
  read: number;
  now: ReadonlyMap<string, GroupTally>;
  /** Null without a comparison. */
  before: ReadonlyMap<string, GroupTally> | null;
  lost: number;
  bucketMs: number;
  templateOf: (template: number) => string;
};

/** Puts the groups in order, and writes them as rows. */
export function tableOf({
  plan,
  window,
  compared,
  read,
  now,
  before,
  lost,
  bucketMs,
  templateOf,
}: TableInput): AskTable {
  const totals = { now: countOf(now), before: before === null ? 0 : countOf(before) };
  const bucketMinutes = plan.by.includes(TIME_FIELD) ? bucketMs / 60_000 : null;
  const minutes = bucketMinutes ?? minutesOf(window);
  const minutesBefore = bucketMinutes ?? minutesOf(compared);
  const keys = new Set([...now.keys(), ...(before?.keys() ?? [])]);
  if (plan.by.length === 0) keys.add("-1");
  const rows = [...keys].map((key): Ranked => {
    const cell = now.get(key);
    const earlier = before?.get(key);
    const group = cell?.group ?? earlier?.group ?? [];
    const value = amount(cell, plan, minutes, templateOf);
    const row: AskRow = {
      group: Object.fromEntries(plan.by.map((field, at) => [field, groupValue(field, group[at] ?? null)])),
      value,
      count: cell?.count ?? 0,
      first: timeText(cell?.firstMs),
      last: timeText(cell?.lastMs),
      references: (cell ?? earlier)?.references.map(({ text }) => text) ?? [],
    };
    if (before === null) return { row, rank: value, key };
    const earlierValue = amount(earlier, plan, minutesBefore, templateOf);
    const g2 = signedG2(cell?.count ?? 0, totals.now, earlier?.count ?? 0, totals.before);
    return {
      row: { ...row, before: earlierValue, before_count: earlier?.count ?? 0, g2 },
      rank: isCounted(plan) ? Math.abs(g2) : Math.abs((value ?? 0) - (earlierValue ?? 0)),
      key,
    };
  });
  rows.sort(orderOf(plan));
  const shown = rows.slice(0, plan.top).map(({ row }) => row);
  const isWhole = lost === 0;
  return {
    unit: unitOf(plan),
    read,
    matched: totals.now,
    groups: plan.by.length === 0 ? 1 : rows.length,
    range: rangeText(window),
    compared: rangeText(compared),
    rows: shown,
    series: seriesOf(now, window),
    notes: [
      ...(isWhole ? [] : [`${lost} records belong to further groups, which did not fit: the table may lack some`]),
      ...(plan.by.includes(TIME_FIELD) ? [`each time stands for ${bucketMs / 1000} s`] : []),
    ],
  };
}

type Ranked = { row: AskRow; rank: number | null; key: string };

const countOf = (cells: ReadonlyMap<string, GroupTally>): number =>
  [...cells.values()].reduce((sum, { count }) => sum + count, 0);
const minutesOf = (window: TimeWindow | null): number | null =>
  window === null || window.endMs <= window.startMs ? null : (window.endMs - window.startMs) / 60_000;
const timeText = (ms: number | undefined): string | null =>
  ms !== undefined && Number.isFinite(ms) ? isoTime(ms) : null;
const rangeText = (window: TimeWindow | null): AskTable["range"] =>
  window === null ? null : { start: isoTime(window.startMs), end: isoTime(window.endMs) };
const isCounted = ({ measure: { verb } }: AskPlan): boolean => verb === "count" || verb === "rate";

/** Templates are numbers in cells; several numbers may be one template. */
function amount(
  cell: GroupTally | undefined,
  { measure }: AskPlan,
  minutes: number | null,
  templateOf: TableInput["templateOf"],
): number | null {
  if (cell === undefined) return measure.verb === "count" || measure.verb === "distinct" ? 0 : null;
  if (measure.verb !== "distinct" || measure.field !== TEMPLATE_FIELD) return valueOf(cell, measure, minutes);
  return new Set([...cell.distinct].map((template) => templateOf(Number(template)))).size;
}

const groupValue = (field: string, value: string | number | null): string | number | null =>
  field === TIME_FIELD && typeof value === "number" ? isoTime(value) : value;

function signedG2(now: number, nowTotal: number, before: number, beforeTotal: number): number {
  if (nowTotal === 0 || beforeTotal === 0) return 0;
  const g2 = Math.round(g2OfCounts(before, beforeTotal, now, nowTotal) * 10) / 10;
  return now / nowTotal >= before / beforeTotal ? g2 : -g2;
}

const byKey = (a: Ranked, b: Ranked): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/**
 * By time if the plan groups by nothing else; else the smallest first for `first` and `min`, the largest for others. Of
 * equal changes, that of the most records comes first.
 */
function orderOf({ by, measure, compare }: AskPlan): (a: Ranked, b: Ranked) => number {
  if (by.length === 1 && by[0] === TIME_FIELD)
    return (a, b) => String(a.row.group.time ?? "").localeCompare(String(b.row.group.time ?? ""), "en");
  const sign = compare === null && (measure.verb === "first" || measure.verb === "min") ? 1 : -1;
  return (a, b) => {
    if (a.rank === null || b.rank === null) return a.rank === b.rank ? byKey(a, b) : a.rank === null ? 1 : -1;
    return sign * (a.rank - b.rank) || (compare === null ? 0 : b.row.count - a.row.count) || byKey(a, b);
  };
}

function unitOf({ measure, select }: AskPlan): string {
  const { verb } = measure;
  if (verb === "count") return select === "metrics" ? "samples" : select === "logs" ? "lines" : select;
  if (verb === "rate") return `${select === "logs" ? "lines" : select} per minute`;
  return verb === "first" || verb === "last" ? "time" : measureText(measure);
}

/** All groups together; null if there are too many groups, or no times. */
function seriesOf(cells: ReadonlyMap<string, GroupTally>, window: TimeWindow | null): AskTable["series"] {
  if (window === null || window.endMs <= window.startMs || cells.size === 0) return null;
  const [first, ...rest] = [...cells.values()];
  const { slots } = rest.reduce(joinSlots, { slots: first?.slots ?? null });
  return slots === null
    ? null
    : {
        start: isoTime(window.startMs),
        step_seconds: (window.endMs - window.startMs) / 1000 / SLOTS,
        counts: [...slots],
      };
}

const joinSlots = (a: Pick<GroupTally, "slots">, b: GroupTally): Pick<GroupTally, "slots"> => ({
  slots: a.slots === null || b.slots === null ? null : a.slots.map((count, at) => count + (b.slots?.[at] ?? 0)),
});
