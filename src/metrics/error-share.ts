import { metricNameOf } from "../domain/metric-name.ts";
import type { Side } from "../domain/periods.ts";
import { readSignal } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import type { Measure } from "./measures.ts";
import { sharedWords } from "./shared-words.ts";
import { flooredShift, type Shift } from "./shift.ts";

/** Requests of one entity per second, including failed ones, by time. `base`: the metric's name without labels. */
type Requests = { base: string; byTime: Map<number, number> };

/**
 * Builds a function that compares the share of failed requests with the share before. More errors at the same share are
 * load, not a defect.
 *
 * @returns for an error rate, its shift as a share of the requests, or "steady" if that did not rise; null for any
 *   other series, or without a count of the requests.
 */
export function errorShares(
  measures: readonly Measure[],
  side: (timeMs: number) => Side,
): (measure: Measure) => Shift | "steady" | null {
  const requests = new Map(
    [...Map.groupBy(measures, ({ series }) => series.entity)].map(([entity, own]) => [entity, requestsIn(own)]),
  );
  return ({ series, perSecond }) => {
    if (!perSecond || !isErrors(series.metric)) return null;
    const { base } = metricNameOf(series.metric);
    const known = (requests.get(series.entity) ?? []).toSorted(
      (a, b) => sharedWords(b.base, base) - sharedWords(a.base, base),
    )[0];
    if (known === undefined) return null;
    const on = (wanted: Side): number[] => sharesOf(series, known.byTime, (timeMs) => side(timeMs) === wanted);
    const [before, during] = [on("before"), on("during")];
    if (before.length === 0 || during.length === 0) return null;
    return flooredShift(before, during, "up") ?? "steady";
  };
}

const isErrors = (metric: string): boolean => {
  const { family, ofCalls } = readSignal(metric);
  return family === "error" && !ofCalls;
};

/** Sums each request metric over its labels: `{code="200"}` and `{code="503"}` are both requests. */
function requestsIn(own: readonly Measure[]): Requests[] {
  const counted = own.filter(({ perSecond, series: { metric } }) => perSecond && !readSignal(metric).ofCalls);
  return [...Map.groupBy(counted, ({ series }) => metricNameOf(series.metric).base)].flatMap(([base, members]) => {
    if (!members.some(({ series }) => readSignal(series.metric).family === "traffic")) return [];
    const byTime = new Map<number, number>();
    for (const { series } of members)
      for (const [at, timeMs] of series.timesMs.entries())
        byTime.set(timeMs, (byTime.get(timeMs) ?? 0) + (series.values[at] ?? 0));
    return [{ base, byTime }];
  });
}

const sharesOf = (
  { timesMs, values }: Series,
  byTime: ReadonlyMap<number, number>,
  isWanted: (timeMs: number) => boolean,
): number[] =>
  timesMs.flatMap((timeMs, at) => {
    const served = byTime.get(timeMs) ?? 0;
    return served > 0 && isWanted(timeMs) ? [Math.min(1, (values[at] ?? 0) / served)] : [];
  });
