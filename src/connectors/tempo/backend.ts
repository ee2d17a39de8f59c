import { z } from "zod";
import { IncidentError, nullIfNotFound } from "../../domain/errors.ts";
import type { Span } from "../../domain/telemetry.ts";
import type { QueryDoor } from "../backend.ts";
import { type OtlpDecoder, otlpDecoder } from "../otlp/decode.ts";
import { resourceOf } from "../otlp/resource.ts";
import { spanOf } from "../otlp/spans.ts";
import { attributesOf } from "../otlp/values.ts";
import { type PageTemplates, queryPage, tracePage } from "../link.ts";
import type { SearchLimits, TraceSearch } from "../traces/search-plan.ts";
import type { TraceBackend } from "../traces/trace-backend.ts";

/** A search brings ids only, and each trace costs a query. */
const LIMITS: SearchLimits = { any: 15, failed: 8, slow: 4 };
const MAX_TRACE_BYTES = 32 * 1024 * 1024;
const TRACE_ID = /^[0-9a-f]{1,32}$/i;

/** Tempo leaves an empty list out, but always says what the search cost. */
const Found = z.union([
  z.object({ traces: z.array(z.object({ traceID: z.string().regex(TRACE_ID) })) }),
  z.object({ metrics: z.looseObject({}) }).transform(() => ({ traces: [] })),
]);
const TagValues = z.union([
  z.object({ tagValues: z.array(z.object({ value: z.string() })) }),
  z.object({ metrics: z.looseObject({}) }).transform(() => ({ tagValues: [] })),
]);

type Options = { name: string; tenant: string | null; pages: PageTemplates };
type Fetch = { signal?: AbortSignal | undefined };

/**
 * Traces of Grafana Tempo. It searches with TraceQL, and reads each trace in protobuf.
 *
 * @see https://grafana.com/docs/tempo/latest/api_docs/
 */
export function tempoBackend(http: QueryDoor, { name, tenant, pages }: Options): TraceBackend {
  const decoder = otlpDecoder();
  const read = new Map<string, Promise<readonly Span[]>>();

  async function readTrace(traceId: string, { signal }: Fetch): Promise<readonly Span[]> {
    const path = `/api/traces/${encodeURIComponent(traceId)}`;
    const request = { path, headers: { accept: "application/protobuf" }, signal, maxBytes: MAX_TRACE_BYTES };
    const body = await http.stream(request).then(bytesOf, nullIfNotFound);
    return body === null ? [] : spansIn(decoder, body, http.name);
  }
  /** Searches bring the same trace again and again. */
  const trace = (traceId: string, fetch: Fetch): Promise<readonly Span[]> => {
    const known = read.get(traceId) ?? readTrace(traceId, fetch);
    read.set(traceId, known);
    known.catch(() => read.delete(traceId));
    return known;
  };
  return {
    name,
    tenant,
    limits: LIMITS,
    groups: (services) => (services.length === 0 ? [] : [[...services]]),
    async services({ signal }) {
      const path = "/api/v2/search/tag/resource.service.name/values";
      return (await http.json({ path, signal }, TagValues)).tagValues.map(({ value }) => value);
    },
    async find(search, fetch) {
      const { range, limit } = search;
      const [start, end] = [Math.floor(range.startMs / 1_000), Math.ceil(range.endMs / 1_000)];
      const query = { q: traceQl(search), start, end, limit, spss: 1 };
      const { traces } = await http.json({ path: "/api/search", query, signal: fetch.signal }, Found);
      const ids = [...new Set(traces.map(({ traceID }) => traceID.toLowerCase()))].slice(0, limit);
      const spans = await Promise.all(ids.map((id) => trace(id, fetch)));
      return { traces: new Map(ids.map((id, at) => [id, spans[at] ?? []])), isCut: traces.length >= limit };
    },
    trace: (traceId, fetch) => trace(traceId.toLowerCase(), fetch),
    native(search) {
      const text = traceQl(search);
      const values = { query: text, range: search.range, service: search.services[0] ?? "" };
      return { language: "TraceQL", text, link: queryPage(pages, null, values) };
    },
    nativeTrace: (traceId, range) => ({
      language: "Tempo API",
      text: `GET /api/traces/${traceId}`,
      link: tracePage(pages, null, { traceId, range }),
    }),
  };
}

/** Names come from alerts and telemetry, so each is quoted: as a pattern, and as a string. */
export function traceQl({ kind, services, minMs }: Pick<TraceSearch, "kind" | "services" | "minMs">): string {
  const [only] = services;
  const scope =
    services.length === 1 && only !== undefined
      ? `resource.service.name = ${quoted(only)}`
      : `resource.service.name =~ ${quoted(services.map(literal).join("|"))}`;
  if (kind === "failed") return `{ ${scope} && status = error }`;
  if (kind === "slow") return `{ ${scope} && traceDuration >= ${Math.max(1, Math.floor(minMs))}ms }`;
  return `{ ${scope} }`;
}

const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, "\\$&").replaceAll(/[\n\r]/g, " ")}"`;
const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Protobuf, or JSON where a proxy does not pass the wish for protobuf on. */
function spansIn(decoder: OtlpDecoder, body: Buffer, server: string): Span[] {
  try {
    const isJson = body[0] === OPEN_OBJECT;
    const resources = isJson ? decoder.json("trace", jsonTrace(body)) : decoder.protobuf("trace", body);
    return [...resources].flatMap(({ attributes, records }) => {
      const resource = resourceOf(attributesOf(attributes));
      return [...records].map((raw) => spanOf(raw, resource)).filter((found) => typeof found !== "string");
    });
  } catch (cause) {
    throw new IncidentError("BAD_RESPONSE", `${server} sent a trace that cannot be decoded`, {
      hint: "Is this the address of Tempo itself?",
      cause,
    });
  }
}
const OPEN_OBJECT = 0x7b;

/** Tempo names the list of resources `batches`, or puts the trace into `trace`. */
function jsonTrace(body: Buffer): string {
  const json = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  const trace = (json.trace ?? json) as Record<string, unknown>;
  return JSON.stringify({ resourceSpans: trace.resourceSpans ?? trace.batches });
}
