import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";

const SeriesLine = z.object({ series: z.string().regex(/^[\w.-]+$/) });
const Span = z.object({ start: z.number(), end: z.number() });
const CauseLine = z.object({ id: z.string().regex(/^[\w.-]+$/), segment: Span, excludeBaseline: z.array(Span) });

/** One series of the task `events`. Times in Unix ms, ascending. */
export type EventSeries = { series: string; timesMs: number[]; values: number[] };
/** One case of the task `cause`: the samples of each metric before the bad segment, and in it. */
export type CauseCase = { id: string; metrics: { metric: string; history: Samples; during: Samples }[] };
type Samples = { timesMs: number[]; values: number[] };

/** Reads the series of a suite for metric detection. @throws {IncidentError} NOT_FOUND, BAD_RESPONSE */
export function readEventSeries(suite: string): EventSeries[] {
  return linesOf(join(suite, "events/series.jsonl"), SeriesLine).map(({ series }) => {
    const rows = rowsOf(join(suite, "events/series", `${series}.csv`)).slice(1);
    const samples = rows.flatMap(([time = "", value = ""]) => {
      const sample = { timeMs: Date.parse(time), value: Number(value) };
      return value !== "" && Number.isFinite(sample.timeMs) && Number.isFinite(sample.value) ? [sample] : [];
    });
    return { series, timesMs: samples.map(({ timeMs }) => timeMs), values: samples.map(({ value }) => value) };
  });
}

/** Reads the cases of the task `cause`, without labelled segments in the history. @throws as above */
export function readCauseCases(suite: string): CauseCase[] {
  return linesOf(join(suite, "cause/cases.jsonl"), CauseLine).map(({ id, segment, excludeBaseline }) => {
    const [head = [], ...rows] = rowsOf(join(suite, "cause/cases", `${id}.csv`));
    const isOut = (at: number): boolean => excludeBaseline.some(({ start, end }) => at >= start && at <= end);
    const samplesIn = (column: number, wanted: (second: number) => boolean): Samples => {
      const kept = rows.filter((row) => wanted(Number(row[0])) && row[column] !== "" && row[column] !== undefined);
      return { timesMs: kept.map(([at]) => Number(at) * 1000), values: kept.map((row) => Number(row[column])) };
    };
    return {
      id,
      metrics: head.slice(1).map((metric, at) => ({
        metric,
        history: samplesIn(at + 1, (second) => second < segment.start && !isOut(second)),
        during: samplesIn(at + 1, (second) => second >= segment.start && second <= segment.end),
      })),
    };
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new IncidentError("NOT_FOUND", `cannot read ${path}`, {
      hint: "--suite takes a folder with events/series.jsonl and cause/cases.jsonl, as docs/metrics.md describes",
      cause,
    });
  }
}

const rowsOf = (path: string): string[][] =>
  textOf(path)
    .split(/\r?\n/)
    .filter((line) => line !== "")
    .map((line) => line.split(","));

function linesOf<T>(path: string, schema: z.ZodType<T>): T[] {
  return textOf(path)
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, at) => {
      try {
        return schema.parse(JSON.parse(line));
      } catch (cause) {
        throw new IncidentError("BAD_RESPONSE", `${path}: line ${at + 1} is not as expected`, {
          hint: "compare it with docs/metrics.md",
          cause,
        });
      }
    });
}
