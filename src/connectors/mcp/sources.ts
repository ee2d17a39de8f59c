import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type {
  AnswerGap,
  AnySource,
  Capabilities,
  QueryCoverage,
  SourceHealth,
  TelemetryData,
  TelemetrySource,
} from "../../domain/ports.ts";
import {
  alertView,
  changeView,
  logCandidate,
  recordFilter,
  type RecordView,
  selectRecords,
  seriesCandidate,
} from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import type { Series } from "../../domain/telemetry.ts";
import { contains } from "../../domain/time.ts";
import { recordLine } from "../logservers/record-line.ts";
import type { ServerRecord } from "../logservers/types.ts";
import { fillArguments, isPlainName, needsEntity } from "./fill-arguments.ts";
import { readAlerts, readChanges, readLogRecords, readSeries, type ReadRows } from "./read-rows.ts";
import type { McpAnswer, McpDoor, McpSignal, McpToolMapping } from "./types.ts";

/** Entities that one tool is called for. */
const MAX_ENTITIES = 12;
const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit"],
  metadata: [],
};
type Fetch = { signal?: AbortSignal | undefined };

/** The sources that the mapped tools of one server make up: one for each signal. */
export function mcpSources(name: string, door: McpDoor, mappings: readonly McpToolMapping[]): AnySource[] {
  const of = (signal: McpSignal): McpToolMapping[] => mappings.filter((mapping) => mapping.signal === signal);
  const sources: AnySource[] = [];
  const parts = (signal: McpSignal) => ({ name, door, mappings: of(signal) });
  if (of("metric").length > 0) sources.push(sourceOf("metric", parts("metric"), readSeries, selectSeries));
  if (of("log").length > 0) sources.push(sourceOf("log", parts("log"), readLogRecords, streamOf(name)));
  if (of("alert").length > 0) sources.push(sourceOf("alert", parts("alert"), readAlerts, selecting(alertView)));
  if (of("change").length > 0) sources.push(sourceOf("change", parts("change"), readChanges, selecting(changeView)));
  return sources;
}

type Parts = { name: string; door: McpDoor; mappings: readonly McpToolMapping[] };
type Read<R> = (answer: McpAnswer, mapping: McpToolMapping, entity: string) => ReadRows<R>;
type Select<S extends McpSignal, R> = (
  records: R[],
  query: TelemetryQuery,
  coverage: QueryCoverage,
) => TelemetryData[S];

function sourceOf<S extends McpSignal, R>(
  signal: S,
  { name, door, mappings }: Parts,
  read: Read<R>,
  select: Select<S, R>,
): TelemetrySource<S> {
  const plan = (query: TelemetryQuery, gaps: AnswerGap[]) =>
    mappings.flatMap((mapping) =>
      entitiesFor(mapping, query, gaps).map((entity) => ({
        mapping,
        entity,
        args: fillArguments(mapping.arguments, query, entity),
      })),
    );
  return {
    name,
    signal,
    capabilities: CAPABILITIES,
    async query(query: TelemetryQuery, { signal: stop }: Fetch = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      const records: R[] = [];
      if (query.recording === null)
        for (const { mapping, entity, args } of plan(query, coverage.gaps)) {
          const found = read(await door.call(mapping, args, stop), mapping, entity);
          records.push(...found.records);
          coverage.gaps.push(...gapsOf(mapping, found));
        }
      const data = select(records, query, coverage);
      return { data, coverage: { ...coverage, returned: (data as readonly unknown[]).length } };
    },
    metadata: async () => NO_METADATA,
    native: async (query: TelemetryQuery) =>
      plan(query, []).map(({ mapping, args }) => ({
        language: "MCP",
        text: `${mapping.tool} ${JSON.stringify(args)}`,
        link: null,
      })),
    async check({ signal: stop }: Fetch = {}): Promise<SourceHealth> {
      const seen: string[] = [];
      const advice: string[] = [];
      for (const mapping of mappings) {
        const { sha256, server } = await door.inspect(mapping, stop);
        seen.push(`${mapping.tool} of ${server} (sha256 ${sha256.slice(0, 12)}…)`);
        if (mapping.sha256 === null) advice.push(`Pin ${mapping.tool} with sha256: ${sha256}`);
      }
      return {
        hasData: true, // a tool is not called without an incident
        sample: seen.join("; "),
        newestMs: null,
        clockSkewMs: null,
        tenant: null,
        advice: advice.slice(0, 5),
      };
    },
  } as TelemetrySource<S>;
}

/** What a mapping is called for: once, or for each entity that the query is about. */
function entitiesFor(mapping: McpToolMapping, query: TelemetryQuery, gaps: AnswerGap[]): readonly string[] {
  if (!needsEntity(mapping.arguments)) return [""];
  const wanted = [...new Set(query.entities.length > 0 ? query.entities : query.near)];
  const plain = wanted.filter(isPlainName);
  const skipped = wanted.length - Math.min(plain.length, MAX_ENTITIES);
  if (wanted.length === 0)
    gaps.push({ kind: "refused", why: `${mapping.tool} is called for an entity, and the query names none` });
  else if (skipped > 0)
    gaps.push({ kind: "capped", why: `${mapping.tool} was not called for ${skipped} of ${wanted.length} entities` });
  return plain.slice(0, MAX_ENTITIES);
}

function gapsOf({ tool }: McpToolMapping, { skipped, isCut }: ReadRows<unknown>): AnswerGap[] {
  const gaps: AnswerGap[] = [];
  if (skipped > 0) gaps.push({ kind: "refused", why: `${skipped} rows of ${tool} lack a time, a value or a name` });
  if (isCut) gaps.push({ kind: "capped", why: `${tool} returned more rows than are read` });
  return gaps;
}

const selecting =
  <R>(view: RecordView<R>) =>
  (records: readonly R[], query: TelemetryQuery, coverage: QueryCoverage): R[] => {
    const { selected, isCapped } = selectRecords(records, query, view);
    if (isCapped) coverage.gaps.push(cappedAt(query));
    return selected;
  };

/** Samples within the range. The limit counts series. */
function selectSeries(all: readonly Series[], query: TelemetryQuery, coverage: QueryCoverage): Series[] {
  const isSelected = recordFilter(query);
  const found = all
    .filter((series) => isSelected === null || isSelected(seriesCandidate(series)))
    .flatMap((series) => {
      const inside = series.timesMs.flatMap((ms, at) => (contains(query.range, ms) ? [at] : []));
      if (inside.length === 0) return [];
      const timesMs = inside.map((at) => series.timesMs[at] ?? 0);
      return [{ ...series, timesMs, values: inside.map((at) => series.values[at] ?? 0) }];
    });
  if (query.limit === null || found.length <= query.limit) return found;
  coverage.gaps.push(cappedAt(query));
  return found.slice(0, query.limit);
}

const streamOf =
  (name: string) =>
  (records: readonly ServerRecord[], query: TelemetryQuery, coverage: QueryCoverage): TelemetryData["log"] => {
    const isSelected = recordFilter(query);
    const found = records
      .filter(({ nanos }) => contains(query.range, Number(nanos / 1_000_000n)))
      .filter(
        (record) => isSelected === null || isSelected(logCandidate({ ...record, service: record.service ?? "" }, name)),
      )
      .toSorted((a, b) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0));
    const kept = query.limit === null ? found : found.slice(0, query.limit);
    if (kept.length < found.length) coverage.gaps.push(cappedAt(query));
    return kept.length === 0 ? [] : [{ origin: name, framing: "jsonl", service: null, chunks: linesOf(kept) }];
  };

async function* linesOf(records: readonly ServerRecord[]): AsyncGenerator<Uint8Array> {
  for (const record of records) yield Buffer.from(recordLine(record));
}
