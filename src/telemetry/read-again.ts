import { IncidentError } from "../domain/errors.ts";
import type { EvidenceBasis } from "../domain/finding.ts";
import type { AnswerGap, TelemetryData } from "../domain/ports.ts";
import { queryFor, type TelemetryQuery, type TelemetrySignal } from "../domain/query.ts";
import type { LogStream } from "../domain/telemetry.ts";
import { basisOf, type CountedSignal, type EvidenceSample, NO_BASIS, samplesOf } from "./basis.ts";
import type { TelemetryHandle } from "./handle.ts";
import type { QueryResult } from "./read-all.ts";
import { matchLines, type MatchOptions } from "./match-lines.ts";
import { matchStatements, type StatementReader, unmatched } from "./match-statements.ts";
import { union } from "./plan.ts";

/** The present result of a query, or the error that prevented it. `gaps`: how the answer is incomplete. */
export type ReadNow =
  | { basis: EvidenceBasis; samples: EvidenceSample[]; gaps: string[]; error: null }
  | { basis: null; samples: EvidenceSample[]; gaps: string[]; error: IncidentError };
/** `readEvents`: reads the events of a log, for text that stands in several lines or fields. */
type Options = MatchOptions & { readEvents: StatementReader };

/**
 * Runs queries of evidence, in the given order. Each signal of a recording is read once, whatever the number of
 * queries; a live system is queried for no more than each query needs. A query that cannot be answered gives its error.
 */
export async function readAgain(
  telemetry: TelemetryHandle,
  queries: readonly TelemetryQuery[],
  options: Options,
): Promise<ReadNow[]> {
  const answers = new Map<TelemetryQuery, ReadNow>();
  for (const group of Map.groupBy(queries, groupOf).values()) {
    const wide = group[0] && telemetry.isRecorded(group[0].signal) ? [group] : group.map((query) => [query]);
    for (const list of wide) {
      const read = await readGroup(telemetry, list, options).catch((error: unknown) => failed(error, list));
      list.forEach((query, at) => answers.set(query, read[at] ?? NOTHING));
    }
  }
  const counts = queries.map((query) => answers.get(query)?.basis?.count);
  const rest = unmatched(queries, counts).flatMap((at) => queries[at] ?? []);
  for (const list of Map.groupBy(rest, groupOf).values()) {
    const read = await readStated(telemetry, list, options).catch((error: unknown) => failed(error, list));
    list.forEach((query, at) => answers.set(query, read[at] ?? NOTHING));
  }
  return queries.map((query) => answers.get(query) ?? NOTHING);
}

const NOTHING: ReadNow = { basis: NO_BASIS, samples: [], gaps: [], error: null };

const groupOf = ({ signal, recording, sources }: TelemetryQuery): string =>
  JSON.stringify([signal, recording, sources]);

function failed(error: unknown, queries: readonly TelemetryQuery[]): ReadNow[] {
  if (!(error instanceof IncidentError)) throw error;
  return queries.map(() => ({ basis: null, samples: [], gaps: [], error }));
}

/** Answers several queries from one wide query. */
async function readGroup(
  telemetry: TelemetryHandle,
  queries: readonly TelemetryQuery[],
  { signal, maxSamples }: MatchOptions,
): Promise<ReadNow[]> {
  const [first] = queries;
  if (first === undefined) return [];
  const wide = wideQuery(first, queries);
  const whole = await telemetry.query(wide, { signal });
  if (first.signal === "topology") return queries.map(() => NOTHING);
  if (first.signal === "log") {
    const matches = await matchLines(whole.data as LogStream[], queries, { signal, maxSamples });
    const gaps = gapsOf(whole);
    return matches.map(({ basis, samples }) => ({ basis, samples, gaps, error: null }));
  }
  const read: ReadNow[] = [];
  for (const query of queries) {
    // The handle answers it from the wide query.
    const result = await telemetry.query(query, { signal });
    const data = result.data as TelemetryData[CountedSignal];
    read.push({
      basis: basisOf<CountedSignal>(first.signal, data),
      samples: samplesOf<CountedSignal>(first.signal, data, maxSamples),
      gaps: gapsOf(result),
      error: null,
    });
  }
  return read;
}

/** Answers log queries by what is mined of each event. */
async function readStated(
  telemetry: TelemetryHandle,
  queries: readonly TelemetryQuery[],
  { readEvents, signal, maxSamples }: Options,
): Promise<ReadNow[]> {
  const [first] = queries;
  if (first === undefined) return [];
  // A source would search each line for the text. The whole of the time is read instead.
  const whole = await telemetry.query({ ...wideQuery(first, queries), patterns: [], entities: [] }, { signal });
  const matches = await matchStatements(whole.data as LogStream[], queries, readEvents, { signal, maxSamples });
  const gaps = gapsOf(whole);
  return matches.map(({ basis, samples }) => ({ basis, samples, gaps, error: null }));
}

function wideQuery(first: TelemetryQuery, queries: readonly TelemetryQuery[]): TelemetryQuery {
  const range = queries.map((query) => query.range).reduce(union, first.range) ?? first.range;
  const { recording, sources } = first;
  return queries.length === 1 ? first : queryFor(first.signal, range, { recording, sources });
}

const gapsOf = ({ coverage }: QueryResult<TelemetrySignal>): string[] =>
  coverage.flatMap(({ gaps, problems }) => [
    ...gaps.flatMap(gapText),
    ...problems.flatMap(({ source, what, isCut }) => (isCut === true ? [`broken: ${source}: ${what}`] : [])),
  ]);

/** Filters the answer again, because a source without some filter returns too much. */
const gapText = (gap: AnswerGap): string[] => (gap.kind === "not_filtered" ? [] : [`${gap.kind}: ${gap.why}`]);
