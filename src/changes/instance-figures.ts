import type { Series } from "../domain/telemetry.ts";
import { median, quantileOf, sorted } from "../stats/quantile.ts";
import type { Rollout } from "./rollouts.ts";

/** How to read a metric: the direction that hurts, and both ends where it is about a call. `settles`: a young process shows it too, and gets over it. */
export type MetricReading = { bad: "up" | "down"; settles: boolean; call: { caller: string; callee: string } | null };

/**
 * One metric of one owner, now: how far changed instances and unchanged ones stand in the direction that hurts, in spreads of its own past. `fresh`: the worst of the changed ones,
 * `steady` and `steadyWorst`: median and worst of the others; null where there are none. `value`: the worst changed instance's, in the metric's unit, `steadyValue` the others' median.
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

/** `samplesOf`: for how many windows the changed instances of a rollout have reported. `startMs`: how long changed instances usually take to report. */
export type Figures = { figures: Figure[]; samplesOf: ReadonlyMap<string, number>; startMs: number };

/** "Now" begins this much before the time at which the analysis stands, or the last sample where that is earlier. Milliseconds. */
const NOW_MS = 60_000;
/** A sample this soon after the change may still tell of before. Milliseconds. */
const HANDOVER_MS = 20_000;
/** Where no changed instance has reported yet: as long as a container usually takes. Milliseconds. */
const USUAL_START_MS = 90_000;
const MIN_HISTORY = 5;
/** Nearer than this to the usual is the usual. */
const MIN_DEVIATION = 3;
const MAX_DEVIATION = 1e4;
const RELATIVE_FLOOR = 0.01;
/** IQR ÷ (q95 − q05) of normal data. */
const TAILS_TO_IQR = 1.349 / 3.29;

/** @param read null for metrics that say nothing about instances. @returns null where nothing was recorded. */
export function instanceFigures(
  series: readonly Series[],
  rollouts: readonly Rollout[],
  {
    standsAtMs,
    ownerOf,
    read,
  }: { standsAtMs: number; ownerOf: (entity: string) => string; read: (metric: string) => MetricReading | null },
): Figures | null {
  const lastMs = series.reduce((last, { timesMs }) => Math.max(last, timesMs.at(-1) ?? last), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(lastMs) || rollouts.length === 0) return null;
  const nowMs = Math.min(lastMs, standsAtMs);
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
        deviation: young ? 0 : deviation(value, history, reading.bad),
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

/** Spreads between `value` and the median of `history` in the direction that hurts; 0 where that is everyday. */
function deviation(value: number, history: readonly number[], bad: "up" | "down"): number {
  const ascending = sorted(history);
  const usual = quantileOf(ascending, 0.5);
  const spread = Math.max(
    quantileOf(ascending, 0.75) - quantileOf(ascending, 0.25),
    (quantileOf(ascending, 0.95) - quantileOf(ascending, 0.05)) * TAILS_TO_IQR,
  );
  const away = (bad === "up" ? value - usual : usual - value) / (spread + RELATIVE_FLOOR * Math.abs(usual) + 1e-9);
  return away > MIN_DEVIATION ? Math.min(MAX_DEVIATION, away) : 0;
}
