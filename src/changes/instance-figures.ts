import type { Series } from "../domain/telemetry.ts";
import { median, quantileOf, sorted } from "../stats/quantile.ts";
import type { Rollout } from "./rollouts.ts";

/**
 * How to read a metric: the direction that hurts, and both ends if it measures a call. `settles`: a young process
 * shows it too, and gets over it.
 */
export type MetricReading = { hurts: "up" | "down"; settles: boolean; call: { caller: string; callee: string } | null };

/**
 * Current deviation of one metric on changed and unchanged instances of one owner, in the direction that hurts, in
 * spreads of its own history. `fresh`: the worst changed instance. `steady`, `steadyWorst`: median and worst of the
 * unchanged ones. Null if there are none. `value`: value of the worst changed instance, in the metric's unit;
 * `steadyValue`: median of the others.
 */
export type Figure = {
  owner: string;
  metric: string;
  reading: MetricReading;
  fresh: number | null;
  steady: number | null;
  steadyWorst: number | null;
  value: number | null;
  steadyValue: number | null;
};

/**
 * `samplesOf`: number of windows for which the changed instances of a rollout have reported. `startMs`: usual time
 * until a changed instance reports.
 */
export type Figures = { figures: Figure[]; samplesOf: ReadonlyMap<string, number>; startMs: number };

/**
 * "Now" starts this long before the time of the analysis, or before the last sample if that is earlier. Milliseconds.
 */
const NOW_MS = 60_000;
/** A sample this soon after the change may still describe the old version. Milliseconds. */
const HANDOVER_MS = 20_000;
/** Start-up time of a typical container, used until a changed instance reports. Milliseconds. */
const USUAL_START_MS = 90_000;
const MIN_HISTORY = 5;
/** Smaller deviations count as none. */
const MIN_DEVIATION = 3;
const MAX_DEVIATION = 1e4;
const RELATIVE_FLOOR = 0.01;
/** IQR ÷ (q95 − q05) of normal data. */
const TAILS_TO_IQR = 1.349 / 3.29;

/**
 * Compares changed instances with unchanged ones, per owner and metric.
 *
 * @param read returns null for metrics that say nothing about instances. @returns null if nothing was recorded.
 */
export function instanceFigures(
  series: readonly Series[],
  rollouts: readonly Rollout[],
  {
    asOfMs,
    ownerOf,
    read,
  }: { asOfMs: number; ownerOf: (entity: string) => string; read: (metric: string) => MetricReading | null },
): Figures | null {
  const lastMs = series.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? last), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(lastMs) || rollouts.length === 0) return null;
  const nowMs = Math.min(lastMs, asOfMs);
  const beganMs = rollouts.reduce((first, { firstMs }) => Math.min(first, firstMs), Number.POSITIVE_INFINITY);
  const changedAt = new Map(rollouts.flatMap(({ changedAtMs }) => [...changedAtMs]));
  const samplesOf = new Map<string, number>();
  const firstReport = new Map<string, number>();
  const figures: Figure[] = [];
  for (const same of Map.groupBy(series, ({ entity, metric }) => `${ownerOf(entity)}\u0000${metric}`).values()) {
    const reading = same[0] && read(same[0].metric);
    if (!same[0] || !reading) continue;
    const owner = ownerOf(same[0].entity);
    const history = same.flatMap(({ timesMs, values }) =>
      values.filter((_, index) => (timesMs[index] ?? beganMs) < beganMs),
    );
    const fresh: Deviation[] = [];
    const steady: Deviation[] = [];
    for (const { entity, timesMs, values } of same) {
      const changedMs = changedAt.get(entity);
      const since = timesMs.findIndex(
        (timeMs) => timeMs >= (changedMs === undefined ? Number.NEGATIVE_INFINITY : changedMs + HANDOVER_MS),
      );
      const firstMs = timesMs[since];
      if (since === -1 || firstMs === undefined) continue;
      const windows = Math.floor((Math.min(nowMs, timesMs.at(-1) ?? firstMs) - firstMs) / NOW_MS) + 1;
      if (changedMs !== undefined) {
        samplesOf.set(owner, Math.max(samplesOf.get(owner) ?? 0, windows));
        firstReport.set(entity, Math.min(firstReport.get(entity) ?? firstMs, firstMs));
      }
      const now = values.filter((_, index) => index >= since && (timesMs[index] ?? 0) > nowMs - NOW_MS);
      if (now.length === 0 || history.length < MIN_HISTORY) continue;
      const value = median(now);
      const young = changedMs !== undefined && windows === 1 && reading.settles;
      (changedMs === undefined ? steady : fresh).push({
        value,
        deviation: young ? 0 : deviation(value, history, reading.hurts),
      });
    }
    if (fresh.length + steady.length === 0) continue;
    const worst = (all: readonly Deviation[]): Deviation | null =>
      all.reduce<Deviation | null>((most, one) => (most === null || one.deviation > most.deviation ? one : most), null);
    const [worstFresh, worstSteady] = [worst(fresh), worst(steady)];
    figures.push({
      owner,
      metric: same[0].metric,
      reading,
      fresh: worstFresh?.deviation ?? null,
      value: worstFresh?.value ?? null,
      steadyWorst: worstSteady?.deviation ?? null,
      steady: steady.length === 0 ? null : median(steady.map((one) => one.deviation)),
      steadyValue: steady.length === 0 ? null : median(steady.map((one) => one.value)),
    });
  }
  const starts = [...firstReport].flatMap(([instance, atMs]) =>
    changedAt.has(instance) ? [atMs - (changedAt.get(instance) ?? atMs)] : [],
  );
  return { figures, samplesOf, startMs: Math.max(NOW_MS, starts.length === 0 ? USUAL_START_MS : median(starts)) };
}

type Deviation = { value: number; deviation: number };

/** Distance of `value` from the median of `history` in the direction that hurts, in spreads; 0 if it is normal. */
function deviation(value: number, history: readonly number[], hurts: "up" | "down"): number {
  const ascending = sorted(history);
  const usual = quantileOf(ascending, 0.5);
  const spread = Math.max(
    quantileOf(ascending, 0.75) - quantileOf(ascending, 0.25),
    (quantileOf(ascending, 0.95) - quantileOf(ascending, 0.05)) * TAILS_TO_IQR,
  );
  const away = (hurts === "up" ? value - usual : usual - value) / (spread + RELATIVE_FLOOR * Math.abs(usual) + 1e-9);
  return away > MIN_DEVIATION ? Math.min(MAX_DEVIATION, away) : 0;
}
