import type { OnsetSign } from "../domain/onset.ts";
import type { Span } from "../domain/telemetry.ts";
import { nanosToMs, type TimeWindow } from "../domain/time.ts";
import { changeOf } from "../stats/change-point.ts";
import { isError } from "./forest.ts";

/** Bins of the range; a service with few spans gets fewer, so that a bin holds `SPANS_PER_BIN` on average. */
const MAX_BINS = 240;
const SPANS_PER_BIN = 4;
const MIN_BINS = 12;
const MIN_BIN_MS = 5_000;
const SURE_SCORE = 10;
const SEARCH = { minRun: 3, minScore: 3 };

type Sum = { spans: number; failed: number; logUs: number };

/** Finds when the spans of each service began to fail or to take longer. */
export function traceSigns(own: readonly Span[], { startMs, endMs }: TimeWindow): OnsetSign[] {
  const spans = own.flatMap((span) => {
    const timeMs = nanosToMs(span.startUnixNano);
    return timeMs >= startMs && timeMs <= endMs ? [{ span, timeMs }] : [];
  });
  const times = spans.map(({ timeMs }) => timeMs);
  const firstMs = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const lastMs = times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return [...Map.groupBy(spans, ({ span }) => span.service)].flatMap(([service, of]) => {
    const count = Math.min(MAX_BINS, Math.floor(of.length / SPANS_PER_BIN));
    if (count < MIN_BINS) return [];
    const binMs = Math.max(MIN_BIN_MS, (lastMs - firstMs + 1) / count);
    const bins = new Map<number, Sum>();
    for (const { span, timeMs } of of) {
      const bin = Math.floor((timeMs - firstMs) / binMs);
      const sum = bins.get(bin) ?? { spans: 0, failed: 0, logUs: 0 };
      bins.set(bin, sum);
      sum.spans += 1;
      sum.failed += Number(isError(span));
      sum.logUs += Math.log1p(span.durationUs);
    }
    const filled = [...bins].toSorted(([a], [b]) => a - b);
    const failing = filled.map(([, sum]) => sum.failed / sum.spans);
    const slow = filled.map(([, sum]) => sum.logUs / sum.spans);
    return [failing, slow].flatMap((values): OnsetSign[] => {
      const change = changeOf(values, SEARCH);
      if (change === null || change.direction === "down") return [];
      const timeOf = (index: number): number | null =>
        filled[index] === undefined ? null : firstMs + ((filled[index]?.[0] ?? 0) + 1) * binMs;
      return [
        {
          signal: "trace",
          entity: service,
          atMs: timeOf(change.at) ?? lastMs,
          stepMs: binMs,
          endMs: timeOf(change.end),
          shape: change.shape,
          weight: Math.min(1, change.score / SURE_SCORE),
          felt: true,
        },
      ];
    });
  });
}
