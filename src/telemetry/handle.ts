import { IncidentError } from "../domain/errors.ts";
import type { Incident } from "../domain/incident.ts";
import type {
  MetadataRequest,
  NativeQuery,
  QueryCoverage,
  SourceMetadata,
  Telemetry,
  TelemetryData,
} from "../domain/ports.ts";
import { type QueryOf, queryFor, type TelemetryQuery, type TelemetrySignal } from "../domain/query.ts";
import type { Alert } from "../domain/telemetry.ts";
import type { TimeWindow } from "../domain/time.ts";
import { cachedSource } from "./cached-source.ts";
import { OPERATIONS } from "./data-operations.ts";
import { extentReader } from "./extents.ts";
import { memoryBudget } from "./memory-budget.ts";
import { nativeQueries } from "./native-queries.ts";
import {
  entitiesInScope,
  givenRange,
  LOOKBACK_MS,
  METRIC_LOOKBACK_MS,
  knowsCalls,
  nearEntities,
  plannedRange,
  rulesOf,
  union,
} from "./plan.ts";
import { type OpenSource, type Planned, type QueryResult, readAll, type SourcePart } from "./read-all.ts";
import { checkNames, sourcesOf } from "./sources-of.ts";

/**
 * Memory for the records and series of one analysis. Data beyond it is returned once, and fetched again when needed.
 */
const MAX_RECORD_BYTES = 512 * 1024 * 1024;
/** Memory for log bytes, so that a wider window need not read them again. */
const MAX_LOG_BYTES = 64 * 1024 * 1024;

type FetchSignal = { signal?: AbortSignal | undefined };
/**
 * One signal of an incident. `own`: its own telemetry. `baseline`: the shared recording that holds its baseline; empty
 * if there is none. `source`: the names of the sources. `query` reads `own` again, and `baselineQuery` reads
 * `baseline`.
 */
export type IncidentRead<S extends TelemetrySignal> = {
  source: string;
  own: TelemetryData[S];
  baseline: TelemetryData[S];
  query: QueryOf<S>;
  baselineQuery: QueryOf<S> | null;
  coverage: QueryCoverage[];
  /** `own`, by the source that returned it. */
  parts: SourcePart<S>[];
};

/** The telemetry of one incident, opened once for one analysis. Data that one node fetched is not fetched again. */
export type TelemetryHandle = {
  /** The sources of a signal, by name. Empty if it was not recorded and is not configured. */
  sourceNames(signal: TelemetrySignal): string[];
  /** True if everything in its sources belongs to the incident, so that one wide query can serve many narrow ones. */
  isRecorded(signal: TelemetrySignal): boolean;
  /**
   * Runs the planned query for one signal of the incident. Null if the signal has no source.
   *
   * @throws {IncidentError} if no source of the signal can be queried. If only some fail, each failure is a gap.
   */
  readIncident<S extends TelemetrySignal>(
    signal: S,
    incident: Incident,
    options?: FetchSignal,
  ): Promise<IncidentRead<S> | null>;
  /** The planned query for the incident's own telemetry, without running it. Null if the signal has no source. */
  plan<S extends TelemetrySignal>(signal: S, incident: Incident, options?: FetchSignal): Promise<QueryOf<S> | null>;
  /** Runs any other query. @throws {IncidentError} as `readIncident` */
  query<S extends TelemetrySignal>(query: QueryOf<S>, options?: FetchSignal): Promise<QueryResult<S>>;
  /** A query in the languages of its sources, with the pages that show its result. Empty if no source has one. */
  native(query: TelemetryQuery, options?: FetchSignal): Promise<NativeQuery[]>;
  /**
   * What each source of a signal has, whether an incident needs it or not. @throws {IncidentError} as the sources do
   */
  contents(signal: TelemetrySignal, request: MetadataRequest, options?: FetchSignal): Promise<SourceMetadata[]>;
  /** The alert sets of past incidents of the same system. Empty if none are known. */
  pastAlerts(options?: FetchSignal): Promise<Alert[][]>;
};

/** Signals whose baseline may be in a shared recording. */
const WITH_BASELINE: readonly TelemetrySignal[] = ["log", "metric", "trace"];
/** Signals of which a live system has too much data: only entities near the fault are queried. */
const SCOPED: readonly TelemetrySignal[] = ["log", "metric", "trace"];

type OpenSources = { [S in TelemetrySignal]: OpenSource<S>[] };

/**
 * @param nowMs the end of what a live system can know. @throws {IncidentError} CONFIG if two sources of a signal have
 * the same name.
 */
export function openHandle(telemetry: Telemetry, nowMs?: number): TelemetryHandle {
  checkNames(telemetry);
  const [records, logs] = [memoryBudget(MAX_RECORD_BYTES), memoryBudget(MAX_LOG_BYTES)];
  const open = <S extends TelemetrySignal>(signal: S): OpenSource<S>[] =>
    sourcesOf(telemetry, signal).map((source) => ({
      source,
      cache: cachedSource<S>(source, signal === "log" ? logs : records),
    }));
  const sources: OpenSources = {
    log: open("log"),
    metric: open("metric"),
    trace: open("trace"),
    alert: open("alert"),
    cluster: open("cluster"),
    change: open("change"),
    topology: open("topology"),
  };
  const extentOf = extentReader();

  /**
   * The entities near the fault, and the rules that fired. No entities, which selects all, if nothing names any or the
   * alerts or topology cannot be read. Metrics are never restricted to entities: their sources begin with the nearest
   * and read a bounded number of series, so that a gap in the topology hides nothing. Without a known call, nobody
   * knows what the alerting entity depends on: all logs and traces are selected then, and a source with too many reads
   * the most telling.
   */
  async function scopeOf(
    incident: Incident,
    signal: TelemetrySignal,
    options: FetchSignal,
  ): Promise<Pick<TelemetryQuery, "entities" | "near" | "rules">> {
    try {
      const alerts = (await readIncident("alert", incident, options))?.own ?? [];
      const topology = (await readIncident("topology", incident, options))?.own ?? { nodes: [], edges: [] };
      const rules = rulesOf(alerts);
      const near = nearEntities(incident, alerts, topology);
      const isAll = signal === "metric" || !knowsCalls(incident, alerts, topology);
      return { entities: isAll ? [] : entitiesInScope(incident, alerts, topology), near, rules };
    } catch (error) {
      if (error instanceof IncidentError) return { entities: [], near: [], rules: [] };
      throw error;
    }
  }

  /** The planned query for each source of a signal. `failed`: the query to report if the source cannot be read. */
  async function planned<S extends TelemetrySignal>(signal: S, incident: Incident, options: FetchSignal) {
    const isScoped =
      SCOPED.includes(signal) && sources[signal].some(({ source }) => source.capabilities.holds === "system");
    const scope = isScoped ? await scopeOf(incident, signal, options) : {};
    const limits = { lookbackMs: signal === "metric" ? METRIC_LOOKBACK_MS : LOOKBACK_MS, nowMs };
    const timesOf = (recording: string | null): Incident =>
      recording === null ? incident : { ...incident, window: null, baseline: { ...incident.baseline, window: null } };
    const queryOf = ({ source }: OpenSource<S>, recording: string | null, extent: TimeWindow | null): QueryOf<S> =>
      queryFor(signal, plannedRange(timesOf(recording), source.capabilities, extent, limits), {
        recording,
        ...(source.capabilities.holds === "system" ? scope : {}),
      });
    const extent = async ({ source }: OpenSource<S>, recording: string | null): Promise<TimeWindow | null> =>
      givenRange(timesOf(recording)) === null ? extentOf(source, recording, options.signal) : null;
    return (recording: string | null): Planned<S> => ({
      query: async (each) => queryOf(each, recording, await extent(each, recording)),
      failed: (each) => queryOf(each, recording, null),
      signal: options.signal,
    });
  }

  async function readIncident<S extends TelemetrySignal>(
    signal: S,
    incident: Incident,
    options: FetchSignal = {},
  ): Promise<IncidentRead<S> | null> {
    const open = sources[signal];
    if (open.length === 0) return null;
    const plan = await planned(signal, incident, options);
    const { shared } = incident.baseline;
    const own = await readAll(open, plan(null));
    const baseline = shared !== null && WITH_BASELINE.includes(signal) ? await readAll(open, plan(shared)) : null;
    const operations = OPERATIONS[signal];
    return {
      source: open.map(({ source }) => source.name).join(", "),
      own: own.data,
      baseline: baseline?.data ?? operations.join([]),
      query: wholeQuery(
        signal,
        open,
        own.coverage.map(({ query }) => query),
      ),
      baselineQuery:
        baseline &&
        wholeQuery(
          signal,
          open,
          baseline.coverage.map(({ query }) => query),
        ),
      coverage: [...own.coverage, ...(baseline?.coverage ?? [])],
      parts: own.parts,
    };
  }

  async function plan<S extends TelemetrySignal>(
    signal: S,
    incident: Incident,
    options: FetchSignal = {},
  ): Promise<QueryOf<S> | null> {
    const open = sources[signal];
    if (open.length === 0) return null;
    const { query } = (await planned(signal, incident, options))(null);
    return wholeQuery(signal, open, await Promise.all(open.map(query)));
  }

  return {
    sourceNames: (signal) => sources[signal].map(({ source }) => source.name),
    isRecorded: (signal) => sources[signal].every(({ source }) => source.capabilities.holds === "incident"),
    readIncident,
    plan,
    query(query, { signal } = {}) {
      const named = sources[query.signal].filter(
        ({ source }) => query.sources.length === 0 || query.sources.includes(source.name),
      );
      return readAll(named, { query: async () => query, failed: () => query, signal });
    },
    contents: (signal, request, options) =>
      Promise.all(sources[signal].map(({ source }) => source.metadata(request, options))),
    native: (query, { signal } = {}) => nativeQueries(telemetry, query, signal),
    async pastAlerts(options) {
      const sets = await Promise.all(
        telemetry.map((source) => (source.signal === "alert" ? source.pastAlerts?.(options) : null) ?? []),
      );
      return sets.flat();
    },
  };
}

/** Combines the queries of all sources into one query. */
function wholeQuery<S extends TelemetrySignal>(
  signal: S,
  open: readonly OpenSource<S>[],
  queries: readonly TelemetryQuery[],
): QueryOf<S> {
  const range = queries.map((query) => query.range).reduce<TimeWindow | null>(union, null);
  return queryFor(signal, range ?? { startMs: 0, endMs: 0 }, {
    recording: queries[0]?.recording ?? null,
    sources: open.map(({ source }) => source.name),
    entities: queries[0]?.entities ?? [],
    near: queries[0]?.near ?? [],
    rules: queries[0]?.rules ?? [],
  });
}
