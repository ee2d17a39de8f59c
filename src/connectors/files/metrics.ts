import type { MetricSource } from "../../domain/ports.ts";
import type { Series } from "../../domain/telemetry.ts";
import { type OnRow, readCsv } from "./csv.ts";
import type { FileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";
import { type TimeLimits, timeLimits } from "./time-limits.ts";

/** About 160 MB. */
const MAX_SAMPLES = 10_000_000;
const COLUMNS = { required: ["timeUnixMs", "entity", "metric", "value"], optional: ["entityKind"] };

/** `metrics.csv`: one sample a line. Series in the order in which they first appear. */
export const fileMetrics = (recording: Recording): MetricSource => ({
  name: "files",
  async fetchSeries(slice, options = {}) {
    const file = await recording.find("metrics.csv", slice);
    if (file === null) return [];
    const collected = new Map<string, Series>();
    const limits = timeLimits(slice.window, recording.asOfMs);
    await readCsv(file, COLUMNS, options, (problems) => collectSamples(collected, limits, problems));
    return [...collected.values()].map(ascending);
  },
});

/** What Prometheus writes where a series has no value: nothing was measured, and nothing is broken. */
const NO_SAMPLE = /^\s*nan\s*$/i;

function collectSamples(collected: Map<string, Series>, limits: TimeLimits, problems: FileProblems): OnRow {
  let samples = 0;
  return ([time = "", entity = "", metric = "", text = "", entityKind = ""], line) => {
    const timeMs = numberOf(time);
    if (timeMs === null) return problems.add("timeUnixMs is not a number", line, quoted(time));
    if (limits.ofMs(timeMs) !== "inside") return;
    if (NO_SAMPLE.test(text)) return;
    const value = numberOf(text);
    if (value === null) return problems.add("value is not a finite number", line, quoted(text));
    if (entity === "" || metric === "") return problems.add("entity or metric is empty", line);
    if (samples >= MAX_SAMPLES) return problems.add(`more than ${MAX_SAMPLES} samples, the rest left out`, line);
    samples += 1;
    const kind = entityKind || "service";
    const key = `${kind}\0${entity}\0${metric}`;
    let series = collected.get(key);
    if (!series) collected.set(key, (series = { entity, entityKind: kind, metric, timesMs: [], values: [] }));
    series.timesMs.push(timeMs);
    series.values.push(value);
  };
}

function ascending(series: Series): Series {
  const { timesMs, values } = series;
  if (timesMs.every((time, i) => i === 0 || time >= (timesMs[i - 1] ?? time))) return series;
  const order = timesMs.map((time, i) => ({ time, value: values[i] ?? 0 })).sort((a, b) => a.time - b.time);
  return { ...series, timesMs: order.map(({ time }) => time), values: order.map(({ value }) => value) };
}

/** `Number("")` is 0, which a missing value is not. */
export const numberOf = (text: string): number | null => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
};

/** Short enough for a report. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
