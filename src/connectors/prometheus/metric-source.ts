import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { targetOf } from "../../domain/alert-target.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { EntityLabel } from "../../domain/measured-entity.ts";
import type { AnswerGap, Capabilities, NativeQuery, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, thinned } from "../../domain/query-match.ts";
import { QUERY_FILTERS, type TelemetryQuery } from "../../domain/query.ts";
import type { Series } from "../../domain/telemetry.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { prometheusClient, type ServerRule } from "./client.ts";
import { serverNames } from "./derived.ts";
import { metricsOf, rulesWithExpressions } from "./rules.ts";
import { checkHealth } from "./health.ts";
import { distinctGaps, gapsOf, unnamedGaps } from "./gaps.ts";
import { type GraphPages, pageOf } from "./link.ts";
import { catalogueReader, type Listing, listSeries } from "./listing.ts";
import { type NamedSeries, nameSeries } from "./naming.ts";
import { type Batch, type MetricPlan, planQueries } from "./plan.ts";
import { heldRange, type NamedResult, probeSeries, readBatch, type Resolution, resolutionOf, textOf } from "./read.ts";

type Fetch = { signal?: AbortSignal | undefined };

/** `labels`: labels of this system that name entities. `pages`: where its queries are opened. */
export type PrometheusOptions = GraphPages & {
  name: string;
  tenant: string | null;
  labels: readonly EntityLabel[];
  /** More rules than those of the server; it begins with the series of the ones that fired. */
  moreRules?: (fetch: Fetch) => Promise<ServerRule[]>;
};
type Prepared = { listing: Listing; unnamed: number; planFor: (maxSeries: number) => MetricPlan };

/**
 * Series that one question reads: more than an analysis can tell apart. Samples of all of them: some 120 MB of JSON.
 */
const MAX_SERIES = 3_000;
const MAX_SAMPLES = 4_000_000;
const CAPABILITIES: Capabilities = {
  holds: "system",
  filters: QUERY_FILTERS,
  metadata: ["entities", "names", "labels"],
};

/**
 * Metrics of a server with Prometheus's HTTP API. It plans what to read: the series of the rules that fired first, then
 * the golden signals and the saturation of the entities, chosen from the series that the server has.
 *
 * @param http for one analysis: what it learned about the server is kept as long.
 */
export function prometheusMetrics(http: QueryDoor, options: PrometheusOptions): TelemetrySource<"metric"> {
  const { name } = options;
  const warnings = new Set<string>();
  const client = prometheusClient(http, (warning) => warnings.add(warning));
  const catalogue = catalogueReader(client);
  const types = once((fetch: Fetch) => orElse(client.metricTypes(fetch), new Map<string, string>()));
  const serverRules = once(async (fetch: Fetch) => [
    ...(await orElse(client.alertingRules(fetch), [])),
    ...(options.moreRules === undefined ? [] : await orElse(options.moreRules(fetch), [])),
  ]);
  const source = { name, capabilities: CAPABILITIES };

  /** What there is to read. */
  async function prepare(query: TelemetryQuery, fetch: Fetch): Promise<Prepared> {
    const { range, entities, near } = query;
    const bases = query.names.length === 0 ? null : [...new Set(query.names.flatMap(serverNames))];
    const listing = await listSeries(
      client,
      catalogue,
      { range, entities, near, bases, enough: MAX_SERIES },
      options.labels,
      fetch,
    );
    const { named, unnamed } = nameSeries(listing.all, { labels: options.labels, nodeNames: listing.nodeNames });
    const rules = query.rules.length === 0 ? [] : await rulesWithExpressions(query, serverRules, fetch);
    const isInScope = recordFilter({ entities, names: [], patterns: [], matchers: [] });
    const input = {
      named: named.filter((series) => isInScope === null || isInScope(candidateOf(series)) || isHostOf(series)),
      types: await types(fetch),
      ruleMetrics: new Set(rules.flatMap(metricsOf)),
      near: [...query.rules.flatMap(({ labels }) => targetOf(labels)?.entity ?? []), ...near],
    };
    return { listing, unnamed, planFor: (maxSeries) => planQueries({ ...input, maxSeries }) };
  }

  /** Reads all batches. A batch that fails is a gap; if all fail, the first error is thrown. */
  async function readBatches(
    batches: readonly Batch[],
    range: TimeWindow,
    resolution: Resolution,
    fetch: Fetch,
  ): Promise<{ results: NamedResult[]; gaps: AnswerGap[] }> {
    const settled = await Promise.allSettled(
      batches.map((batch) => readBatch(client, batch, range, resolution, fetch)),
    );
    const failures = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    const gaps = failures.map((error): AnswerGap => {
      if (!(error instanceof IncidentError) || failures.length === batches.length) throw error;
      return { kind: "refused", why: `${error.message} (${error.hint})` };
    });
    return { results: settled.flatMap((result) => (result.status === "fulfilled" ? result.value : [])), gaps };
  }

  /** Plans with the resolution that the range allows, and reads. */
  async function read(query: TelemetryQuery, fetch: Fetch): Promise<{ series: Series[]; gaps: AnswerGap[] }> {
    const { range, stepMs } = query;
    const { listing, unnamed, planFor } = await prepare(query, fetch);
    const { batches } = planFor(MAX_SERIES);
    const [first] = batches;
    if (first === undefined) return { series: [], gaps: unnamedGaps(unnamed) };
    const size = batches.reduce((sum, batch) => sum + batch.size, 0);
    const probe = await probeSeries(client, first, range, fetch);
    const whole = resolutionOf(probe, range, size);
    // A server that is younger than the range, as in a new cluster, can be read finer.
    const held = whole.isRaw ? range : await heldRange(client, batches, range, fetch);
    const resolution = held === range ? whole : resolutionOf(probe, held, size);
    const points = Math.max(1, (held.endMs - held.startMs) / resolution.stepMs);
    const plan = planFor(Math.min(MAX_SERIES, Math.floor(MAX_SAMPLES / points)));
    const finest = { ...resolution, stepMs: Math.min(stepMs ?? resolution.stepMs, resolution.stepMs) };
    const { results, gaps } = await readBatches(batchesFor(plan, query), held, finest, fetch);
    const isThinned: AnswerGap[] = resolution.isRaw
      ? []
      : [{ kind: "sampled", why: `of this range, one sample per ${resolution.stepMs / 1_000} s was read` }];
    return {
      series: seriesFor(results, query),
      gaps: [...gapsOf(listing, plan), ...unnamedGaps(unnamed), ...isThinned, ...gaps],
    };
  }

  return {
    name,
    signal: "metric",
    capabilities: CAPABILITIES,
    async query(query, fetch = {}) {
      const coverage = coverageFor(source, query);
      if (query.recording !== null) return { data: [], coverage };
      warnings.clear();
      const { series, gaps } = await read(query, fetch);
      const { selected, isCapped } = limited(series, query);
      for (const warning of warnings) gaps.push({ kind: "refused", why: `${name} warns: ${warning}` });
      if (isCapped) gaps.push(cappedAt(query));
      coverage.gaps.push(...distinctGaps(gaps));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },

    async metadata({ range, recording }, fetch = {}) {
      if (recording !== null) return NO_METADATA;
      const nowMs = Date.now();
      const described = range ?? { startMs: nowMs - DESCRIBED_MS, endMs: nowMs };
      const listing = await listSeries(
        client,
        catalogue,
        { range: described, entities: [], near: [], bases: null, enough: MAX_SERIES },
        options.labels,
        fetch,
      );
      const { named } = nameSeries(listing.all, { labels: options.labels, nodeNames: listing.nodeNames });
      const entities = new Map(named.map(({ of: { entity, kind } }) => [entity, { id: entity, kind }]));
      return {
        ...NO_METADATA,
        entities: [...entities.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        names: [...new Set(named.map(({ base }) => base))].toSorted(),
        labels: [...new Set(listing.all.flatMap((labels) => Object.keys(labels)))].toSorted(),
        isCapped: listing.isCapped,
      };
    },

    async native(query, fetch = {}): Promise<NativeQuery[]> {
      const { planFor } = await prepare(query, fetch);
      return batchesFor(planFor(MAX_SERIES), query).map((batch) => {
        const text = textOf(batch, NATIVE_RESOLUTION);
        return {
          language: "PromQL",
          text,
          link: pageOf(options, { text, range: query.range, service: query.entities[0] }),
        };
      });
    },

    check: (fetch = {}) => checkHealth(client, options, fetch),
  };
}

/** Metadata without a range describes the last hour. */
const DESCRIBED_MS = 3_600_000;
/** For people: they rarely need the exact interval. */
const NATIVE_RESOLUTION: Resolution = { intervalMs: 30_000, stepMs: 30_000, isRaw: true };

const candidateOf = ({ metric, of, labels }: NamedSeries) => ({
  entities: [of.entity, ...of.partOf],
  name: metric,
  labels: { ...labels, entity: of.entity, entity_kind: of.kind, __name__: metric },
});

/** The listing adds the nodes that the entities run on. */
const isHostOf = ({ of: { kind } }: NamedSeries): boolean => kind === "node";

/**
 * Without the series that the query's other conditions leave out. What the server derives is tested when it is read.
 */
function batchesFor({ batches }: MetricPlan, { names, patterns, matchers }: TelemetryQuery): Batch[] {
  const test = recordFilter({ entities: [], names, patterns, matchers });
  if (test === null) return batches;
  return batches.flatMap((batch) => {
    if (batch.derived !== null) return [batch];
    const series = batch.series.filter((each) => test(candidateOf(each)));
    return series.length === 0 ? [] : [{ ...batch, series, size: batch.size }];
  });
}

function seriesFor(results: readonly NamedResult[], { names, patterns, matchers, stepMs }: TelemetryQuery): Series[] {
  const test = recordFilter({ entities: [], names, patterns, matchers });
  return results
    .filter(
      ({ series: { entity, entityKind, metric }, labels }) =>
        test === null ||
        test({
          entities: [entity],
          name: metric,
          labels: { ...labels, entity, entity_kind: entityKind, __name__: metric },
        }),
    )
    .map(({ series }) => thinned(series, stepMs))
    .filter(({ timesMs }) => timesMs.length > 0)
    .toSorted((a, b) => (a.entity === b.entity ? (a.metric < b.metric ? -1 : 1) : a.entity < b.entity ? -1 : 1));
}

/** Runs once, and again only after a failure. */
function once<T>(run: (fetch: Fetch) => Promise<T>): (fetch: Fetch) => Promise<T> {
  let known: Promise<T> | null = null;
  return (fetch) =>
    (known ??= run(fetch).catch((error: unknown) => {
      known = null;
      throw error;
    }));
}

/** A part of the API that a compatible server may lack. */
async function orElse<T>(read: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof IncidentError) return otherwise;
    throw error;
  }
}
