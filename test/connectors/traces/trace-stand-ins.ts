import type { RequestListener } from "node:http";
import { otlpSchema } from "../../../src/connectors/otlp/schema.ts";

/** The alarm. Unix milliseconds. */
export const T0 = 1_796_040_000_000;
export const range = { startMs: T0 - 3_600_000, endMs: T0 + 3_600_000 };

export type Stored = { id: string; service: string; startMs: number; durationMs: number; failed: boolean };
/** A trace of one span each 20 s: every tenth is slow; those after the alarm at `T0` fail. */
export const STORED: Stored[] = Array.from({ length: 360 }, (_, at) => ({
  id: (at + 1).toString(16).padStart(32, "0"),
  service: at % 2 === 0 ? "cart" : "shop",
  startMs: range.startMs + at * 20_000,
  durationMs: at % 10 === 0 ? 900 : 20,
  failed: at > 180 && at % 3 === 0,
}));
/** The newest first, as both servers give them. */
const matching = (isWanted: (trace: Stored) => boolean, startMs: number, endMs: number, limit: number): Stored[] =>
  STORED.filter((trace) => trace.startMs >= startMs && trace.startMs <= endMs && isWanted(trace))
    .toReversed()
    .slice(0, limit);

const jaegerTrace = ({ id, service, startMs, durationMs, failed }: Stored) => ({
  traceID: id,
  spans: [
    {
      traceID: id,
      spanID: id.slice(16),
      operationName: "GET /",
      references: [],
      startTime: startMs * 1_000,
      duration: durationMs * 1_000,
      tags: failed ? [{ key: "error", type: "bool", value: true }] : [],
      logs: [],
      processID: "p1",
    },
  ],
  processes: { p1: { serviceName: service, tags: [] } },
});

/** A request that arrived. */
export type SentRequest = { url: URL; headers: Record<string, unknown> };
/** The query API of Jaeger over the stored traces. */
export const jaeger =
  (requests: SentRequest[]): RequestListener =>
  (request, response) => {
    const url = new URL(request.url ?? "/", "http://jaeger");
    requests.push({ url, headers: request.headers });
    const get = (name: string): string => url.searchParams.get(name) ?? "";
    const minMs = Number.parseInt(get("minDuration") || "0", 10);
    const isWanted = (trace: Stored): boolean =>
      trace.service === get("service") && trace.durationMs >= minMs && (get("tags") === "" || trace.failed);
    const data =
      url.pathname === "/api/services"
        ? ["cart", "shop", "other"]
        : url.pathname === "/api/dependencies"
          ? [{ parent: "shop", child: "cart", callCount: 9 }]
          : url.pathname === "/api/traces"
            ? matching(isWanted, Number(get("start")) / 1e3, Number(get("end")) / 1e3, Number(get("limit"))).map(
                jaegerTrace,
              )
            : STORED.filter(({ id }) => url.pathname.endsWith(id)).map(jaegerTrace);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data, errors: null }));
  };

const schema = otlpSchema();
const tempoTrace = ({ id, service, startMs, durationMs, failed }: Stored): Uint8Array =>
  schema
    .lookupType("TracesData")
    .encode(
      schema.lookupType("TracesData").fromObject({
        resourceSpans: [
          {
            resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: Buffer.from(id, "hex"),
                    spanId: Buffer.from(id.slice(16), "hex"),
                    name: "GET /",
                    startTimeUnixNano: `${startMs}000000`,
                    endTimeUnixNano: `${startMs + durationMs}000000`,
                    status: { code: failed ? 2 : 0 },
                  },
                ],
              },
            ],
          },
        ],
      }),
    )
    .finish();
/** The API of Tempo over the stored traces. */
export const tempo =
  (requests: SentRequest[]): RequestListener =>
  (request, response) => {
    const url = new URL(request.url ?? "/", "http://tempo");
    requests.push({ url, headers: request.headers });
    const get = (name: string): string => url.searchParams.get(name) ?? "";
    const send = (body: unknown): void =>
      void response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url.pathname.startsWith("/api/traces/")) {
      const stored = STORED.find(({ id }) => url.pathname.endsWith(id));
      if (stored === undefined) response.writeHead(404).end();
      else response.writeHead(200, { "content-type": "application/protobuf" }).end(tempoTrace(stored));
    } else if (url.pathname === "/api/search") {
      const minMs = Number.parseInt(/traceDuration >= (\d+)ms/.exec(get("q"))?.[1] ?? "0", 10);
      const isWanted = (trace: Stored): boolean =>
        get("q").includes(trace.service) && trace.durationMs >= minMs && (trace.failed || !get("q").includes("error"));
      const found = matching(isWanted, Number(get("start")) * 1e3, Number(get("end")) * 1e3, Number(get("limit")));
      send({ traces: found.map(({ id }) => ({ traceID: id })), metrics: {} });
    } else send({ tagValues: ["cart", "shop", "other"].map((value) => ({ type: "string", value })), metrics: {} });
  };
