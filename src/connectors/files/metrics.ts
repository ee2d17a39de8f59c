import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, seriesCandidate, thinned } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import type { Series } from "../../domain/telemetry.ts";
import { type OnRow, readCsv } from "./csv.ts";
import { metadataCollector } from "./metadata.ts";
import type { FileProblems } from "./problems.ts";
import type { Recording } from "./recording.ts";
import { type TimeLimits, timeLimits } from "./time-limits.ts";

/** About 160 MB. */
const MAX_SAMPLES = 10_000_000;
const COLUMNS = { required: ["timeUnixMs", "entity", "metric", "value"], optional: ["entityKind"] };
const LABELS = ["__name__", "entity", "entity_kind"];
const CAPABILITIES: Capabilities = {
  holds: "incident",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit", "step", "direction"],
  metadata: ["extent", "entities", "names", "labels"],
};

/** `metrics.csv`: one sample per line. Series in the order in which they first appear. */
export const fileMetrics = (recording: Recording): TelemetrySource<"metric"> => ({
  name: "files",
  signal: "metric",
  capabilities: CAPABILITIES,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name: "files", capabilities: CAPABILITIES }, query);
    const file = await recording.find("metrics.csv", query.recording);
    if (file === null) return { data: [], coverage };
    const collected = new Map<string, Series | null>();
    const limits = timeLimits(query.range, recording.asOfMs);
    const options = {
      signal,
      onProblem: (problem: (typeof coverage.problems)[number]) => coverage.problems.push(problem),
    };
    await readCsv(file, COLUMNS, options, (problems) => sampleRows(limits, problems, seriesSink(collected, query)));
    const found = [...collected.values()].filter((series) => series !== null);
    const { selected, isCapped } = limited(
      found.map((series) => thinned(ascending(series), query.stepMs)),
      query,
    );
    if (isCapped) coverage.gaps.push(cappedAt(query));
    coverage.returned = selected.length;
    return { data: selected, coverage };
  },
  async metadata(request, { signal } = {}) {
    const file = await recording.find("metrics.csv", request.recording);
    if (file === null) return NO_METADATA;
    return recording.metadata(file, recording.asOfMs, request, async () => {
      const found = metadataCollector();
      const limits = timeLimits(request.range, recording.asOfMs);
      await readCsv(file, COLUMNS, { signal }, (problems) =>
        sampleRows(limits, problems, {
          time: found.time,
          sample({ entity, entityKind, metric }) {
            found.entity(entity, entityKind);
            found.name(metric);
          },
        }),
      );
      return found.done(LABELS);
    });
  },
});

type Sample = Pick<Series, "entity" | "entityKind" | "metric"> & { timeMs: number; value: number };
/** `time` is called for every line inside the limits, `sample` for those that can be read. */
type SampleSink = { time?: (timeMs: number) => void; sample: (sample: Sample) => void };

/** Prometheus writes this for a missing value. It is neither a sample nor a problem. */
const NO_SAMPLE = /^\s*nan\s*$/i;

function sampleRows(limits: TimeLimits, problems: FileProblems, sink: SampleSink): OnRow {
  let samples = 0;
  return ([time = "", entity = "", metric = "", text = "", entityKind = ""], line) => {
    const timeMs = numberOf(time);
    if (timeMs === null) return problems.add("timeUnixMs is not a number", line, quoted(time));
    if (limits.ofMs(timeMs) !== "inside") return;
    sink.time?.(timeMs);
    if (NO_SAMPLE.test(text)) return;
    const value = numberOf(text);
    if (value === null) return problems.add("value is not a finite number", line, quoted(text));
    if (entity === "" || metric === "") return problems.add("entity or metric is empty", line);
    if (samples >= MAX_SAMPLES) return problems.add(`more than ${MAX_SAMPLES} samples; the rest was skipped`, line);
    samples += 1;
    sink.sample({ entity, entityKind: entityKind || "service", metric, timeMs, value });
  };
}

/** Gathers samples into series. Series that the query does not select are stored as null. */
function seriesSink(collected: Map<string, Series | null>, query: TelemetryQuery): SampleSink {
  const isSelected = recordFilter(query);
  return {
    sample({ entity, entityKind, metric, timeMs, value }) {
      const key = `${entityKind}\0${entity}\0${metric}`;
      let series = collected.get(key);
      if (series === undefined) {
        const wanted = isSelected === null || isSelected(seriesCandidate({ entity, entityKind, metric }));
        collected.set(key, (series = wanted ? { entity, entityKind, metric, timesMs: [], values: [] } : null));
      }
      if (series === null) return;
      series.timesMs.push(timeMs);
      series.values.push(value);
    },
  };
}

function ascending(series: Series): Series {
  const { timesMs, values } = series;
  if (timesMs.every((time, i) => i === 0 || time >= (timesMs[i - 1] ?? time))) return series;
  const order = timesMs.map((time, i) => ({ time, value: values[i] ?? 0 })).sort((a, b) => a.time - b.time);
  return { ...series, timesMs: order.map(({ time }) => time), values: order.map(({ value }) => value) };
}

/** Parses a number. An empty text is not a number, although `Number("")` is 0. */
export const numberOf = (text: string): number | null => {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
};

/** Quotes a value, cut to a length that fits a report. */
export const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
