import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { targetOf } from "../../domain/alert-target.ts";
import { IncidentError } from "../../domain/errors.ts";
import { span } from "../../domain/phrasing.ts";
import type { AnswerGap, Capabilities, NativeQuery, SourceHealth, TelemetrySource } from "../../domain/ports.ts";
import { limited, recordFilter, spanView } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import type { Span } from "../../domain/telemetry.ts";
import { contains, nanosToMs, type TimeWindow } from "../../domain/time.ts";
import { type SearchLimits, searchesFor, slowFrom, type TraceSearch } from "./search-plan.ts";

type Fetch = { signal?: AbortSignal | undefined };

/** Whole traces, by id. `isCut`: the backend may have more that match. */
export type FoundTraces = { traces: ReadonlyMap<string, readonly Span[]>; isCut: boolean };

/**
 * A server that stores traces. `groups`: which services one search may name. `limits`: traces that a search may bring.
 */
export type TraceBackend = {
  name: string;
  tenant: string | null;
  limits: SearchLimits;
  groups(services: readonly string[]): string[][];
  /** Names of services that sent spans. */
  services(fetch: Fetch): Promise<string[]>;
  find(search: TraceSearch, fetch: Fetch): Promise<FoundTraces>;
  /** The spans of one trace; empty if there is none. */
  trace(traceId: string, fetch: Fetch): Promise<readonly Span[]>;
  native(search: TraceSearch): NativeQuery;
  /** How one trace is read, and the page that shows it. */
  nativeTrace(traceId: string, range: TimeWindow): NativeQuery;
};

/** More services are not searched. Their spans are in the traces of the others. */
const MAX_SERVICES = 8;
const MAX_IDS = 50;
const STALE_MS = 15 * 60_000;
const CHECKED_MS = 3_600_000;

/**
 * Traces of a backend that stores too many to read all: in each part of the range a sample of any traces, failed ones,
 * and slow ones. So quiet time and incident are sampled alike, and shares can be compared. Whole traces are given.
 */
export function backendTraces(backend: TraceBackend): TelemetrySource<"trace"> {
  const { name } = backend;
  const capabilities: Capabilities = {
    holds: "system",
    filters: ["range", "names", "patterns", "matchers", "limit", "direction"],
    metadata: ["entities"],
  };
  return {
    name,
    signal: "trace",
    capabilities,
    async query(query, fetch = {}) {
      const coverage = coverageFor({ name, capabilities }, query);
      if (query.recording !== null) return { data: [], coverage };
      const ids = idsIn(query);
      const spans =
        ids === null ? await sampled(backend, query, coverage.gaps, fetch) : await wholeTraces(backend, ids, fetch);
      const isSelected = recordFilter({ ...query, entities: [] });
      const wanted = spans.filter(
        (each) =>
          contains(query.range, nanosToMs(each.startUnixNano)) &&
          (isSelected === null || isSelected(spanView.candidateOf(each))),
      );
      const ordered = wanted.toSorted((a, b) => (a.startUnixNano < b.startUnixNano ? -1 : 1));
      const { selected, isCapped } = limited(ordered, query);
      if (isCapped) coverage.gaps.push(cappedAt(query));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    async metadata({ recording }, fetch = {}) {
      if (recording !== null) return NO_METADATA;
      const services = await backend.services(fetch);
      return { ...NO_METADATA, entities: services.toSorted().map((id) => ({ id, kind: "service" })) };
    },
    async native(query, fetch = {}) {
      const ids = idsIn(query);
      if (ids !== null) return ids.map((id) => backend.nativeTrace(id, query.range));
      const { services } = await scopeOf(backend, query, fetch);
      const kinds = ["any", "failed"] as const;
      return kinds.flatMap((kind) =>
        backend
          .groups(services)
          .map((group) =>
            backend.native({ kind, services: group, range: query.range, limit: backend.limits[kind], minMs: 0 }),
          ),
      );
    },
    check: (fetch = {}) => checkBackend(backend, fetch),
  };
}

/** The services to search: those that the query names, and that the backend knows. */
async function scopeOf(
  backend: TraceBackend,
  { entities, rules }: TelemetryQuery,
  fetch: Fetch,
): Promise<{ services: string[]; left: number }> {
  const known = await backend.services(fetch);
  const near = new Set(rules.flatMap(({ labels }) => targetOf(labels)?.entity ?? []));
  const wanted = entities.length === 0 ? known : known.filter((service) => entities.includes(service));
  const ordered = wanted.toSorted((a, b) => Number(near.has(b)) - Number(near.has(a)) || (a < b ? -1 : 1));
  return { services: ordered.slice(0, MAX_SERVICES), left: Math.max(0, ordered.length - MAX_SERVICES) };
}

/** Ids of traces that the query names. Null if it names none. */
function idsIn({ matchers }: TelemetryQuery): string[] | null {
  const ids = matchers.flatMap(({ label, op, value }) => (label === "trace_id" && op === "=" ? value : []));
  return ids.length === 0 ? null : ids.filter((id) => /^[0-9a-f]{16,32}$/i.test(id)).slice(0, MAX_IDS);
}

async function wholeTraces(backend: TraceBackend, ids: readonly string[], fetch: Fetch): Promise<Span[]> {
  return (await Promise.all(ids.map((id) => backend.trace(id, fetch)))).flat();
}

async function sampled(backend: TraceBackend, query: TelemetryQuery, gaps: AnswerGap[], fetch: Fetch): Promise<Span[]> {
  const { services, left } = await scopeOf(backend, query, fetch);
  const groups = backend.groups(services);
  const traces = new Map<string, readonly Span[]>();
  let isCut = false;
  const failures: unknown[] = [];
  let searches = 0;
  async function run(planned: readonly TraceSearch[]): Promise<void> {
    searches += planned.length;
    for (const result of await Promise.allSettled(planned.map((search) => backend.find(search, fetch)))) {
      if (result.status === "rejected") failures.push(result.reason);
      else {
        isCut ||= result.value.isCut;
        for (const [id, spans] of result.value.traces) traces.set(id, spans);
      }
    }
    fetch.signal?.throwIfAborted();
  }
  await run(searchesFor("any", groups, query.range, backend.limits));
  const any = [...traces.values()].flat();
  const minMs = slowFrom(any);
  // a sample that holds everything needs no further search
  if (isCut) await run(searchesFor("failed", groups, query.range, backend.limits));
  if (isCut && minMs !== null) await run(searchesFor("slow", groups, query.range, backend.limits, minMs));
  for (const error of failures) if (!(error instanceof IncidentError) || failures.length === searches) throw error;
  const [first] = failures;
  if (first instanceof IncidentError)
    gaps.push({
      kind: "refused",
      why: `${failures.length} of ${searches} searches failed: ${first.message} (${first.hint})`,
    });
  if (isCut)
    gaps.push({
      kind: "sampled",
      why: `${traces.size} traces were read: from each quarter of the time a sample, and some failed and slow ones`,
    });
  if (left > 0) gaps.push({ kind: "capped", why: `${left} more services were not searched` });
  return [...traces.values()].flat();
}

/** Reads the services, and a few traces of the last hour. */
async function checkBackend(backend: TraceBackend, fetch: Fetch): Promise<SourceHealth> {
  const nowMs = Date.now();
  const services = await backend.services(fetch);
  const [group] = backend.groups(services.toSorted().slice(0, MAX_SERVICES));
  const range = { startMs: nowMs - CHECKED_MS, endMs: nowMs };
  const found =
    group === undefined ? null : await backend.find({ kind: "any", services: group, range, limit: 5, minMs: 0 }, fetch);
  const spans = [...(found?.traces.values() ?? [])].flat();
  const newestMs = spans.reduce<number | null>(
    (max, { startUnixNano }) => Math.max(max ?? 0, nanosToMs(startUnixNano)),
    null,
  );
  const advice =
    services.length === 0
      ? "It knows no service. Does anything send spans to it, and to this tenant?"
      : newestMs === null
        ? "It has no traces of the last hour. Do the services still send spans?"
        : nowMs - newestMs > STALE_MS
          ? `The newest span is ${span(nowMs - newestMs)} old. Do the services still send spans?`
          : null;
  return {
    hasData: spans.length > 0,
    sample:
      spans.length === 0
        ? null
        : `${spans.length} spans of ${found?.traces.size ?? 0} traces, ${services.length} services`,
    newestMs,
    clockSkewMs: null,
    tenant: backend.tenant,
    advice: advice === null ? [] : [advice],
  };
}
