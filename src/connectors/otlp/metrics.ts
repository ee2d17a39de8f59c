import { z } from "zod";
import { nanosToMs } from "../../domain/time.ts";
import { boundCountsOf } from "./exponential.ts";
import { reasonOf } from "./logs.ts";
import { prometheusName, withLabels, withSuffix } from "./metric-name.ts";
import { measuredEntity, type OtlpResource } from "./resource.ts";
import { attributesOf, boundedList, Double, type OtlpAttributes, Whole } from "./values.ts";

/** Counters fit a number to 2^53, which is enough for a count. */
const Count = Whole.transform(Number);
const Temporality = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => value === 1 || value === "AGGREGATION_TEMPORALITY_DELTA");
const Common = { timeUnixNano: Whole.default(0n), attributes: z.unknown().optional(), flags: z.number().nullish() };
const NumberPoint = z.object({ ...Common, asDouble: Double.nullish(), asInt: Whole.nullish() });
/** Buckets of one point, and quantiles of a summary. SDKs send at most some hundred. */
const [MAX_BUCKETS, MAX_QUANTILES] = [4_096, 100] as const;
const isAscending = (bounds: readonly number[]): boolean =>
  bounds.every((bound, at) => at === 0 || bound > (bounds[at - 1] ?? bound));
const HistogramPoint = z.object({
  ...Common,
  count: Count.default(0),
  sum: Double.nullish(),
  bucketCounts: boundedList(Count, MAX_BUCKETS + 1).default([]),
  explicitBounds: boundedList(z.number(), MAX_BUCKETS).refine(isAscending, "bounds that do not ascend").default([]),
});
const Buckets = z
  .object({ offset: z.int32().default(0), bucketCounts: boundedList(Count, MAX_BUCKETS).default([]) })
  .nullish()
  .transform((buckets) => ({ offset: buckets?.offset ?? 0, counts: buckets?.bucketCounts ?? [] }));
const ExponentialPoint = z.object({
  ...Common,
  count: Count.default(0),
  sum: Double.nullish(),
  scale: z.number().int().min(-10).max(20).default(0),
  zeroCount: Count.default(0),
  positive: Buckets,
  negative: Buckets,
});
const SummaryPoint = z.object({
  ...Common,
  count: Count.default(0),
  sum: Double.default(0),
  quantileValues: boundedList(
    z.object({ quantile: Double.default(0), value: Double.default(0) }),
    MAX_QUANTILES,
  ).default([]),
});

/** Points of one metric. A collector's batch has some thousand of all metrics. */
const MAX_POINTS = 500_000;
const POINTS = { dataPoints: z.array(z.unknown()).max(MAX_POINTS).default([]) };
const Metric = z.object({
  name: z.string().min(1),
  unit: z.string().nullish(),
  gauge: z.object(POINTS).nullish(),
  sum: z.object({ ...POINTS, aggregationTemporality: Temporality, isMonotonic: z.boolean().nullish() }).nullish(),
  histogram: z.object({ ...POINTS, aggregationTemporality: Temporality }).nullish(),
  exponentialHistogram: z.object({ ...POINTS, aggregationTemporality: Temporality }).nullish(),
  summary: z.object(POINTS).nullish(),
});
type Metric = z.infer<typeof Metric>;

/** After so many refused points, the others of a metric are refused unread. */
const MAX_REFUSED = 10_000;
/** Set in `flags` of a point that says "no value". */
const NO_VALUE = 1;

/**
 * A received point. `isDelta`: it counts since the point before it; otherwise since the process started, or it is a
 * gauge. With `bounds`, it is a histogram: `counts[i]` values of at most `bounds[i]`, and last the count of all. Its
 * `metric` is the name of its buckets without the label `le`.
 */
export type OtlpPoint = {
  entity: string;
  entityKind: string;
  metric: string;
  timeMs: number;
  isDelta: boolean;
} & ({ value: number } | { bounds: number[]; counts: number[] });

/**
 * Reads the points of one metric one by one, because a few bytes can hold many.
 *
 * @yields a point, or the reason why one was refused.
 */
export function* pointsOf(raw: unknown, resource: OtlpResource): Generator<OtlpPoint | string> {
  const parsed = Metric.safeParse(raw);
  if (!parsed.success) return yield `a metric is not valid: ${reasonOf(parsed.error)}`;
  const metric = parsed.data;
  const { id: entity, kind: entityKind } = measuredEntity(resource);
  const about = (name: string, { timeUnixNano, attributes }: { timeUnixNano: bigint; attributes?: unknown }) => ({
    entity,
    entityKind,
    metric: withLabels(name, placed(attributesOf(attributes), resource, entityKind)),
    timeMs: nanosToMs(timeUnixNano),
  });

  if (metric.gauge) {
    const name = nameOf(metric, { isCounter: false, isGauge: true });
    yield* readPoints(metric, NumberPoint, metric.gauge, (point) => scalar(about(name, point), valueOf(point), false));
  }
  if (metric.sum) {
    const isCounter = metric.sum.isMonotonic === true;
    const name = nameOf(metric, { isCounter, isGauge: false });
    const isDelta = metric.sum.aggregationTemporality;
    yield* readPoints(metric, NumberPoint, metric.sum, (point) => scalar(about(name, point), valueOf(point), isDelta));
  }
  const name = nameOf(metric, { isCounter: false, isGauge: false });
  if (metric.histogram) {
    const isDelta = metric.histogram.aggregationTemporality;
    yield* readPoints(metric, HistogramPoint, metric.histogram, (point) => [
      ...totals(about(name, point), point, isDelta),
      ...buckets(about(name, point), explicitCounts(point), isDelta),
    ]);
  }
  if (metric.exponentialHistogram) {
    const isDelta = metric.exponentialHistogram.aggregationTemporality;
    yield* readPoints(metric, ExponentialPoint, metric.exponentialHistogram, (point) => [
      ...totals(about(name, point), point, isDelta),
      ...buckets(
        about(name, point),
        boundCountsOf(point.scale, point.zeroCount, point.positive, point.negative),
        isDelta,
      ),
    ]);
  }
  if (metric.summary)
    yield* readPoints(metric, SummaryPoint, metric.summary, (point) => [
      ...totals(about(name, point), point, false),
      ...point.quantileValues.flatMap(({ quantile, value }) => {
        const labelled = { ...point, attributes: [...listed(point.attributes), quantileLabel(quantile)] };
        return scalar(about(name, labelled), value, false);
      }),
    ]);
}

function* readPoints<P extends { timeUnixNano: bigint; flags?: number | null | undefined }>(
  { name }: Metric,
  schema: z.ZodType<P>,
  { dataPoints }: { dataPoints: readonly unknown[] },
  take: (point: P) => OtlpPoint[],
): Generator<OtlpPoint | string> {
  let refused = 0;
  for (const each of dataPoints) {
    const point = refused < MAX_REFUSED ? schema.safeParse(each) : null;
    if (point === null) yield `the other points of ${name.slice(0, 80)} were not read`;
    else if (!point.success) {
      refused += 1;
      yield `a point of ${name.slice(0, 80)} is not valid: ${reasonOf(point.error)}`;
    } else if (point.data.timeUnixNano <= 0n) {
      refused += 1;
      yield "a point has no time";
    } else if (((point.data.flags ?? 0) & NO_VALUE) === 0) yield* take(point.data);
  }
}

const nameOf = ({ name, unit }: Metric, shape: { isCounter: boolean; isGauge: boolean }): string =>
  prometheusName({ name, unit: unit ?? "", ...shape });

/** Several instances of a service have the same metrics: the instance becomes a label. */
function placed(attributes: OtlpAttributes, { pod, instance }: OtlpResource, entityKind: string): OtlpAttributes {
  const place = entityKind === "pod" ? null : (pod ?? instance);
  return place === null ? attributes : new Map([...attributes, ["instance", place]]);
}

type About = Omit<OtlpPoint & { value: number }, "value" | "isDelta">;

const scalar = (about: About, value: number | null, isDelta: boolean): OtlpPoint[] =>
  value === null || !Number.isFinite(value) ? [] : [{ ...about, value, isDelta }];

const valueOf = ({ asDouble, asInt }: z.infer<typeof NumberPoint>): number | null =>
  asDouble ?? (asInt == null ? null : Number(asInt));

const totals = (
  about: About,
  { count, sum }: { count: number; sum?: number | null | undefined },
  isDelta: boolean,
): OtlpPoint[] => [
  ...scalar({ ...about, metric: withSuffix(about.metric, "_count") }, count, isDelta),
  ...scalar({ ...about, metric: withSuffix(about.metric, "_sum") }, sum ?? null, isDelta),
];

const buckets = (about: About, { bounds, counts }: { bounds: number[]; counts: number[] }, isDelta: boolean) =>
  bounds.length === 0 || !bounds.every(Number.isFinite)
    ? []
    : [{ ...about, metric: withSuffix(about.metric, "_bucket"), bounds, counts, isDelta }];

/** OpenTelemetry counts each bucket alone; the sums up to each bound are what Prometheus counts. */
function explicitCounts({ bucketCounts, explicitBounds }: z.infer<typeof HistogramPoint>) {
  if (bucketCounts.length !== explicitBounds.length + 1) return { bounds: [], counts: [] };
  let total = 0;
  return { bounds: explicitBounds, counts: bucketCounts.map((count) => (total += count)) };
}

const listed = (attributes: unknown): unknown[] => (Array.isArray(attributes) ? attributes : []);
const quantileLabel = (quantile: number) => ({ key: "quantile", value: { stringValue: String(quantile) } });
