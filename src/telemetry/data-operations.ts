import type { SourceMetadata, TelemetryData } from "../domain/ports.ts";
import {
  alertView,
  changeView,
  type RecordView,
  selectCalls,
  selectRecords,
  selectSeries,
  spanView,
} from "../domain/query-match.ts";
import type { TelemetryQuery, TelemetrySignal } from "../domain/query.ts";
import type { Series } from "../domain/telemetry.ts";
import { contains, type TimeWindow } from "../domain/time.ts";
import { listRecords, listSeries } from "./list-records.ts";

/**
 * Operations that the cache needs for the data of one signal. `select`: selects the part that matches a narrower
 * query; null if the data must be read first (logs). `join`: joins answers for consecutive ranges, or of several
 * sources. `bytes`: estimated memory of the data.
 */
type Operations<S extends TelemetrySignal> = {
  select: ((data: TelemetryData[S], query: TelemetryQuery) => { selected: TelemetryData[S]; isCapped: boolean }) | null;
  join(parts: readonly TelemetryData[S][]): TelemetryData[S];
  /** Removes records that were fetched before: those inside `covered`, and those without a time. */
  without(data: TelemetryData[S], covered: TimeWindow): TelemetryData[S];
  bytes(data: TelemetryData[S]): number;
  count(data: TelemetryData[S]): number;
  /** Lists the contents of the data. Null if it has no times or must be read first. */
  listed: ((data: TelemetryData[S], range: TimeWindow | null) => SourceMetadata) | null;
};

const RECORD_BYTES = 300;
const SAMPLE_BYTES = 16;

/** Spans, alerts and changes differ only in the fields that a query tests. */
const recordOperations = <R>(view: RecordView<R>, kindOf: (record: R) => string) => ({
  select: (records: R[], query: TelemetryQuery) => selectRecords(records, query, view),
  join: (parts: readonly R[][]) => parts.flat(),
  without: (records: R[], covered: TimeWindow) =>
    records.filter((record) => {
      const timeMs = view.timeOf(record);
      return timeMs !== null && !contains(covered, timeMs);
    }),
  bytes: ({ length }: R[]) => length * RECORD_BYTES,
  count: ({ length }: R[]) => length,
  listed: (records: R[], range: TimeWindow | null) => listRecords(records, range, view, kindOf),
});

export const OPERATIONS: { [S in TelemetrySignal]: Operations<S> } = {
  // streams are read elsewhere: what they take is counted as they are kept
  log: {
    select: null,
    join: (parts) => parts.flat(),
    without: (streams) => streams.filter(({ untimed }) => untimed !== true),
    bytes: () => 0,
    count: ({ length }) => length,
    listed: null,
  },
  metric: {
    select: selectSeries,
    join: joinSeries,
    without: (all, covered) =>
      all.map((series) => samplesOutside(series, covered)).filter(({ timesMs }) => timesMs.length > 0),
    bytes: (all) => all.reduce((sum, { timesMs }) => sum + RECORD_BYTES + timesMs.length * SAMPLE_BYTES, 0),
    count: ({ length }) => length,
    listed: listSeries,
  },
  trace: recordOperations(spanView, () => "service"),
  alert: recordOperations(alertView, ({ entityKind }) => entityKind),
  change: recordOperations(changeView, () => "service"),
  cluster: {
    select: selectCalls,
    join: (parts) => parts.flat(),
    without: () => [],
    bytes: (answers) => answers.reduce((sum, { text }) => sum + text.length * 2, 0),
    count: ({ length }) => length,
    listed: null,
  },
  topology: {
    select: (topology) => ({ selected: topology, isCapped: false }),
    join: (parts) => ({ nodes: parts.flatMap(({ nodes }) => nodes), edges: parts.flatMap(({ edges }) => edges) }),
    without: () => ({ nodes: [], edges: [] }),
    bytes: ({ nodes, edges }) => (nodes.length + edges.length) * RECORD_BYTES,
    count: ({ edges }) => edges.length,
    listed: null,
  },
};

function samplesOutside(series: Series, covered: TimeWindow): Series {
  const kept = series.timesMs.flatMap((timeMs, at) => (contains(covered, timeMs) ? [] : [at]));
  return {
    ...series,
    timesMs: kept.map((at) => series.timesMs[at] ?? 0),
    values: kept.map((at) => series.values[at] ?? 0),
  };
}

/** Joins series of the same entity and metric, in the order in which they first appear. */
function joinSeries(parts: readonly Series[][]): Series[] {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const joined = new Map<string, Series>();
  for (const series of parts.flat()) {
    const key = JSON.stringify([series.entityKind, series.entity, series.metric]);
    const known = joined.get(key);
    joined.set(key, known === undefined ? series : continued(known, series));
  }
  return [...joined.values()];
}

/**
 * Joins two parts of one series. If both have a sample at the same time, as from two replicas, the first one counts.
 */
function continued(a: Series, b: Series): Series {
  const [lastMs, nextMs] = [a.timesMs.at(-1) ?? Number.NEGATIVE_INFINITY, b.timesMs[0] ?? Number.POSITIVE_INFINITY];
  if (lastMs < nextMs) return { ...a, timesMs: [...a.timesMs, ...b.timesMs], values: [...a.values, ...b.values] };
  const samples = new Map(b.timesMs.map((timeMs, at) => [timeMs, b.values[at] ?? 0]));
  a.timesMs.forEach((timeMs, at) => samples.set(timeMs, a.values[at] ?? 0));
  const ordered = [...samples].toSorted(([earlier], [later]) => earlier - later);
  return { ...a, timesMs: ordered.map(([timeMs]) => timeMs), values: ordered.map(([, value]) => value) };
}
