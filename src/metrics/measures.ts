import { metricNameOf, placeKey } from "../domain/metric-name.ts";
import { readSignal } from "../domain/signals.ts";
import type { Series } from "../domain/telemetry.ts";
import { counterNames, ratesOf } from "./counters.ts";
import { sharedWords } from "./shared-words.ts";
import { type BucketRates, percentilesOf } from "./percentiles.ts";

/**
 * A series as the analysis judges it. `perSecond`: it is the rate of a counter. `rawMetrics`: the recorded metrics that
 * it was computed from, if no metric of its own name was recorded.
 */
export type Measure = { series: Series; perSecond: boolean; rawMetrics: readonly string[] };

/** `_sum` and `_count` of one histogram or summary: its name, entity and labels. */
type Parts = { sum: Series | null; count: Series | null; buckets: BucketRates[] };

/** Metrics of one exporter and one subject begin with at least this many common words. */
const MIN_SHARED_WORDS = 2;
const PART = /^(.+?)[._](sum|count|bucket)$/i;

/**
 * Converts recorded series into series that can be judged: counters become rates. A histogram or summary becomes the
 * mean, p50, p95 and p99 of its values, and the rate of its observations.
 *
 * @param own recorded series. @param more further recordings of the same metrics, which help to recognise counters.
 * @see OpenMetrics 1.0, "Histogram": buckets count the values up to `le`, all of them from the start of the process.
 */
export function measuresOf(own: readonly Series[], more: readonly Series[] = []): Measure[] {
  const counters = counterNames(more.length === 0 ? own : [...own, ...more]);
  const histograms = new Map<string, Parts>();
  const measures: Measure[] = [];
  for (const series of own) {
    const { base, labels } = metricNameOf(series.metric);
    const perSecond = counters.has(base);
    const rate = perSecond ? ratesOf(series) : series;
    const [, name, part] = PART.exec(base) ?? [];
    if (!perSecond || name === undefined || part === undefined) {
      measures.push({ series: rate, perSecond, rawMetrics: [] });
      continue;
    }
    const key = [series.entity, name, ...[...labels].filter(([label]) => label !== "le").flat()].join("\u0000");
    const parts = histograms.get(key) ?? { sum: null, count: null, buckets: [] };
    histograms.set(key, parts);
    const bound = boundOf(labels.get("le"));
    if (part.toLowerCase() === "sum") parts.sum = rate;
    else if (part.toLowerCase() === "count") parts.count = rate;
    else if (bound !== null) parts.buckets.push({ bound, rate });
  }
  return [...measures, ...[...histograms.values()].flatMap((parts) => ofHistogram(parts, measures))];
}

/** Upper bound of a bucket, `+Inf` for the last; null if the label is missing or no number. */
function boundOf(le: string | undefined): number | null {
  if (le === undefined) return null;
  const bound = /^\+?inf/i.test(le) ? Number.POSITIVE_INFINITY : Number(le);
  return Number.isNaN(bound) ? null : bound;
}

function ofHistogram({ sum, count, buckets }: Parts, others: readonly Measure[]): Measure[] {
  const all = count ?? buckets.find(({ bound }) => bound === Number.POSITIVE_INFINITY)?.rate ?? null;
  const counted = all === null ? [] : [{ series: { ...all, metric: countName(all.metric) }, rawMetrics: [all.metric] }];
  const observed = all ?? (sum === null ? null : requestsOf(sum, others));
  const measured = [
    ...(sum !== null && observed !== null
      ? [{ series: meanOf(sum, observed), rawMetrics: [sum.metric, observed.metric] }]
      : []),
    ...percentilesOf(buckets).map((series) => ({ series, rawMetrics: buckets.map(({ rate }) => rate.metric) })),
  ];
  // without its partner, a sum is still a rate
  const alone = sum !== null && observed === null ? [{ series: sum, perSecond: true, rawMetrics: [] }] : [];
  return [
    ...alone,
    ...counted.map((one) => ({ ...one, perSecond: true })),
    ...measured.map((one) => ({ ...one, perSecond: false })),
  ];
}

/**
 * Some exporters count requests under another name (`nginx_requests`): finds the one with the same labels and prefix.
 */
function requestsOf(sum: Series, others: readonly Measure[]): Series | null {
  if (readSignal(sum.metric).family !== "latency") return null;
  const place = placeKey(metricNameOf(sum.metric).labels);
  const found = others.filter(
    ({ perSecond, series: { entity, metric } }) =>
      perSecond &&
      entity === sum.entity &&
      readSignal(metric).family === "traffic" &&
      placeKey(metricNameOf(metric).labels) === place &&
      sharedWords(metric, sum.metric) >= MIN_SHARED_WORDS,
  );
  return found.length === 1 ? (found[0]?.series ?? null) : null;
}

/** Mean of the values between two samples: increase of the sum by increase of the count, where both are known. */
function meanOf(sum: Series, count: Series): Series {
  const counted = new Map(count.timesMs.map((timeMs, at) => [timeMs, count.values[at] ?? 0]));
  const points = sum.timesMs.flatMap((timeMs, at) => {
    const observed = counted.get(timeMs) ?? 0;
    return observed > 0 ? [{ timeMs, value: (sum.values[at] ?? 0) / observed }] : [];
  });
  return {
    ...sum,
    metric: renamed(sum.metric, "mean"),
    timesMs: points.map(({ timeMs }) => timeMs),
    values: points.map(({ value }) => value),
  };
}

/** `http_request_duration_seconds_count` counts requests, not seconds. */
const countName = (metric: string): string => {
  const { base } = metricNameOf(metric);
  const name = PART.exec(base)?.[1] ?? base;
  return `${name.replace(/[._](?:seconds|milliseconds|ms|bytes|duration|latency|time|size)(?=[._]|$)/gi, "")} calls${metric.slice(base.length)}`;
};

/** `http_request_duration_seconds_sum{route="/"}` → `http_request_duration_seconds mean{route="/"}`. */
const renamed = (metric: string, statistic: string): string => {
  const { base } = metricNameOf(metric);
  return `${PART.exec(base)?.[1] ?? base} ${statistic}${metric.slice(base.length)}`;
};
