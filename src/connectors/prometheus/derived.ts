import { isMeaningLabel, metricNameOf } from "../../domain/metric-name.ts";
import { readSignal } from "../../domain/signals.ts";
import { aggregated, duration } from "./promql.ts";

/**
 * What the server computes of a metric with many series for one entity. `toMetric`: the metric's name in the answer.
 * `expression`: over a selector, with the length of a rate in milliseconds.
 */
export type Derived = { toMetric: string; by: string[]; expression: (selector: string, rateMs: number) => string };

const PART = /^(.+)[._](bucket|sum|count)$/;
const QUANTILES = [0.5, 0.95, 0.99] as const;
/** A prefix that no reading of names knows, so that the meaning of the name stays. */
const [HIGHEST, LOWEST] = ["highest of ", "lowest of "];

/**
 * Counters become rates, summed; histograms their quantiles; `_sum` the mean of the values; a gauge its worst value.
 * Labels that say what is counted (`code`, `mode`) stay apart.
 *
 * @param entityLabel names the entity. @param labels of the series.
 */
export function derivedOf(
  base: string,
  type: string | undefined,
  entityLabel: string,
  labels: readonly string[],
): Derived[] {
  const meaning = labels.filter((label) => isMeaningLabel(label) && label !== "le" && label !== "quantile");
  const by = [...new Set([entityLabel, ...meaning])];
  const [, name = "", part] = PART.exec(base) ?? [];
  const rated = (more: readonly string[]) => (selector: string, rateMs: number) =>
    aggregated("sum", [...by, ...more], `rate(${selector}[${duration(rateMs)}])`);
  if (part === "bucket" && labels.includes("le"))
    return QUANTILES.map((quantile) => ({
      toMetric: `${name} p${quantile * 100}`,
      by,
      expression: (selector, rateMs) => `histogram_quantile(${quantile}, ${rated(["le"])(selector, rateMs)})`,
    }));
  if (part === "sum" && type !== "gauge") {
    const counts = (selector: string): string =>
      selector.replaceAll(JSON.stringify(base), JSON.stringify(`${name}_count`));
    return [
      {
        toMetric: `${name} mean`,
        by,
        expression: (selector, rateMs) =>
          `${rated([])(selector, rateMs)} / (${rated([])(counts(selector), rateMs)} > 0)`,
      },
    ];
  }
  if (part === "count" && type !== "gauge")
    return [{ toMetric: `${withoutUnit(name)} calls`, by, expression: rated([]) }];
  if (type === "counter" || (type !== "gauge" && base.endsWith("_total")))
    return [{ toMetric: `${base} rate`, by, expression: rated([]) }];
  const isLow = readSignal(base).hurts === "down";
  return [
    {
      toMetric: `${isLow ? LOWEST : HIGHEST}${base}`,
      by,
      expression: (selector) => aggregated(isLow ? "min" : "max", by, selector),
    },
  ];
}

/** A count of observations is no duration. */
const withoutUnit = (name: string): string =>
  name.replaceAll(/[._](?:seconds|milliseconds|ms|bytes|duration|latency|time|size)(?=[._]|$)/gi, "");

/** The metrics on the server that a name may come from: itself, or the parts of what was derived from it. */
export function serverNames(metric: string): string[] {
  const base = metricNameOf(metric).base.trim();
  const plain = base.startsWith(HIGHEST) || base.startsWith(LOWEST) ? base.replace(/^\w+ of /, "") : base;
  const [, name, how] = /^(.+) (p50|p95|p99|mean|calls|rate)$/.exec(plain) ?? [];
  if (name === undefined) return [plain];
  if (how === "rate") return [name];
  if (how === "mean") return [`${name}_sum`, `${name}_count`];
  return how === "calls" ? UNITS.map((unit) => `${name}${unit}_count`) : [`${name}_bucket`];
}
const UNITS = ["", "_seconds", "_duration_seconds", "_milliseconds", "_duration_milliseconds", "_bytes", "_size_bytes"];
