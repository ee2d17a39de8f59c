import { z } from "zod";
import { coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { IncidentError, nullIfNotFound } from "../../domain/errors.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import type { Span } from "../../domain/telemetry.ts";
import { webAddress } from "../../domain/web-address.ts";
import type { QueryDoor } from "../backend.ts";
import type { HttpRequest } from "../http/types.ts";
import { type PageTemplates, pageBase, queryPage, tracePage } from "../link.ts";
import type { TraceSearch, SearchLimits } from "../traces/search-plan.ts";
import type { TraceBackend } from "../traces/trace-backend.ts";
import { JaegerTrace, spansOf } from "./spans.ts";

const LIMITS: SearchLimits = { any: 40, failed: 15, slow: 10 };
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const Errors = z.array(z.object({ msg: z.string().default("") })).nullish();
const envelope = <T>(data: z.ZodType<T>) => z.object({ data: z.array(data).nullish(), errors: Errors });
const Dependency = z.object({ parent: z.string().min(1), child: z.string().min(1) });

type Options = { name: string; url: string; tenant: string | null; pages: PageTemplates };

/**
 * Traces of Jaeger, and of servers with its API, such as VictoriaTraces. One search names one service.
 *
 * @see https://www.jaegertracing.io/docs/2.x/apis/, "Internal HTTP JSON"
 */
export function jaegerBackend(http: QueryDoor, { name, url, tenant, pages }: Options): TraceBackend {
  const traces = async (request: HttpRequest): Promise<JaegerTrace[]> =>
    ask(http, { ...request, maxBytes: MAX_ANSWER_BYTES }, JaegerTrace);
  return {
    name,
    tenant,
    limits: LIMITS,
    groups: (services) => services.map((service) => [service]),
    services: ({ signal }) => ask(http, { path: "/api/services", signal }, z.string()),
    async find(search, { signal }) {
      const found = await traces({ path: "/api/traces", query: parametersOf(search), signal });
      const byId = found.map((trace): [string, Span[]] => [trace.traceID.toLowerCase(), spansOf(trace)]);
      return { traces: new Map(byId), isCut: found.length >= search.limit };
    },
    async trace(traceId, { signal }) {
      const found = await traces({ path: `/api/traces/${encodeURIComponent(traceId)}`, signal }).catch(nullIfNotFound);
      return (found ?? []).flatMap(spansOf);
    },
    native(search) {
      const query = new URLSearchParams(
        Object.entries(parametersOf(search)).map(([key, value]): [string, string] => [key, String(value)]),
      );
      const text = `GET /api/traces?${query}`;
      const { range, services } = search;
      const own = `${pageBase(url)}/search?${query}`;
      // its own page takes the same parameters
      const link =
        pages.query === null
          ? webAddress(own)
          : queryPage(pages, null, { query: text, range, service: services[0] ?? "" });
      return { language: "Jaeger API", text, link };
    },
    nativeTrace: (traceId, range) => ({
      language: "Jaeger API",
      text: `GET /api/traces/${traceId}`,
      link: tracePage(pages, `${pageBase(url)}/trace/{trace_id}`, { traceId, range }),
    }),
  };
}

/** Times in microseconds. */
const parametersOf = ({ kind, services, range, limit, minMs }: TraceSearch): Record<string, string | number> => ({
  service: services[0] ?? "",
  start: range.startMs * 1_000,
  end: range.endMs * 1_000,
  limit,
  ...(kind === "failed" ? { tags: '{"error":"true"}' } : {}),
  ...(kind === "slow" ? { minDuration: `${Math.max(1, Math.floor(minMs))}ms` } : {}),
});

/** Jaeger reports some failures with status 200. */
async function ask<T>(http: QueryDoor, request: HttpRequest, data: z.ZodType<T>): Promise<T[]> {
  const answer = await http.json(request, envelope(data));
  const [error] = answer.errors ?? [];
  if (error !== undefined && (answer.data ?? []).length === 0)
    throw new IncidentError("REJECTED", `${http.name} answered: ${error.msg.slice(0, 300)}`, {
      hint: "Try the same search on Jaeger's page.",
    });
  return answer.data ?? [];
}

const TOPOLOGY: Capabilities = { holds: "system", filters: ["range"], metadata: [] };

/** Which service calls which, as Jaeger counts it. Empty where its storage does not keep that. */
export const jaegerTopology = (http: QueryDoor, { name }: Pick<Options, "name">): TelemetrySource<"topology"> => ({
  name,
  signal: "topology",
  capabilities: TOPOLOGY,
  async query(query, { signal } = {}) {
    const coverage = coverageFor({ name, capabilities: TOPOLOGY }, query);
    if (query.recording !== null) return { data: { nodes: [], edges: [] }, coverage };
    const atMs = Math.min(query.range.endMs, Date.now());
    const window = { endTs: atMs, lookback: atMs - query.range.startMs };
    const found = await ask(http, { path: "/api/dependencies", query: window, signal }, Dependency);
    const seen = [{ by: `dependencies of ${name}`, atMs }];
    const edges = found.map(({ parent, child }) => ({ from: parent, to: child, kind: "calls", seen }));
    return { data: { nodes: [], edges }, coverage: { ...coverage, returned: edges.length } };
  },
  metadata: async () => NO_METADATA,
});
