import type { ExhaustionVerdict } from "../../domain/forecast.ts";
import { median, quantileOf, sorted } from "../../stats/quantile.ts";
import { seededRandom } from "../../stats/seeded-random.ts";
import { theilSen } from "../../stats/theil-sen.ts";
import { trendPaths } from "../../stats/trend-paths.ts";
import { type Season, seasonOf } from "../season.ts";
import { lastStep } from "./last-step.ts";

/**
 * When a resource reaches its limit. Unix milliseconds. `from`, `to`: the interval; `to` is null if it may never come.
 * `fromIndex`: the first sample that the trend rests on.
 */
export type Exhaustion = {
  verdict: ExhaustionVerdict;
  atMs: number | null;
  fromMs: number | null;
  toMs: number | null;
  fromIndex: number;
  seasonMs: number | null;
};

/** Share of intervals that shall hold the true time. */
export const INTERVAL = 0.9;
/**
 * Cut at each end of the possible futures. They do not hold every surprise: 95 % of them hold about 90 % of the truth.
 */
const TAIL = 0.025;
/** Fewer samples show no trend. */
export const MIN_POINTS = 12;
/** Cells of the history: medians of neighbouring samples. More cost time, and add little to a trend. */
const MAX_CELLS = 60;
const MIN_CELLS = 30;
/** The median of three samples removes a spike. */
const PER_CELL = 3;
const DRAWS = 200;
/** Nothing is said about a time further away than this multiple of the history that the trend rests on. */
const REACH = 10;
/** Where the season is read within a cell, in cells from its middle. */
const PARTS = [-0.4, -0.2, 0, 0.2, 0.4];
/** A resource below this share that does not grow is not looked at further. */
const FAR = 0.9;
/** A resource counts as full at this share of its limit. */
const FULL = 0.995;

/**
 * When a resource reaches its limit, from its own history: a robust trend, its season where it has one, and an interval
 * from possible futures. The trend starts anew after a step, such as a clean-up or a restart.
 *
 * @param timesMs Unix milliseconds, ascending. @param shares as many, of the limit, in [0, 1].
 */
export function exhaustionOf(timesMs: readonly number[], shares: readonly number[], seed = 1): Exhaustion {
  const known = { atMs: null, fromMs: null, toMs: null, fromIndex: 0, seasonMs: null };
  const now = timesMs.at(-1);
  if (now === undefined) return { ...known, verdict: "too_few" };
  if ((shares.at(-1) ?? 0) >= FULL) return { ...known, verdict: "full", atMs: now, fromMs: now, toMs: now };
  const season = seasonAroundTrend(timesMs, shares);
  const flat = season === null ? shares : shares.map((share, at) => share - seasonalAt(season, timesMs[at] ?? 0));
  const fromIndex = lastStep(flat);
  const about = { ...known, fromIndex, seasonMs: season?.periodMs ?? null };
  const cells = cellsOf(timesMs.slice(fromIndex), flat.slice(fromIndex));
  if (timesMs.length - fromIndex < MIN_POINTS || cells === null) return { ...about, verdict: "too_few" };
  const { stepMs, values, startMs, peaks } = cells;
  if (isFarAndFlat(values, shares.slice(fromIndex))) return { ...about, verdict: "no_trend" };
  const steps = values.length * REACH;
  const random = seededRandom(seed);
  const { slopes, paths } = trendPaths(values, { steps, draws: DRAWS, random });
  const timeAt = (ahead: number): number => startMs + (values.length + ahead) * stepMs;
  const seasonal = Array.from({ length: steps }, (_, ahead) =>
    season === null
      ? 0
      : Math.max(...PARTS.map((part) => seasonalAt(season, startMs + (values.length + ahead + part) * stepMs))),
  );
  const crossings = sorted(
    paths.map((path) => {
      const ahead = path.findIndex(
        (value, at) => value + (seasonal[at] ?? 0) + (peaks[Math.floor(random() * peaks.length)] ?? 0) >= 1,
      );
      return ahead < 0 ? Number.POSITIVE_INFINITY : Math.max(now, timeAt(ahead));
    }),
  );
  const quantile = (q: number): number => crossings[Math.min(DRAWS - 1, Math.floor(q * DRAWS))] ?? Infinity;
  const [first, middle, last] = [quantile(TAIL), quantile(0.5), quantile(1 - TAIL)];
  const isGrowing = quantileOf(sorted(slopes), TAIL) > 0;
  if (!isGrowing && !Number.isFinite(last)) return { ...about, verdict: "no_trend" };
  const atMs = Number.isFinite(middle) ? middle : null;
  return Number.isFinite(last)
    ? { ...about, verdict: "between", atMs, fromMs: first, toMs: last }
    : { ...about, verdict: "not_before", atMs, fromMs: Number.isFinite(first) ? first : timeAt(steps - 1), toMs: null };
}

const isFarAndFlat = (cells: readonly number[], shares: readonly number[]): boolean =>
  shares.every((share) => share < FAR) && theilSen(Float64Array.from(cells.keys()), cells).slope <= 0;

/** The season of what a trend leaves, since a trend hides it. Null if there is none. */
function seasonAroundTrend(timesMs: readonly number[], shares: readonly number[]): Season | null {
  const cells = cellsOf(timesMs, shares);
  if (cells === null) return null;
  const { slope } = theilSen(Float64Array.from(cells.values.keys()), cells.values);
  const rest = shares.map((share, at) => share - (slope * ((timesMs[at] ?? 0) - cells.startMs)) / cells.stepMs);
  const middle = median(rest);
  return seasonOf(
    timesMs,
    rest.map((value) => value - middle),
  );
}

const seasonalAt = (season: Season, timeMs: number): number => season.expectedAt(timeMs) ?? 0;

/** `values`: one for each cell. `peaks`: how far the highest sample of a cell lies above it. */
type Cells = { startMs: number; stepMs: number; values: number[]; peaks: number[] };

/** Medians of neighbouring samples on an even grid; a cell without samples has the mean of its neighbours. */
function cellsOf(timesMs: readonly number[], values: readonly number[]): Cells | null {
  const [first, last] = [timesMs[0], timesMs.at(-1)];
  if (first === undefined || last === undefined || last <= first) return null;
  const samples = timesMs.length;
  const count =
    samples <= MAX_CELLS ? samples : Math.min(MAX_CELLS, Math.max(MIN_CELLS, Math.floor(samples / PER_CELL)));
  if (count < 4) return null;
  const stepMs = (last - first) / (count - 1);
  // the last cell ends with the last sample
  const startMs = first - stepMs / 2;
  const members: number[][] = Array.from({ length: count }, () => []);
  for (const [at, timeMs] of timesMs.entries())
    members[Math.min(count - 1, Math.floor((timeMs - startMs) / stepMs))]?.push(values[at] ?? 0);
  const medians = members.map((own) => (own.length === 0 ? null : median(own)));
  const filled: number[] = [];
  for (const [at, value] of medians.entries()) {
    const next = medians.slice(at + 1).find((later) => later !== null) ?? null;
    const before = filled.at(-1) ?? next ?? 0;
    filled.push(value ?? (before + (next ?? before)) / 2);
  }
  const peaks = members.flatMap((own, at) => (own.length === 0 ? [] : [Math.max(...own) - (medians[at] ?? 0)]));
  return { startMs: first, stepMs, values: filled, peaks };
}
