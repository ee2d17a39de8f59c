import { z } from "zod";
import type { QueryDoor } from "../backend.ts";
import type { HttpRequest } from "../http/types.ts";
import type { TimeWindow } from "../../domain/time.ts";

/** Labels of a series, its name under `__name__`. */
export type Labels = Readonly<Record<string, string>>;
/** One series of an answer: `values[i]` at `timesMs[i]`; times ascending, values finite. */
export type LabelledSeries = { labels: Labels; timesMs: number[]; values: number[] };
/** An alerting rule that the server evaluates. */
export type ServerRule = { name: string; expression: string };
/** An alert of a rule. `state`: `firing`, or `pending` while the rule's `for` lasts. */
export type RuleAlert = z.infer<typeof RuleAlert>;

const LabelSet = z.record(z.string(), z.string());
/** Unix seconds and the value as text. Only checked as it is read: answers hold millions. */
const Samples = z.array(z.unknown());
/** Thanos and Mimir warn of what is missing; VictoriaMetrics marks an answer of a part of its nodes. */
const Envelope = <T>(data: z.ZodType<T>) =>
  z.object({
    status: z.literal("success"),
    data,
    warnings: z.array(z.string()).optional(),
    isPartial: z.boolean().optional(),
  });
const Matrix = z.object({
  resultType: z.literal("matrix"),
  result: z.array(z.object({ metric: LabelSet, values: Samples.optional() })),
});
const Vector = z.object({
  resultType: z.literal("vector"),
  result: z.array(z.object({ metric: LabelSet, value: z.unknown() })),
});
/** `time()` gives a scalar; VictoriaMetrics makes it a vector. */
const Scalar = z.object({ resultType: z.literal("scalar"), result: z.tuple([z.number(), z.string()]) });
const Names = z.array(z.string());
const MetricTypes = z.record(z.string(), z.array(z.object({ type: z.string(), unit: z.string().optional() })));
const RuleAlert = z.object({
  labels: LabelSet,
  annotations: LabelSet.nullish(),
  state: z.string(),
  activeAt: z.string().nullish(),
});
const Rule = z.object({
  type: z.string().optional(),
  name: z.string(),
  query: z.string().optional(),
  alerts: z.array(RuleAlert).nullish(),
});
const RuleGroups = z.object({ groups: z.array(z.object({ rules: z.array(Rule) })) });

type Options = { signal?: AbortSignal | undefined };
/** Called with each warning of the server, such as a store that a partial answer lacks. */
export type OnWarning = (warning: string) => void;

/** Of one answer, decompressed. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/**
 * The queries of Prometheus's HTTP API. They throw {IncidentError} as `HttpDoor` does.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/api/
 */
export function prometheusClient(http: QueryDoor, onWarning: OnWarning = () => undefined) {
  async function ask<T>(
    path: string,
    query: NonNullable<HttpRequest["query"]>,
    data: z.ZodType<T>,
    { signal }: Options,
  ): Promise<T> {
    const request: HttpRequest = isLong(query) ? { path, method: "POST", urlEncoded: query } : { path, query };
    const answer = await http.json({ ...request, signal, maxBytes: MAX_ANSWER_BYTES }, Envelope(data));
    for (const warning of answer.warnings ?? []) onWarning(warning.slice(0, 300));
    if (answer.isPartial === true) onWarning("the answer is partial: some storage nodes did not answer");
    return answer.data;
  }

  async function rules(options: Options = {}): Promise<(ServerRule & { alerts: RuleAlert[] })[]> {
    const { groups } = await ask("/api/v1/rules", { type: "alert" }, RuleGroups, options);
    return groups.flatMap((group) =>
      group.rules.flatMap(({ type, name, query, alerts }) =>
        query === undefined || type === "recording" ? [] : [{ name, expression: query, alerts: alerts ?? [] }],
      ),
    );
  }

  return {
    /** Evaluates an expression at regular times. `stepMs` > 0. */
    async range(expression: string, { startMs, endMs }: TimeWindow, stepMs: number, options: Options = {}) {
      const query = { query: expression, start: seconds(startMs), end: seconds(endMs), step: seconds(stepMs) };
      return matrix(await ask("/api/v1/query_range", query, Matrix, options));
    },

    /** The samples of a range selector such as `up[5m]`, as they were scraped. */
    async samples(rangeSelector: string, endMs: number, options: Options = {}) {
      const query = { query: rangeSelector, time: seconds(endMs) };
      return matrix(await ask("/api/v1/query", query, Matrix, options));
    },

    /** Evaluates an expression at one time. */
    async instant(expression: string, atMs: number, options: Options = {}): Promise<LabelledSeries[]> {
      const query = { query: expression, time: seconds(atMs) };
      const { result } = await ask("/api/v1/query", query, Vector, options);
      return result.map(({ metric, value }) => toSeries(metric, [value]));
    },

    /** The clock of the server, Unix milliseconds. */
    async clockMs(options: Options = {}): Promise<number | null> {
      const query = { query: "time()", nocache: "1" };
      const { result } = await ask("/api/v1/query", query, z.union([Scalar, Vector]), options);
      const [first] = result;
      const sample = typeof first === "object" ? first.value : result;
      return sampleOf(sample)?.timeMs ?? null;
    },

    /** The label sets of the series that match one of the selectors. `limit`: servers without it ignore it. */
    series: (selectors: readonly string[], { startMs, endMs }: TimeWindow, limit: number, options: Options = {}) =>
      ask(
        "/api/v1/series",
        { "match[]": selectors, start: seconds(startMs), end: seconds(endMs), limit },
        z.array(LabelSet),
        options,
      ),

    labelNames: ({ startMs, endMs }: TimeWindow, options: Options = {}) =>
      ask("/api/v1/labels", { start: seconds(startMs), end: seconds(endMs) }, Names, options),

    /** The values of a label in a range; `__name__` lists the metrics. */
    labelValues: (label: string, { startMs, endMs }: TimeWindow, options: Options = {}) =>
      ask(
        `/api/v1/label/${encodeURIComponent(label)}/values`,
        { start: seconds(startMs), end: seconds(endMs) },
        Names,
        options,
      ),

    /**
     * The type of each metric: `counter`, `gauge`, `histogram`, `summary`, `unknown`. Empty where it is not supported.
     */
    async metricTypes(options: Options = {}) {
      const data = await ask("/api/v1/metadata", {}, MetricTypes, options);
      return new Map(Object.entries(data).flatMap(([name, [first]]) => (first ? [[name, first.type] as const] : [])));
    },

    /** The alerting rules. */
    alertingRules: async (options: Options = {}): Promise<ServerRule[]> =>
      (await rules(options)).map(({ name, expression }) => ({ name, expression })),

    /** The alerting rules, each with its alerts. */
    rules,
  };
}
export type PrometheusClient = ReturnType<typeof prometheusClient>;

/** Servers and proxies refuse longer addresses. Such queries are posted, as Grafana does. */
const MAX_ADDRESS = 2_000;
const isLong = (query: NonNullable<HttpRequest["query"]>): boolean => JSON.stringify(query).length > MAX_ADDRESS;

const seconds = (ms: number): number => ms / 1_000;

const matrix = ({ result }: z.infer<typeof Matrix>): LabelledSeries[] =>
  result.map(({ metric, values = [] }) => toSeries(metric, values));

/** Samples that are no pair of a time and a number, and the stale markers of series that ended (NaN), are left out. */
function toSeries(labels: Labels, samples: readonly unknown[]): LabelledSeries {
  const [timesMs, values]: [number[], number[]] = [[], []];
  for (const each of samples) {
    const sample = sampleOf(each);
    if (sample === null || sample.timeMs <= (timesMs.at(-1) ?? Number.NEGATIVE_INFINITY)) continue;
    timesMs.push(sample.timeMs);
    values.push(sample.value);
  }
  return { labels, timesMs, values };
}

function sampleOf(sample: unknown): { timeMs: number; value: number } | null {
  if (!Array.isArray(sample)) return null;
  const [second, text]: unknown[] = sample;
  if (typeof second !== "number" || typeof text !== "string" || text === "") return null;
  const [timeMs, value] = [Math.round(second * 1_000), Number(text)];
  return Number.isFinite(timeMs) && Number.isFinite(value) ? { timeMs, value } : null;
}
