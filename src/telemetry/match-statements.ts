import { logCandidate, recordFilter } from "../domain/query-match.ts";
import type { TelemetryQuery } from "../domain/query.ts";
import type { LogStream } from "../domain/telemetry.ts";
import { contains } from "../domain/time.ts";
import { NO_BASIS, withPoint } from "./basis.ts";
import type { LineMatch, MatchOptions } from "./match-lines.ts";

/**
 * An event of a log as the analysis reads it. `statement`: what was mined of it. That may stand in several lines or
 * fields of the log: a message with the innermost cause of its trace, or with the error beside it.
 */
export type StatedEvent = {
  timeMs: number | null;
  service: string;
  pod: string;
  body: string;
  traceId: string;
  statement: string;
  line: number;
};
/** Reads the events of a stream. `referenceMs`: a time near those of the lines, for dates without a year. */
export type StatementReader = (
  stream: LogStream,
  onEvent: (event: StatedEvent) => void,
  options: { signal?: AbortSignal | undefined; referenceMs: number },
) => Promise<void>;

/**
 * Finds the events that each query selects by their statement or their body. Slower than `matchLines`, which sees only
 * text that stands together in one line.
 */
export async function matchStatements(
  streams: readonly LogStream[],
  queries: readonly TelemetryQuery[],
  readEvents: StatementReader,
  { signal, maxSamples }: MatchOptions,
): Promise<LineMatch[]> {
  const searches = queries.map((query) => ({
    query,
    isSelected: recordFilter({ ...query, names: [] }) ?? (() => true),
    match: { basis: NO_BASIS, samples: [] } as LineMatch,
  }));
  const referenceMs = Math.max(...queries.map(({ range }) => range.endMs));
  for (const stream of streams) {
    const named = searches.filter(({ query: { names } }) => names.length === 0 || names.includes(stream.origin));
    if (named.length === 0) continue;
    await readEvents(
      stream,
      (event) => {
        for (const { query, isSelected, match } of named) {
          if (event.timeMs !== null && !contains(query.range, event.timeMs)) continue;
          const asMined = logCandidate({ ...event, body: event.statement }, stream.origin);
          if (!isSelected(asMined) && !isSelected(logCandidate(event, stream.origin))) continue;
          match.basis = withPoint(match.basis, { timeMs: event.timeMs, value: null });
          if (match.samples.length >= maxSamples) continue;
          match.samples.push({ atMs: event.timeMs, where: `${stream.origin}:${event.line}`, text: event.body });
        }
      },
      { signal, referenceMs },
    );
  }
  return searches.map(({ match }) => match);
}

/**
 * The places of queries that no line answered, and of which no query for the same lines in another time was answered
 * either: their text may stand in several lines or fields.
 */
export function unmatched(
  queries: readonly (TelemetryQuery | undefined)[],
  counts: readonly (number | undefined)[],
): number[] {
  const found = new Set(queries.flatMap((query, at) => (query && (counts[at] ?? 0) > 0 ? [linesOf(query)] : [])));
  return queries.flatMap((query, at) =>
    query && query.signal === "log" && query.patterns.length > 0 && !found.has(linesOf(query)) ? [at] : [],
  );
}

const linesOf = ({ entities, patterns }: TelemetryQuery): string => JSON.stringify([entities, patterns]);
