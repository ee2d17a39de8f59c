import type { SourceExtent } from "../domain/extent.ts";
import type { Series, Span } from "../domain/telemetry.ts";
import { nanosToMs } from "../domain/time.ts";
import { ownExtent } from "../logs/candidate-splits.ts";
import type { MinedLogs } from "../logs/mined-logs.ts";

/** The incident's own telemetry that was read; null if a source does not exist or cannot be read. */
export type OwnTelemetry = {
  metrics: readonly Series[] | null;
  traces: readonly Span[] | null;
  logs: MinedLogs | null;
};

/** Finds the first and last time of each source. A source without records has no extent. */
export function extentsOf({ metrics, traces, logs }: OwnTelemetry): SourceExtent[] {
  return [
    extentOfMetrics(metrics ?? []),
    extentOfTraces(traces ?? []),
    logs === null ? null : extentOfLogs(logs),
  ].filter((extent) => extent !== null);
}

function extentOfMetrics(series: readonly Series[]): SourceExtent | null {
  let [startMs, endMs, longest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  let stepMs = 0;
  for (const { timesMs } of series) {
    const first = timesMs[0];
    const last = timesMs.at(-1);
    if (first === undefined || last === undefined) continue;
    [startMs, endMs] = [Math.min(startMs, first), Math.max(endMs, last)];
    if (timesMs.length <= longest) continue;
    longest = timesMs.length;
    stepMs = longest === 1 ? 0 : (last - first) / (longest - 1);
  }
  return longest === 0 ? null : { source: "metrics", startMs, endMs, stepMs };
}

function extentOfTraces(spans: readonly Span[]): SourceExtent | null {
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { startUnixNano } of spans) {
    const timeMs = nanosToMs(startUnixNano);
    [startMs, endMs] = [Math.min(startMs, timeMs), Math.max(endMs, timeMs)];
  }
  return spans.length === 0 ? null : { source: "traces", startMs, endMs, stepMs: (endMs - startMs) / spans.length };
}

function extentOfLogs({ table }: MinedLogs): SourceExtent | null {
  const [first, last] = ownExtent(table);
  if (!Number.isFinite(first)) return null;
  const [startMs, endMs] = [table.msOf(Math.round(first)), table.msOf(Math.round(last))];
  return { source: "logs", startMs, endMs, stepMs: (endMs - startMs) / table.isOwn.length };
}
