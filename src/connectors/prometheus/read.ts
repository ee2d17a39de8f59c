import { IncidentError } from "../../domain/errors.ts";
import type { Series } from "../../domain/telemetry.ts";
import { contains, type TimeWindow } from "../../domain/time.ts";
import type { LabelledSeries, PrometheusClient } from "./client.ts";
import { nameOf } from "./naming.ts";
import { type Batch, labelsKey } from "./plan.ts";
import { duration, selectorOf } from "./promql.ts";

/** `isRaw`: samples as they were scraped. Else the server gives one value for each step. */
export type Resolution = { intervalMs: number; stepMs: number; isRaw: boolean };
export type NamedResult = { series: Series; batch: Batch; labels: LabelledSeries["labels"] };

/** Samples of one series. Longer ranges are read with a step. */
const MAX_POINTS = 2_000;
/** The same where few series are read, which may be finer: below the 11,000 points of Prometheus. */
const MAX_POINTS_OF_FEW = 10_000;
const SAMPLES_OF_FEW = 1_000_000;
/** Samples that one answer holds: some 12 MB. */
const MAX_SAMPLES = 400_000;
/** Scrapes that a rate spans, as Grafana's `$__rate_interval` does. */
const SCRAPES_PER_RATE = 4;
const USUAL_INTERVAL_MS = 30_000;
/** A query that is too much for the server is halved so many times. */
const MAX_HALVINGS = 4;

type Fetch = { signal?: AbortSignal | undefined };

/**
 * The time between the samples of a series, and with it the resolution in which a range is read.
 *
 * @param series number of series to read: the fewer, the finer.
 */
export function resolutionOf(samples: readonly LabelledSeries[], range: TimeWindow, series: number): Resolution {
  const maxPoints = Math.max(MAX_POINTS, Math.min(MAX_POINTS_OF_FEW, SAMPLES_OF_FEW / Math.max(1, series)));
  const gaps = samples
    .flatMap(({ timesMs }) => timesMs.slice(1).map((timeMs, at) => timeMs - (timesMs[at] ?? timeMs)))
    .toSorted((a, b) => a - b);
  const intervalMs = gaps[Math.floor(gaps.length / 2)] ?? USUAL_INTERVAL_MS;
  const leastMs = (range.endMs - range.startMs) / maxPoints;
  const stepMs = Math.max(1, Math.ceil(leastMs / intervalMs)) * intervalMs;
  return { intervalMs, stepMs, isRaw: (range.endMs - range.startMs) / intervalMs <= maxPoints };
}

/** Reads one series as it was scraped, to learn its interval. */
export const probeSeries = (client: PrometheusClient, batch: Batch, range: TimeWindow, options: Fetch) => {
  const labels = batch.series[0]?.labels ?? {};
  const exact = selectorOf(Object.entries(labels).map(([label, value]) => ({ label, op: "=" as const, value })));
  const lastMs = Math.min(range.endMs - range.startMs, MAX_POINTS * USUAL_INTERVAL_MS);
  return client.samples(`${exact}[${duration(lastMs)}]`, range.endMs, options);
};

/** Steps of the query that looks for the first sample. */
const SEARCH_STEPS = 2_000;
/** Batches whose series it looks at, besides `up`. */
const SEARCHED_BATCHES = 3;

/**
 * The part of a range from which the server holds samples: of `up`, or of the first batches. The same range if it holds
 * them from the beginning, or none at all, or does not answer.
 */
export async function heldRange(
  client: Pick<PrometheusClient, "range">,
  batches: readonly Pick<Batch, "selector">[],
  range: TimeWindow,
  options: Fetch,
): Promise<TimeWindow> {
  const stepMs = Math.ceil((range.endMs - range.startMs) / SEARCH_STEPS);
  const selectors = ["up", ...batches.slice(0, SEARCHED_BATCHES).map(({ selector }) => selector)];
  const expression = selectors.map((selector) => `count(${selector})`).join(" or ");
  try {
    const counts = await client.range(expression, range, stepMs, options);
    const firstMs = Math.min(...counts.flatMap(({ timesMs }) => timesMs.slice(0, 1)));
    const startMs = firstMs - stepMs;
    return Number.isFinite(firstMs) && startMs > range.startMs ? { ...range, startMs } : range;
  } catch (error) {
    if (error instanceof IncidentError) return range;
    throw error;
  }
}

/** The text of a batch's query, as a person would type it into Grafana. */
export const textOf = ({ selector, derived }: Batch, { stepMs, intervalMs }: Resolution): string =>
  derived === null ? selector : derived.expression(selector, rateMs({ stepMs, intervalMs }));

const rateMs = ({ stepMs, intervalMs }: Pick<Resolution, "stepMs" | "intervalMs">): number =>
  Math.max(stepMs, SCRAPES_PER_RATE * intervalMs);

/** Reads a batch in parts that the server answers. @throws {IncidentError} as the client */
export async function readBatch(
  client: PrometheusClient,
  batch: Batch,
  range: TimeWindow,
  resolution: Resolution,
  options: Fetch,
): Promise<NamedResult[]> {
  const points = Math.max(1, (range.endMs - range.startMs) / resolution.stepMs);
  const parts = Math.ceil((points * batch.size) / MAX_SAMPLES);
  const read = (await Promise.all(split(range, parts).map((part) => readPart(part, MAX_HALVINGS)))).flat();
  return named(batch, read, range);

  async function readPart(part: TimeWindow, halvings: number): Promise<LabelledSeries[]> {
    try {
      if (batch.derived !== null || !resolution.isRaw)
        return await client.range(
          textOf(batch, resolution),
          aligned(part, resolution.stepMs),
          resolution.stepMs,
          options,
        );
      // one millisecond more: Prometheus 3 leaves the start of a range out
      const window = duration(part.endMs - part.startMs + 1);
      return await client.samples(`${batch.selector}[${window}]`, part.endMs, options);
    } catch (error) {
      if (halvings === 0 || part.endMs - part.startMs <= resolution.stepMs || !isTooMuch(error)) throw error;
      const halves = split(part, 2);
      return (await Promise.all(halves.map((half) => readPart(half, halvings - 1)))).flat();
    }
  }
}

/** Steps at whole multiples, so that two ranges have the same steps. */
const aligned = ({ startMs, endMs }: TimeWindow, stepMs: number): TimeWindow => ({
  startMs: Math.ceil(startMs / stepMs) * stepMs,
  endMs: Math.max(Math.ceil(startMs / stepMs), Math.floor(endMs / stepMs)) * stepMs,
});

function split({ startMs, endMs }: TimeWindow, parts: number): TimeWindow[] {
  const length = (endMs - startMs) / parts;
  return Array.from({ length: parts }, (_, at) => ({
    startMs: Math.round(startMs + at * length) + (at === 0 ? 0 : 1),
    endMs: at === parts - 1 ? endMs : Math.round(startMs + (at + 1) * length),
  }));
}

/** What servers answer to a query that is too large for them. What our own limits refuse is none. */
const TOO_MUCH = /too many|too large|exceed|maximum|timed? ?out|time limit|sent more than|out of memory/i;
const OURS = /this analysis has used its limit|not asked for now|refused the credentials/;
const isTooMuch = (error: unknown): boolean =>
  error instanceof IncidentError && TOO_MUCH.test(error.message) && !OURS.test(error.message);

/** The series that were planned, with their names. An answer with others is too wide, and they are dropped. */
function named(batch: Batch, read: readonly LabelledSeries[], range: TimeWindow): NamedResult[] {
  const { derived } = batch;
  const known = new Map(
    batch.series.map(({ labels, base, of, metric }) => [
      derived === null ? labelsKey(labels) : keyBy(labels, derived.by),
      {
        entity: of.entity,
        entityKind: of.kind,
        metric:
          derived === null
            ? metric
            : nameOf(
                derived.toMetric,
                labels,
                derived.by.filter((label) => label !== of.label),
              ),
        base,
        labels,
      },
    ]),
  );
  const results = new Map<string, NamedResult>();
  for (const { labels, timesMs, values } of read) {
    const key = derived === null ? labelsKey(labels) : keyBy(labels, derived.by);
    const found = known.get(key);
    if (found === undefined) continue;
    const { entity, entityKind, metric } = found;
    const result = results.get(key) ?? {
      series: { entity, entityKind, metric, timesMs: [], values: [] },
      batch,
      labels: found.labels,
    };
    results.set(key, result);
    append(result.series, timesMs, values, range);
  }
  return [...results.values()];
}

const keyBy = (labels: Readonly<Record<string, string>>, by: readonly string[]): string =>
  JSON.stringify(by.map((label) => labels[label] ?? ""));

function append(series: Series, timesMs: readonly number[], values: readonly number[], range: TimeWindow): void {
  timesMs.forEach((timeMs, at) => {
    if (!contains(range, timeMs) || timeMs <= (series.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    series.timesMs.push(timeMs);
    series.values.push(values[at] ?? 0);
  });
}
