import type { Side } from "../domain/periods.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import { readSignal } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import { median, quantile } from "../stats/quantile.ts";
import { metricCall } from "./metric-call.ts";
import { MIN_BASELINE } from "./shift.ts";

/** The end of the quiet time may already hold a surge that nobody felt yet. Milliseconds, and share of its samples. */
const LAST_QUIET_MS = 10 * 60_000;
const LAST_QUIET_SHARE = 0.25;
/** Demand rises where it exceeds the highest quiet value by this factor, in two samples in a row. */
const RISEN = 1.1;
const HIGH = 0.75;

/**
 * Requests that a workload served, all instances and labels together, in the unit of its traffic metric. `during`: the
 * median of the incident. `times`: how many times the highest quiet value was reached in the incident's busiest
 * quarter; null without a quiet time. `sinceMs`: since when demand exceeded all that was seen before; null if it never
 * did.
 */
export type Demand = { during: number; times: number | null; sinceMs: number | null };

/** Traffic of one workload in equal steps. */
type Total = { stepMs: number; timesMs: number[]; values: number[] };

/**
 * Measures the demand on each entity. An instance has the demand on its workload: what one instance serves more, others
 * may serve less.
 *
 * @param own, shared levels and rates, in the incident's own and in the fault-free recording.
 */
export function demandOf(
  own: readonly Series[],
  shared: readonly Series[],
  side: (timeMs: number) => Side,
): Map<string, Demand> {
  const served = Map.groupBy(own.filter(isServed), ({ entity }) => workloadOf(entity));
  const quiet = Map.groupBy(shared.filter(isServed), ({ entity }) => workloadOf(entity));
  const demands = new Map<string, Demand>();
  for (const [workload, series] of served) {
    const ofMetrics = [...Map.groupBy(series, ({ metric }) => baseOf(metric))].flatMap(([base, parts]) => {
      const past = (quiet.get(workload) ?? []).filter(({ metric }) => baseOf(metric) === base);
      return demandIn(totalOf(parts), past.length === 0 ? [] : totalOf(past).values, side) ?? [];
    });
    const [most] = ofMetrics.toSorted((a, b) => b.during - a.during);
    if (most) for (const { entity } of series) demands.set(entity, most);
  }
  return demands;
}

function isServed({ metric }: Series): boolean {
  const { family, ofCalls } = readSignal(metric);
  return family === "traffic" && !ofCalls && metricCall(metric) === null;
}

/** `checkout-6f9c8d7b5-x2x4z` and `checkout@app02` are instances of `checkout`. */
const workloadOf = (entity: string): string => workloadOfPod(entity) ?? entity.split("@")[0] ?? entity;

const baseOf = (metric: string): string => metric.split(/[{;]/)[0] ?? metric;

function demandIn(total: Total, shared: readonly number[], side: (timeMs: number) => Side): Demand | null {
  const { stepMs, timesMs, values } = total;
  const on = (wanted: Side): number[] => timesMs.flatMap((timeMs, at) => (side(timeMs) === wanted ? [at] : []));
  const [before, during] = [on("before"), on("during").map((at) => values[at] ?? 0)];
  if (during.length === 0) return null;
  const kept =
    before.length - Math.min(Math.ceil(LAST_QUIET_MS / stepMs), Math.floor(LAST_QUIET_SHARE * before.length));
  const quiet = [...shared, ...before.slice(0, kept).map((at) => values[at] ?? 0)];
  if (quiet.length < MIN_BASELINE) return { during: median(during), times: null, sinceMs: null };
  const highest = quiet.reduce((a, b) => Math.max(a, b));
  const isRisen = (at: number): boolean => (values[at] ?? 0) > RISEN * highest;
  const from = before[kept] ?? values.findIndex((_, at) => side(timesMs[at] ?? 0) !== "before");
  const first = values.findIndex((_, at) => at >= from && isRisen(at) && (isRisen(at + 1) || at + 1 === values.length));
  return {
    during: median(during),
    times: highest > 0 ? quantile(during, HIGH) / highest : null,
    sinceMs: timesMs[first] ?? null,
  };
}

/** Adds up series that are sampled at different moments, in steps of the slowest. */
function totalOf(parts: readonly Series[]): Total {
  const steps = parts.map(({ timesMs }) =>
    timesMs.length < 2 ? 0 : median(timesMs.slice(1).map((timeMs, at) => timeMs - (timesMs[at] ?? 0))),
  );
  const stepMs = Math.max(1000, ...steps);
  const sums = new Map<number, number>();
  for (const { timesMs, values } of parts) {
    const own = new Map<number, { sum: number; count: number }>();
    for (const [at, timeMs] of timesMs.entries()) {
      const bin = Math.floor(timeMs / stepMs);
      const { sum, count } = own.get(bin) ?? { sum: 0, count: 0 };
      own.set(bin, { sum: sum + (values[at] ?? 0), count: count + 1 });
    }
    for (const [bin, { sum, count }] of own) sums.set(bin, (sums.get(bin) ?? 0) + sum / count);
  }
  const bins = [...sums.keys()].toSorted((a, b) => a - b);
  return { stepMs, timesMs: bins.map((bin) => bin * stepMs), values: bins.map((bin) => sums.get(bin) ?? 0) };
}
