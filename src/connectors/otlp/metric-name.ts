import type { OtlpAttributes } from "./values.ts";

/** Words for OpenTelemetry's units, which are those of UCUM. @see https://ucum.org/ucum */
const UNITS: Readonly<Record<string, string>> = {
  d: "days",
  h: "hours",
  min: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  By: "bytes",
  KiBy: "kibibytes",
  MiBy: "mebibytes",
  GiBy: "gibibytes",
  KBy: "kilobytes",
  MBy: "megabytes",
  GBy: "gigabytes",
  Hz: "hertz",
  "%": "percent",
  Cel: "celsius",
};
const PER: Readonly<Record<string, string>> = { s: "second", m: "minute", min: "minute", h: "hour", d: "day" };
/** Senders choose units: `constructor` is none of ours. */
const wordOf = (words: Readonly<Record<string, string>>, unit: string): string =>
  (Object.hasOwn(words, unit) ? words[unit] : undefined) ?? cleanName(unit);
const MAX_NAME = 200;
const MAX_UNIT = 60;
const MAX_LABELS = 30;
const MAX_VALUE = 200;

export type MetricShape = { name: string; unit: string; isCounter: boolean; isGauge: boolean };

/**
 * The Prometheus name of a metric: with its unit, and with `_total` for a counter. So everything that reads names of
 * Prometheus metrics reads these too.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName({ name, unit, isCounter, isGauge }: MetricShape): string {
  const base = cleanName(name.slice(0, MAX_NAME));
  const words = unitWords(unit.slice(0, MAX_UNIT), isGauge).filter((word) => !base.split("_").includes(word));
  const bare = isCounter ? base.replace(/_total$/, "") : base;
  return [bare, ...words, ...(isCounter ? ["total"] : [])].join("_");
}

const cleanName = (name: string): string =>
  name
    .replaceAll(/[^a-zA-Z0-9_:]+/g, "_")
    .replaceAll(/_{2,}/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .replace(/^(?=\d)/, "_");

/** `By` → bytes; `By/s` → bytes per second; `1` → ratio for a gauge; `{request}` → nothing. */
function unitWords(unit: string, isGauge: boolean): string[] {
  const [main = "", per] = unit.replaceAll(/\{[^}]*\}/g, "").split("/", 2);
  if (main === "1") return isGauge ? ["ratio"] : [];
  const words = main === "" ? [] : [wordOf(UNITS, main)];
  const rate = per === undefined || per === "" ? [] : ["per", wordOf(PER, per)];
  return [...words, ...rate].filter((word) => word !== "");
}

/** `name{a="1",b="2"}`, the labels ascending; without braces if there are none. */
export function withLabels(name: string, attributes: OtlpAttributes): string {
  const labels = [...attributes]
    .slice(0, MAX_LABELS)
    .map(([key, value]) => `${cleanName(key)}="${value.slice(0, MAX_VALUE).replaceAll(/["\\\n]/g, "_")}"`)
    .toSorted();
  return labels.length === 0 ? name : `${name}{${labels.join(",")}}`;
}

/** Adds one more label to a name that may have some. */
export const withLabel = (metric: string, label: string): string =>
  metric.endsWith("}") ? `${metric.slice(0, -1)},${label}}` : `${metric}{${label}}`;

/** Inserts a suffix before the labels: `latency{a="1"}` → `latency_sum{a="1"}`. */
export function withSuffix(metric: string, suffix: string): string {
  const at = metric.indexOf("{");
  return at === -1 ? metric + suffix : metric.slice(0, at) + suffix + metric.slice(at);
}
