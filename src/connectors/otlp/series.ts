import type { Series } from "../../domain/telemetry.ts";
import type { OtlpPoint } from "./metrics.ts";
import { withLabel } from "./metric-name.ts";

type Key = Pick<Series, "entity" | "entityKind" | "metric">;
type Sample = { timeMs: number; value: number; isDelta: boolean };
/** Bounds of one histogram. A sender whose bounds change with each point would make a series of each. */
const MAX_BOUNDS = 200;
type Histogram = { timeMs: number; isDelta: boolean; bounds: number[]; counts: number[] };

/** Joins received points into series. */
export type SeriesCollector = {
  add(point: OtlpPoint): void;
  /** Number of samples that the series will have. */
  readonly samples: number;
  done(): Series[];
};

/**
 * Each metric of an entity becomes a series, a histogram one for each bound. Delta points are added up from 0, so they
 * become counters like the others. Of several points at one time, the last one counts.
 */
export function seriesCollector(): SeriesCollector {
  const scalars = new Map<string, Key & { samples: Sample[] }>();
  const histograms = new Map<string, Key & { points: Histogram[]; bounds: Set<number> }>();
  let samples = 0;
  return {
    add(point) {
      const { entity, entityKind, metric, timeMs, isDelta } = point;
      const key = `${entityKind}\0${entity}\0${metric}`;
      if ("value" in point) {
        const known = scalars.get(key) ?? { entity, entityKind, metric, samples: [] };
        known.samples.push({ timeMs, value: point.value, isDelta });
        scalars.set(key, known);
        samples += 1;
      } else {
        const known = histograms.get(key) ?? { entity, entityKind, metric, points: [], bounds: new Set() };
        samples -= samplesOf(known);
        known.points.push({ timeMs, isDelta, bounds: point.bounds, counts: point.counts });
        for (const bound of point.bounds) known.bounds.add(bound);
        histograms.set(key, known);
        samples += samplesOf(known);
      }
    },
    get samples() {
      return samples;
    },
    done: () => [
      ...[...scalars.values()].map(({ samples: found, ...about }) => seriesOf(about, found)),
      ...[...histograms.values()].flatMap(({ points, bounds, ...about }) => bucketSeries(about, points, bounds)),
    ],
  };
}

function seriesOf(about: Key, samples: readonly Sample[]): Series {
  const atTime = new Map(samples.toSorted((a, b) => a.timeMs - b.timeMs).map((sample) => [sample.timeMs, sample]));
  const ordered = [...atTime.values()];
  let total = 0;
  return {
    ...about,
    timesMs: ordered.map(({ timeMs }) => timeMs),
    values: ordered.map(({ value, isDelta }) => (isDelta ? (total += value) : value)),
  };
}

const samplesOf = ({ points, bounds }: { points: readonly Histogram[]; bounds: ReadonlySet<number> }): number =>
  points.length * (Math.min(bounds.size, MAX_BOUNDS) + 1);

/**
 * One series for each bound that any point has: the bounds of an exponential histogram change with its values. Of too
 * many bounds, some at equal distances are kept; the counts up to them stay right.
 */
function bucketSeries(about: Key, points: readonly Histogram[], all: ReadonlySet<number>): Series[] {
  const ascending = [...all].toSorted((a, b) => a - b);
  const every = Math.ceil(ascending.length / MAX_BOUNDS);
  const bounds = ascending.filter((_, at) => (at + 1) % every === 0 || at === ascending.length - 1);
  return [...bounds, Number.POSITIVE_INFINITY].map((bound) =>
    seriesOf(
      { ...about, metric: withLabel(about.metric, `le="${bound === Number.POSITIVE_INFINITY ? "+Inf" : bound}"`) },
      points.map((point) => ({ timeMs: point.timeMs, isDelta: point.isDelta, value: countUpTo(point, bound) })),
    ),
  );
}

/** The count at the largest bound that is not above; 0 if there is none. */
function countUpTo({ bounds, counts }: Histogram, bound: number): number {
  if (bound === Number.POSITIVE_INFINITY) return counts.at(-1) ?? 0;
  let [from, to] = [0, bounds.length]; // the first bound above lies in between
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((bounds[middle] ?? 0) > bound) to = middle;
    else from = middle + 1;
  }
  return from === 0 ? 0 : (counts[from - 1] ?? 0);
}
