import type { Series } from "../domain/telemetry.ts";
import { type Bounded, boundedBy } from "./bounds.ts";
import { countedUses } from "./counted-uses.ts";
import { FULL, placed, type ResourceUse, shareOfBound } from "./share-of-bound.ts";

/** A value above this has no limit at 1: three busy cores are 300 %. */
const NO_BOUND = 1.2;
/** A higher value without a unit must be a percentage. */
const MAX_RATIO = 1.5;

/**
 * Resource use of one entity. If a resource has several limits, the first counts.
 *
 * @param rates those of `series` that are rates of counters.
 */
export function usesOf(series: readonly Series[], rates: ReadonlySet<Series>): ResourceUse[] {
  const named = namedUses(series);
  const levels = series.filter((one) => !rates.has(one));
  const counted = countedUses(levels, new Set(named.map((use) => use.series)));
  const parts = new Set(counted.flatMap(({ rawMetrics }) => rawMetrics));
  return [...named.filter((use) => !parts.has(use.series.metric)), ...counted];
}

/** Uses whose name says that they are one. */
function namedUses(series: readonly Series[]): ResourceUse[] {
  const candidates = series.flatMap((one) => {
    const bounded = boundedBy(one.metric);
    return bounded ? [{ series: one, bounded }] : [];
  });
  const bounds = new Map<string, Series>();
  for (const { series: one, bounded } of candidates) {
    const key = placed(bounded.subject, one.metric);
    if (bounded.role === "bound" && !bounds.has(key)) bounds.set(key, one);
  }
  return candidates.flatMap(({ series: one, bounded }): ResourceUse[] => {
    if (bounded.role === "share" || bounded.role === "share left") return reportedShare(one, bounded);
    const bound = bounds.get(placed(bounded.subject, one.metric)) ?? bounds.get(placed(bounded.subject, ""));
    return bounded.role === "bound" || bound === undefined ? [] : [shareOfBound(one, bounded, bound)];
  });
}

function reportedShare(series: Series, { percent, role }: Bounded): ResourceUse[] {
  const highest = series.values.reduce((a, b) => Math.max(a, b), 0);
  const whole = percent || highest > MAX_RATIO ? 100 : 1;
  if (highest > NO_BOUND * whole) return [];
  return [
    {
      series,
      of: "its limit",
      full: FULL,
      timesMs: series.timesMs,
      shares: series.values.map((value) => (role === "share left" ? 1 - value / whole : value / whole)),
      rawMetrics: [],
    },
  ];
}
