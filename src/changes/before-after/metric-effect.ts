import type { Control, MetricEffect } from "../../domain/change-verdict.ts";
import type { Series } from "../../domain/telemetry.ts";
import { median } from "../../stats/quantile.ts";
import { compareSides, type SideDifference } from "./compare-sides.ts";
import { filled, type OnGrid, onGrid, type Sides } from "./sides.ts";

/** What one metric can be compared with. `groups`: one for each control, or for each day before. */
export type ControlGroup = { control: Control; treated: readonly Series[]; groups: readonly (readonly Series[])[] };
/** An effect whose p is not corrected yet, or why there is none. */
export type RawEffect = Omit<MetricEffect, "outcome">;

/** Below this p, the two sides did not move in parallel before the change. */
const PLACEBO_ALPHA = 0.05;
/** Less recorded than this share of a side is no comparison. */
const MIN_FILLED = 0.6;
const DAY_MS = 86_400_000;
const MAX_DAYS = 7;
/** Services or days: one alone may have a reason of its own. */
const MIN_CONTROLS = 2;
/** A drift before the change explains an effect up to this multiple of it, unless it is chance by this p. */
const DRIFT_REACH = 3;
const DRIFT_CHANCE = 0.5;

/**
 * Difference in differences of one metric: how much more it moved than its control did, by medians. The control must
 * have moved in parallel before the change: a comparison of the first and the second half of that time may show
 * nothing.
 *
 * @param own the series of the metric on the changed entity. @param candidates the best first.
 * @returns the reason in words if no control is sound.
 */
export function metricEffect(
  metric: string,
  own: readonly Series[],
  candidates: readonly ControlGroup[],
  sides: Sides,
  seed: number,
): RawEffect | string {
  let reason = "no untouched peer reports it, and the same hours before were not recorded";
  for (const { control, treated, groups } of [...candidates, ...sameHours(own, sides)]) {
    const mine = onGrid(treated, sides);
    const shift = control === "same_hours_before";
    const theirs = groups
      .map((group, day) => onGrid(group, sides, shift ? (day + 1) * DAY_MS : 0))
      .filter((one) => filled(one.before) >= MIN_FILLED && filled(one.after) >= MIN_FILLED);
    if (filled(mine.before) < MIN_FILLED || filled(mine.after) < MIN_FILLED) {
      reason = "it was not recorded throughout the time before and after";
      continue;
    }
    if (theirs.length < (control === "unchanged_instances" ? 1 : MIN_CONTROLS)) continue;
    const relative = [mine, ...theirs].every(isPositive);
    const gap = gapBetween(mine, theirs, relative);
    const half = Math.floor(gap.before.length / 2);
    const placebo = compareSides(gap.before.slice(0, half), gap.before.slice(half), seed + 1);
    const found = compareSides(gap.before, gap.after, seed);
    if (placebo === null || found === null) {
      reason = "too few independent samples before or after";
      continue;
    }
    if (placebo.p < PLACEBO_ALPHA || isDrift(placebo, found)) {
      reason = `it did not move in parallel with ${CONTROL_WORDS[control]} before the change`;
      continue;
    }
    return {
      metric,
      control,
      controls: theirs.length,
      relative,
      ...scaled(found, relative),
      p: shift ? Math.max(found.p, chanceByDays(found, theirs, relative)) : found.p,
      placebo_p: placebo.p,
    };
  }
  return reason;
}

/** True if the effect may be a drift that had begun before. */
const isDrift = (placebo: SideDifference, { effect }: SideDifference): boolean =>
  placebo.p < DRIFT_CHANCE && placebo.effect * effect > 0 && Math.abs(effect) < DRIFT_REACH * Math.abs(placebo.effect);

/**
 * 1 if an earlier day, judged like the day of the change, moved as much; else 0. Days differ by more than their
 * minutes show.
 */
function chanceByDays({ effect }: SideDifference, days: readonly OnGrid[], relative: boolean): number {
  const moved = days.map((day, at) => {
    const gap = gapBetween(day, days.toSpliced(at, 1), relative);
    const [before = NaN, after = NaN] = [gap.before, gap.after].map((side) =>
      median(side.filter((value) => !Number.isNaN(value))),
    );
    return Math.abs(after - before);
  });
  return moved.some((one) => one >= Math.abs(effect)) ? 1 : 0;
}

export const CONTROL_WORDS: Readonly<Record<Control, string>> = {
  unchanged_instances: "unchanged instances",
  untouched_services: "untouched services",
  same_hours_before: "the same hours before",
};

function sameHours(own: readonly Series[], { before }: Sides): ControlGroup[] {
  const firstMs = own.reduce((first, { timesMs }) => Math.min(first, timesMs[0] ?? first), Infinity);
  const days = Math.min(MAX_DAYS, Math.floor((before.startMs - firstMs) / DAY_MS));
  if (days < 1) return [];
  return [{ control: "same_hours_before", treated: own, groups: Array.from({ length: days }, () => own) }];
}

const isPositive = ({ before, after }: OnGrid): boolean =>
  [...before, ...after].every((value) => Number.isNaN(value) || value > 0);

/** The changed side minus the median of the others, each around its own level before; on a log scale if `relative`. */
function gapBetween(mine: OnGrid, theirs: readonly OnGrid[], relative: boolean): { before: number[]; after: number[] } {
  const [own, ...others] = [mine, ...theirs].map((one) => centred(one, relative));
  const gaps = (side: "before" | "after"): number[] =>
    Array.from(own?.[side] ?? [], (value, at) => {
      const known = others.map((one) => one[side][at] ?? NaN).filter((other) => !Number.isNaN(other));
      return known.length === 0 ? NaN : value - median(known);
    });
  return { before: gaps("before"), after: gaps("after") };
}

function centred({ before, after }: OnGrid, relative: boolean): OnGrid {
  const scale = (values: Float64Array): Float64Array => (relative ? values.map((value) => Math.log(value)) : values);
  const [early, late] = [scale(before), scale(after)];
  const level = median(early.filter((value) => !Number.isNaN(value)));
  return { before: early.map((value) => value - level), after: late.map((value) => value - level) };
}

const scaled = ({ effect, low, high }: SideDifference, relative: boolean): Pick<RawEffect, "effect" | "low" | "high"> =>
  relative ? { effect: Math.expm1(effect), low: Math.expm1(low), high: Math.expm1(high) } : { effect, low, high };
