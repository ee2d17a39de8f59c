import { cappedAt } from "../domain/answer.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Answer, QueryCoverage, TelemetryData, TelemetrySource } from "../domain/ports.ts";
import { type TelemetryQuery, type TelemetrySignal, usedFilters } from "../domain/query.ts";
import type { LogStream } from "../domain/telemetry.ts";
import type { TimeWindow } from "../domain/time.ts";
import { OPERATIONS } from "./data-operations.ts";
import { type KeptStream, keptStream } from "./kept-stream.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import { type SharedRead, sharedRead } from "./shared-read.ts";

/** A source that does not query the same data twice while the answers fit into memory. */
export type CachedSource<S extends TelemetrySignal> = {
  query(query: TelemetryQuery, signal?: AbortSignal): Promise<Answer<S>>;
};

/** The answer of one query. `covers` null: it is valid for every range, because the source has no times. */
type Entry<S extends TelemetrySignal> = {
  query: TelemetryQuery;
  covers: TimeWindow | null;
  read: SharedRead<Answer<S>>;
  /** Log streams can be read once. An entry is useless when its streams are gone. */
  canRead: () => boolean;
};

export function cachedSource<S extends TelemetrySignal>(
  source: TelemetrySource<S>,
  budget: MemoryBudget,
): CachedSource<S> {
  const operations = OPERATIONS[source.signal];
  let entries: Entry<S>[] = [];
  const drop = (entry: Entry<S>): void => void (entries = entries.filter((other) => other !== entry));

  /** Queries the source, and keeps the answer if it fits into memory. */
  function load(query: TelemetryQuery): Entry<S> {
    const kept: KeptStream[] = [];
    const read = async (signal: AbortSignal): Promise<Answer<S>> => {
      const answer = await source.query(query, { signal });
      if (answer.coverage.gaps.some((gap) => gap.kind === "not_filtered" && gap.filter === "range"))
        entry.covers = null;
      if (!budget.take(operations.bytes(answer.data))) drop(entry);
      return withKeptStreams(answer, kept, budget);
    };
    const entry: Entry<S> = {
      query,
      covers: query.range,
      // a source that rejects a query rejects it again
      read: sharedRead(read, (error) => void (isRefusal(error) || drop(entry))),
      canRead: () => kept.every((stream) => stream.canRead()),
    };
    entries.push(entry);
    return entry;
  }

  /** Fetches the missing parts of the range, and joins them with the entry into one. */
  async function extend(
    known: Entry<S>,
    covered: TimeWindow,
    query: TelemetryQuery,
    signal?: AbortSignal,
  ): Promise<Answer<S>> {
    const range = {
      startMs: Math.min(covered.startMs, query.range.startMs),
      endMs: Math.max(covered.endMs, query.range.endMs),
    };
    // Both ends belong to a range, so records on the seam come twice, and `without` drops them. Of logs it cannot.
    const seamMs = source.signal === "log" ? LEAST_STEP_MS : 0;
    const part = (start: number, end: number): Entry<S> | null =>
      start < end ? load({ ...query, range: { startMs: start, endMs: end } }) : null;
    const before = part(range.startMs, covered.startMs - seamMs);
    const after = part(covered.endMs + seamMs, range.endMs);
    const parts = [before, known, after].filter((entry) => entry !== null);
    const answers = await Promise.all(parts.map(({ read }) => read.wait(signal)));
    const data = operations.join(
      answers.map((answer, at) => (parts[at] === known ? answer.data : operations.without(answer.data, covered))),
    );
    const whole = { ...query, range };
    const joined = {
      data,
      coverage: joinedCoverage(
        whole,
        answers.map(({ coverage }) => coverage),
      ),
    };
    for (const entry of parts) drop(entry);
    entries.push({
      query: whole,
      covers: range,
      read: { wait: async () => joined },
      canRead: () => parts.every(({ canRead }) => canRead()),
    });
    return joined;
  }

  /** Selects the part of a known answer that matches a narrower query. */
  function select(known: Answer<S>, query: TelemetryQuery): Answer<S> {
    if (operations.select === null || isSame(known.coverage.query, query)) return known;
    const { selected, isCapped } = operations.select(known.data, query);
    const returned = operations.count(selected);
    return { data: selected, coverage: narrowed(known.coverage, query, returned, isCapped) };
  }

  async function query(wanted: TelemetryQuery, signal?: AbortSignal): Promise<Answer<S>> {
    signal?.throwIfAborted();
    const usable = entries.filter((entry) => entry.canRead());
    const same = usable.filter((entry) => filtersOf(entry.query) === filtersOf(wanted));
    const exact = same.find(({ covers }) => covers === null || sameRange(covers, wanted.range));
    if (exact !== undefined) return exact.read.wait(signal);
    const isCut = wanted.limit !== null || wanted.stepMs !== null; // another range may need what they cut off
    const wider = [...(isCut ? [] : same), ...usable.filter((entry) => selectsAll(entry.query, wanted))].find(
      ({ covers }) => covers === null || includes(covers, wanted.range),
    );
    if (wider !== undefined && operations.select !== null) return select(await wider.read.wait(signal), wanted);
    const beside = same.find(({ covers }) => covers !== null && overlaps(covers, wanted.range));
    if (beside === undefined || isCut) return load(wanted).read.wait(signal);
    await beside.read.wait(signal); // only now it is known whether it covers every range
    return beside.covers === null
      ? query(wanted, signal)
      : select(await extend(beside, beside.covers, wanted, signal), wanted);
  }
  return { query };
}

const isRefusal = (error: unknown): boolean => error instanceof IncidentError && error.code === "REJECTED";

/** The smallest difference of two times in milliseconds that a number can hold today, some 0.2 µs. */
const LEAST_STEP_MS = 2 ** -12;

const filtersOf = ({ range: _range, signal: _signal, sources: _sources, ...filters }: TelemetryQuery): string =>
  JSON.stringify(filters);
const sameRange = (a: TimeWindow, b: TimeWindow): boolean => a.startMs === b.startMs && a.endMs === b.endMs;
const isSame = (a: TelemetryQuery, b: TelemetryQuery): boolean =>
  sameRange(a.range, b.range) && filtersOf(a) === filtersOf(b);
const includes = (a: TimeWindow, b: TimeWindow): boolean => a.startMs <= b.startMs && a.endMs >= b.endMs;
const overlaps = (a: TimeWindow, b: TimeWindow): boolean => a.startMs <= b.endMs && b.startMs <= a.endMs;
/** True if the first query selects everything of its recording, so that its answer can serve the second. */
const selectsAll = (known: TelemetryQuery, wanted: TelemetryQuery): boolean =>
  known.recording === wanted.recording && usedFilters(known).length === 0;

/** Makes the streams of a log answer readable again. Other answers stay unchanged. */
function withKeptStreams<S extends TelemetrySignal>(
  answer: Answer<S>,
  kept: KeptStream[],
  budget: MemoryBudget,
): Answer<S> {
  const { signal } = answer.coverage.query;
  if (signal !== "log") return answer;
  kept.push(...(answer.data as LogStream[]).map((stream) => keptStream(stream, budget)));
  return { ...answer, data: kept.map(({ stream }) => stream) as TelemetryData[S] };
}

const narrowed = (known: QueryCoverage, query: TelemetryQuery, returned: number, isCapped: boolean): QueryCoverage => ({
  ...known,
  query,
  returned,
  gaps: isCapped ? [...known.gaps, cappedAt(query)] : known.gaps,
});

/**
 * Joins the coverage of several answers. Log streams are read later, so each access reads the current values of the
 * parts.
 */
const joinedCoverage = (query: TelemetryQuery, parts: readonly QueryCoverage[]): QueryCoverage => ({
  source: parts[0]?.source ?? "",
  query,
  get returned() {
    return parts.reduce((sum, { returned }) => sum + returned, 0);
  },
  get gaps() {
    return parts.flatMap(({ gaps }) => gaps);
  },
  get problems() {
    return parts.flatMap(({ problems }) => problems);
  },
});
