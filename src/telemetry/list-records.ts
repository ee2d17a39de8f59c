import type { SourceMetadata } from "../domain/ports.ts";
import { type RecordView, seriesCandidate } from "../domain/query-match.ts";
import type { Series } from "../domain/telemetry.ts";
import { contains, type TimeWindow } from "../domain/time.ts";

/**
 * Lists the contents of records in a range.
 *
 * @param kindOf the kind of a record's first entity; a second entity is its pod.
 */
export function listRecords<R>(
  records: readonly R[],
  range: TimeWindow | null,
  { timeOf, candidateOf }: RecordView<R>,
  kindOf: (record: R) => string,
): SourceMetadata {
  const entities = new Map<string, string>();
  const [names, labels] = [new Set<string>(), new Set<string>()];
  let extent: TimeWindow | null = null;
  for (const record of records) {
    const timeMs = timeOf(record);
    if (range !== null && timeMs !== null && !contains(range, timeMs)) continue;
    if (timeMs !== null) extent = including(extent, timeMs);
    const candidate = candidateOf(record);
    candidate.entities.forEach((id, at) => id !== null && entities.set(id, at === 0 ? kindOf(record) : "pod"));
    names.add(candidate.name);
    for (const label of Object.keys(candidate.labels)) labels.add(label);
  }
  return {
    extent,
    entities: [...entities].map(([id, kind]) => ({ id, kind })).toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    names: [...names].toSorted(),
    labels: [...labels].toSorted(),
    streams: [],
    isCapped: false,
  };
}

/** Lists the contents of series. A series counts if it has a sample in the range. */
export function listSeries(all: readonly Series[], range: TimeWindow | null): SourceMetadata {
  const samples = all.flatMap((series) => series.timesMs.map((timeMs) => ({ series, timeMs })));
  const view: RecordView<(typeof samples)[number]> = {
    timeOf: ({ timeMs }) => timeMs,
    candidateOf: ({ series }) => seriesCandidate(series),
  };
  return listRecords(samples, range, view, ({ series }) => series.entityKind);
}

const including = (extent: TimeWindow | null, timeMs: number): TimeWindow =>
  extent === null
    ? { startMs: timeMs, endMs: timeMs }
    : { startMs: Math.min(extent.startMs, timeMs), endMs: Math.max(extent.endMs, timeMs) };
