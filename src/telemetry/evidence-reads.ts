import type { EvidenceBasis, Finding } from "../domain/finding.ts";
import type { TelemetryData } from "../domain/ports.ts";
import type { TelemetryQuery, TelemetrySignal } from "../domain/query.ts";
import type { LogStream, Span } from "../domain/telemetry.ts";
import { basisOf, type CountedSignal } from "./basis.ts";
import { OPERATIONS } from "./data-operations.ts";
import { evidenceQueries } from "./evidence-queries.ts";
import type { IncidentRead } from "./handle.ts";
import { matchLines } from "./match-lines.ts";
import { matchStatements, type StatementReader, unmatched } from "./match-statements.ts";

/** Maximum number of traces for one finding. */
const MAX_TRACES = 3;
/** Kinds of finding that failed spans show best. Slow spans show the others best. */
const ABOUT_ERRORS: ReadonlySet<string> = new Set(["trace.error-origin", "trace.failed-call", "trace.spectrum"]);

/**
 * Adds to each finding its queries and their results, taken from data that was already read. `readEvents`: reads the
 * events of a log.
 */
export async function withReads<S extends TelemetrySignal>(
  findings: readonly Finding[],
  read: IncidentRead<S>,
  readEvents: StatementReader,
  stop?: AbortSignal,
): Promise<Finding[]> {
  const { signal } = read.query;
  const queries = findings.map((finding) => evidenceQueries(finding, read));
  const [first, second] = [0, 1].map((nth) => queries.flatMap((list) => list[nth] ?? [])) as [
    TelemetryQuery[],
    TelemetryQuery[],
  ];
  let own = await countAll(signal, read.own, first, stop);
  let baseline = await countAll(signal, read.baseline, second, stop);
  if (signal === "log") {
    const rest = unmatched(
      [...first, ...second],
      [...own, ...baseline].map((basis) => basis?.count),
    );
    const count = statedCounter(readEvents, stop);
    own = await count(read.own as LogStream[], first, own, rest);
    baseline = await count(
      read.baseline as LogStream[],
      second,
      baseline,
      rest.map((at) => at - first.length),
    );
  }
  const spans = signal === "trace" ? byEntity(read.own as Span[]) : null;
  return findings.map((finding, at): Finding => {
    const [main] = queries[at] ?? [];
    const sources = main === undefined ? null : sourcesWith(main, read);
    const reads = (queries[at] ?? []).map((query, nth) => ({
      query: sources === null ? query : { ...query, sources },
      basis: (nth === 0 ? own : baseline)[at] ?? null,
    }));
    const traceIds = spans === null || main === undefined ? [] : exemplarTraces(finding, main, spans);
    const connector = sources?.join(", ") ?? finding.evidence.connector;
    return {
      ...finding,
      evidence: { ...finding.evidence, connector, reads, ...(traceIds.length > 0 && { traceIds }) },
    };
  });
}

/**
 * Which of several sources returned the records that a query selects. Null if there is one source, if none did, or if
 * the data cannot be selected from (logs).
 */
function sourcesWith<S extends TelemetrySignal>(query: TelemetryQuery, { parts }: IncidentRead<S>): string[] | null {
  const { select, count } = OPERATIONS[query.signal as S];
  if (parts.length < 2 || select === null) return null;
  const found = parts.filter(({ data }) => count(select(data, query).selected) > 0).map(({ source }) => source);
  return found.length === 0 ? null : found;
}

/** The result of each query on the given data. Null for logs whose lines are no longer in memory. */
async function countAll<S extends TelemetrySignal>(
  signal: S,
  data: TelemetryData[S],
  queries: readonly TelemetryQuery[],
  stop: AbortSignal | undefined,
): Promise<(EvidenceBasis | null)[]> {
  if (queries.length === 0 || signal === "topology") return queries.map(() => null);
  if (signal === "log") {
    const streams = data as LogStream[];
    if (!areReadable(streams)) return queries.map(() => null);
    const matches = await matchLines(streams, queries, { signal: stop, maxSamples: 0 });
    return matches.map(({ basis }) => basis);
  }
  if (signal === "trace") {
    const spans = byEntity(data as Span[]);
    return queries.map((query) => basisOf("trace", spansOf(query, spans)));
  }
  return countRecords(signal as CountedSignal, data as TelemetryData[CountedSignal], queries);
}

const areReadable = (streams: readonly LogStream[]): boolean => streams.every(({ canRead }) => canRead?.() === true);

/** Counts by what is mined of each event. The queries at `places` are counted; the others keep their `counts`. */
const statedCounter =
  (readEvents: StatementReader, signal: AbortSignal | undefined) =>
  async (
    streams: readonly LogStream[],
    queries: readonly TelemetryQuery[],
    counts: readonly (EvidenceBasis | null)[],
    places: readonly number[],
  ): Promise<(EvidenceBasis | null)[]> => {
    const wanted = places.flatMap((at) => (queries[at] === undefined ? [] : [{ at, query: queries[at] }]));
    if (wanted.length === 0 || !areReadable(streams)) return [...counts];
    const matches = await matchStatements(
      streams,
      wanted.map(({ query }) => query),
      readEvents,
      { signal, maxSamples: 0 },
    );
    const counted = new Map(wanted.map(({ at }, nth) => [at, matches[nth]?.basis ?? null]));
    return counts.map((basis, at) => (counted.has(at) ? (counted.get(at) ?? null) : basis));
  };

function countRecords<S extends CountedSignal>(
  signal: S,
  data: TelemetryData[S],
  queries: readonly TelemetryQuery[],
): EvidenceBasis[] {
  const operations = OPERATIONS[signal];
  return queries.map((query) => basisOf(signal, operations.select?.(data, query).selected ?? data));
}

type SpansByEntity = { all: Span[]; of: ReadonlyMap<string, Span[]> };

/** Groups spans by service and by pod, so that a query need not test all of them. */
function byEntity(all: Span[]): SpansByEntity {
  const of = new Map<string, Span[]>();
  for (const span of all)
    for (const entity of span.pod === null ? [span.service] : [span.service, span.pod]) {
      const list = of.get(entity);
      if (list === undefined) of.set(entity, [span]);
      else list.push(span);
    }
  return { all, of };
}

function spansOf(query: TelemetryQuery, { all, of }: SpansByEntity): Span[] {
  const near =
    query.entities.length === 0 ? all : [...new Set(query.entities.flatMap((entity) => of.get(entity) ?? []))];
  return OPERATIONS.trace.select?.(near, query).selected ?? [];
}

const isFailed = ({ status }: Span): boolean => status.startsWith("ERROR");

/** The traces with the spans that show the finding best: failed spans for errors, otherwise the slowest. */
function exemplarTraces({ kind }: Finding, query: TelemetryQuery, spans: SpansByEntity): string[] {
  const found = spansOf(query, spans).toSorted((a, b) => b.durationUs - a.durationUs);
  const best = ABOUT_ERRORS.has(kind) ? found.filter(isFailed) : found;
  return [...new Set(best.map(({ traceId }) => traceId))].slice(0, MAX_TRACES);
}
