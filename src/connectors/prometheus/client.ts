import { z } from "zod";
import type { QueryDoor } from "../backend.ts";
import type { TimeWindow } from "../../domain/time.ts";

/** Labels of a series, its name under `__name__`. */
export type Labels = Readonly<Record<string, string>>;
/** One series of an answer: `values[i]` at `timesMs[i]`; times ascending, values finite. */
export type LabelledSeries = { labels: Labels; timesMs: number[]; values: number[] };

const LabelSet = z.record(z.string(), z.string());
/** Unix seconds and the value as text, which may be `NaN` or `+Inf`. */
const Sample = z.tuple([z.number(), z.string()]);
const Envelope = <T>(data: z.ZodType<T>) =>
  z.object({ status: z.literal("success"), data, warnings: z.array(z.string()).optional() });
const Matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: LabelSet, values: z.array(Sample) })),
});
const Vector = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric: LabelSet, value: Sample })),
});
const MetricTypes = z.record(z.string(), z.array(z.object({ type: z.string(), unit: z.string().optional() })));

type Options = { signal?: AbortSignal | undefined };

/**
 * The queries of Prometheus's HTTP API. They throw {IncidentError} as `HttpDoor` does.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export const prometheusClient = (http: QueryDoor) => ({
  /** Evaluates an expression at regular times. `stepMs` > 0. */
  async range(expression: string, { startMs, endMs }: TimeWindow, stepMs: number, { signal }: Options = {}) {
    const query = {
      query: expression,
      start: startMs / 1_000,
      end: endMs / 1_000,
      step: stepMs / 1_000,
    };
    const { data } = await http.json({ path: "/api/v1/query_range", query, signal }, Envelope(Matrix));
    return data.result.map(({ metric, values }) => toSeries(metric, values));
  },

  /** Evaluates an expression at one time. */
  async instant(expression: string, atMs: number, { signal }: Options = {}) {
    const query = { query: expression, time: atMs / 1_000 };
    const { data } = await http.json({ path: "/api/v1/query", query, signal }, Envelope(Vector));
    return data.result.map(({ metric, value }) => toSeries(metric, [value]));
  },

  /** The values of a label in a range; `__name__` lists the metrics. `matchers`: selectors that narrow them. */
  async labelValues(label: string, { startMs, endMs }: TimeWindow, matchers: readonly string[], options: Options = {}) {
    const query = { start: startMs / 1_000, end: endMs / 1_000, "match[]": matchers };
    const path = `/api/v1/label/${encodeURIComponent(label)}/values`;
    return (await http.json({ path, query, signal: options.signal }, Envelope(z.array(z.string())))).data;
  },

  /** The type of each metric: `counter`, `gauge`, `histogram`, `summary`, `unknown`. Empty where it is not supported. */
  async metricTypes({ signal }: Options = {}) {
    const { data } = await http.json({ path: "/api/v1/metadata", signal }, Envelope(MetricTypes));
    return new Map(Object.entries(data).flatMap(([name, [first]]) => (first ? [[name, first.type] as const] : [])));
  },
});
export type PrometheusClient = ReturnType<typeof prometheusClient>;

function toSeries(labels: Labels, samples: readonly (readonly [number, string])[]): LabelledSeries {
  const finite = samples
    .map(([second, text]) => ({ timeMs: Math.round(second * 1_000), value: Number(text) }))
    .filter(({ value }) => Number.isFinite(value));
  return { labels, timesMs: finite.map(({ timeMs }) => timeMs), values: finite.map(({ value }) => value) };
}
