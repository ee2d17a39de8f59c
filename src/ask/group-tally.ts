import type { AskMeasure } from "../domain/ask-plan.ts";
import { IncidentError } from "../domain/errors.ts";
import { quantile } from "../stats/quantile.ts";
import type { AskRecord, AskValue } from "./ask-source.ts";
import { numeric } from "./conditions.ts";

/** References kept of each group. */
const MAX_REFERENCES = 3;
/** Stretches of time in which each group's records are counted. */
export const SLOTS = 24;
/** Values kept for quantiles, and different values for `distinct`, in all groups together. */
const MAX_KEPT = 4_000_000;

/** A reference, with what decides which of them stay. The smallest `rank` comes first. */
type Reference = { rank: number; text: string };

/**
 * What is known of the records of one group. Two cells of one group can be added. `slots`: records by stretch of time;
 * null if there are too many groups to count them.
 */
export type GroupTally = {
  template: number;
  group: AskValue[];
  count: number;
  measured: number;
  firstMs: number;
  lastMs: number;
  sum: number;
  min: number;
  max: number;
  values: number[];
  distinct: Set<AskValue>;
  references: Reference[];
  slots: Uint32Array | null;
};

export const newTally = (template: number, group: AskValue[], hasSlots: boolean): GroupTally => ({
  template,
  group,
  count: 0,
  measured: 0,
  firstMs: Infinity,
  lastMs: -Infinity,
  sum: 0,
  min: Infinity,
  max: -Infinity,
  values: [],
  distinct: new Set(),
  references: [],
  slots: hasSlots ? new Uint32Array(SLOTS) : null,
});

/** Adds records to cells for one measure, and counts what it keeps. */
export class Measurer {
  private readonly measure: AskMeasure;
  private readonly lastOfSeries = new Map<AskValue, number>();
  private kept = 0;
  private sequence = 0;
  constructor(measure: AskMeasure) {
    this.measure = measure;
  }

  /** @param slot the record's stretch of time; -1 for a record without a time. */
  add(cell: GroupTally, record: AskRecord, slot: number): void {
    const { verb, field } = this.measure;
    this.sequence += 1;
    cell.count += 1;
    const { ms } = record;
    if (ms < cell.firstMs) cell.firstMs = ms;
    if (ms > cell.lastMs) cell.lastMs = ms;
    if (cell.slots !== null && slot !== -1) cell.slots[slot] = (cell.slots[slot] as number) + 1;
    const rank = field === null ? this.rankByTime(ms) : this.addValue(cell, record, field);
    if (rank === null) return;
    if (verb === "count" || verb === "rate" || field !== null) cell.measured += 1;
    const { references } = cell;
    if (references.length < MAX_REFERENCES) references.push({ rank, text: record.reference() });
    else if (rank < (references.at(-1)?.rank ?? Infinity))
      references[MAX_REFERENCES - 1] = { rank, text: record.reference() };
    else return;
    if (references.length > 1) references.sort((a, b) => a.rank - b.rank);
  }

  private rankByTime(ms: number): number | null {
    const { verb } = this.measure;
    if (verb === "last") return Number.isNaN(ms) ? Infinity : -ms;
    if (verb === "first") return Number.isNaN(ms) ? Infinity : ms;
    return this.sequence;
  }

  /** @returns the rank of the record's reference; null if it does not have the field. */
  private addValue(cell: GroupTally, record: AskRecord, field: string): number | null {
    const { verb } = this.measure;
    if (verb === "distinct") {
      const value = field === "template" ? record.template : record.get(field);
      if (value === null) return null;
      const before = cell.distinct.size;
      cell.distinct.add(value);
      if (cell.distinct.size > before) this.keep();
      return this.sequence;
    }
    const held = record.get(field);
    const number = held === null ? NaN : numeric(held);
    if (Number.isNaN(number)) return null;
    if (verb === "increase") {
      const series = record.get("series");
      const last = this.lastOfSeries.get(series);
      this.lastOfSeries.set(series, number);
      if (last !== undefined) cell.sum += number >= last ? number - last : number;
      return this.sequence;
    }
    cell.sum += number;
    if (verb === "quantile") {
      cell.values.push(number);
      this.keep();
    }
    if (number < cell.min) cell.min = number;
    if (number > cell.max) cell.max = number;
    return verb === "min" ? number : verb === "max" ? -number : this.sequence;
  }

  private keep(): void {
    this.kept += 1;
    if (this.kept <= MAX_KEPT) return;
    throw new IncidentError("BAD_INPUT", `the plan has more than ${MAX_KEPT} values to keep for ${this.measure.verb}`, {
      hint: "Narrow the time range, or add a condition.",
    });
  }
}

/** Adds the second cell to the first. */
export function joinTallies(a: GroupTally, b: GroupTally): GroupTally {
  return {
    ...a,
    count: a.count + b.count,
    measured: a.measured + b.measured,
    firstMs: Math.min(a.firstMs, b.firstMs),
    lastMs: Math.max(a.lastMs, b.lastMs),
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    values: a.values.concat(b.values),
    distinct: new Set([...a.distinct, ...b.distinct]),
    references: [...a.references, ...b.references].toSorted((x, y) => x.rank - y.rank).slice(0, MAX_REFERENCES),
    slots: a.slots === null || b.slots === null ? null : a.slots.map((count, at) => count + (b.slots?.[at] ?? 0)),
  };
}

/**
 * The measure of a cell. `minutes`: length of the range, or of the stretch of time, for `rate`; null if it is unknown.
 * Null if no record has a value.
 */
export function valueOf(cell: GroupTally, { verb, q }: AskMeasure, minutes: number | null): number | null {
  switch (verb) {
    case "count":
      return cell.count;
    case "rate":
      return minutes === null || minutes <= 0 ? null : cell.count / minutes;
    case "first":
      return Number.isFinite(cell.firstMs) ? cell.firstMs : null;
    case "last":
      return Number.isFinite(cell.lastMs) ? cell.lastMs : null;
    case "distinct":
      return cell.distinct.size;
    case "quantile":
      return cell.values.length === 0 ? null : quantile(cell.values, q ?? 0.5);
    default:
      if (cell.measured === 0) return null;
      return verb === "mean"
        ? cell.sum / cell.measured
        : verb === "min"
          ? cell.min
          : verb === "max"
            ? cell.max
            : cell.sum;
  }
}
