import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { jaegerBackend, jaegerTopology } from "../../../src/connectors/jaeger/backend.ts";
import { otlpSchema } from "../../../src/connectors/otlp/schema.ts";
import { tempoBackend, traceQl } from "../../../src/connectors/tempo/backend.ts";
import { backendTraces } from "../../../src/connectors/traces/trace-backend.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";
import { serveLocally } from "../http/server.ts";

const fixture = (path: string): string => readFileSync(join(import.meta.dirname, "../../../fixtures", path), "utf8");
const T0 = 1_796_040_000_000;
const range = { startMs: T0 - 3_600_000, endMs: T0 + 3_600_000 };

type Stored = { id: string; service: string; startMs: number; durationMs: number; failed: boolean };
/** A trace of one span each 20 s: every tenth is slow; those after the alarm at `T0` fail. */
const STORED: Stored[] = Array.from({ length: 360 }, (_, at) => ({
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

type SentRequest = { url: URL; headers: Record<string, unknown> };
const jaeger =
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
const tempo =
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

const open = {
  Jaeger: (url: string, timeoutMs?: number) =>
    backendTraces(jaegerBackend(doorTo(url, timeoutMs), { name: "jaeger", url, tenant: null })),
  Tempo: (url: string, timeoutMs?: number) =>
    backendTraces(tempoBackend(doorTo(url, timeoutMs), { name: "tempo", tenant: "shop" })),
} as const;

describe.each([
  ["Jaeger", jaeger],
  ["Tempo", tempo],
] as const)("%s", (vendor, server) => {
  const openOne = async (): Promise<{ source: TelemetrySource<"trace">; requests: SentRequest[] }> => {
    const requests: SentRequest[] = [];
    const { origin } = await serveLocally(server(requests));
    return { source: open[vendor](origin), requests };
  };

  it("samples quiet time and incident alike, with failed and slow traces, and says so", async () => {
    const { source, requests } = await openOne();
    const { data, coverage } = await source.query(queryFor("trace", range, { entities: ["cart", "shop", "pod-1"] }));
    const quarters = [0, 1, 2, 3].map(
      (at) =>
        data.filter(
          ({ startUnixNano }) => Math.floor((Number(startUnixNano / 1_000_000n) - range.startMs) / 1_800_000) === at,
        ).length,
    );
    expect(Math.min(...quarters)).toBeGreaterThan(12);
    expect(Math.max(...quarters)).toBeLessThan(Math.min(...quarters) * 3);
    expect(data.filter(({ status }) => status === "ERROR").length).toBeGreaterThan(10);
    expect(data.filter(({ durationUs }) => durationUs === 900_000).length).toBeGreaterThan(3);
    expect(coverage.gaps.map(({ kind }) => kind)).toContain("sampled");
    expect(requests.length).toBeLessThan(150);
  });

  it("reads everything with few searches where there are few traces", async () => {
    const { source } = await openOne();
    const few = { startMs: T0, endMs: T0 + 200_000 };
    const { data, coverage } = await source.query(queryFor("trace", few, { entities: ["cart"] }));
    expect(data).toHaveLength(
      STORED.filter(({ service, startMs }) => service === "cart" && startMs >= T0 && startMs <= T0 + 200_000).length,
    );
    expect(coverage.gaps.filter(({ kind }) => kind !== "not_filtered")).toEqual([]);
  });

  it("reads whole traces by id, and nothing for an id that is unknown or no id", async () => {
    const { source } = await openOne();
    const read = async (value: string) =>
      (await source.query(queryFor("trace", range, { matchers: [{ label: "trace_id", op: "=", value }] }))).data;
    const id = STORED[7]?.id ?? "";
    expect((await read(id)).map(({ traceId, service }) => [traceId, service])).toEqual([[id, "shop"]]);
    expect(await read("f".repeat(32))).toEqual([]);
    expect(await read("../../api/services")).toEqual([]);
  });

  it("searches for nothing about entities that send no spans", async () => {
    const { source, requests } = await openOne();
    const { data } = await source.query(queryFor("trace", range, { entities: ["node-1"] }));
    expect([data, requests.length]).toEqual([[], 1]);
  });

  it("shows its queries, and reports stale data when it is checked", async () => {
    const { source } = await openOne();
    const [first] = (await source.native?.(queryFor("trace", range, { entities: ["cart"] }))) ?? [];
    expect(first?.text).toContain("cart");
    const health = await source.check?.();
    expect(health).toMatchObject({ hasData: false, advice: [expect.stringContaining("no traces of the last hour")] });
  });

  it("reports the searches that failed, and gives what the others brought", async () => {
    let searches = 0;
    const requests: SentRequest[] = [];
    const answer = server(requests);
    const { origin } = await serveLocally((request, response) => {
      const isSearch = /^\/api\/(?:search|traces)\?/.test(request.url ?? "");
      if (isSearch && (searches += 1) % 4 === 2) response.writeHead(400).end("bad query");
      else answer(request, response);
    });
    const { data, coverage } = await open[vendor](origin).query(queryFor("trace", range, { entities: ["cart"] }));
    expect(data.length).toBeGreaterThan(20);
    expect(coverage.gaps).toContainEqual({ kind: "refused", why: expect.stringMatching(/\d+ of \d+ searches failed/) });
  });

  withstandsHostileServers(vendor, open[vendor]);
});

it("reads a trace as Jaeger documents it", async () => {
  const { origin } = await serveLocally(
    (request, response) =>
      void response.end(request.url === "/api/services" ? '{"data":["checkout"]}' : fixture("jaeger/trace.json")),
  );
  const { data } = await open.Jaeger(origin).query(queryFor("trace", range));
  expect(data).toMatchObject([
    {
      service: "checkout",
      pod: "checkout-7d9f8c6b5-x2x4z",
      kind: "server",
      status: "ERROR: order was not saved",
      durationUs: 41_000,
      parentSpanId: null,
    },
    {
      peer: "orders-db",
      peerKind: "database",
      parentSpanId: "eee19b7ec3c1b173",
      status: "ERROR: PSQLException: too many connections",
    },
  ]);
  expect(data).toHaveLength(2);
});

it("reads a trace as Tempo documents it in JSON, with base64 ids", async () => {
  const { origin } = await serveLocally((request, response) => {
    const path = request.url ?? "";
    const body = path.startsWith("/api/search")
      ? "tempo/search.json"
      : path.startsWith("/api/traces/")
        ? "tempo/trace.json"
        : null;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(body === null ? '{"tagValues":[{"type":"string","value":"checkout"}]}' : fixture(body));
  });
  const { data } = await open.Tempo(origin).query(queryFor("trace", range));
  expect(data).toMatchObject([
    {
      traceId: "2f3e0cee77ae5dc9c17ade3689eb2e54",
      spanId: "563d623c76514f8e",
      service: "checkout",
      kind: "server",
      status: "ERROR: order was not saved",
    },
  ]);
});

it("quotes names in TraceQL", () => {
  const services = ['a" } || { true', "b.c|d\\"];
  expect(traceQl({ kind: "failed", services, minMs: 0 })).toBe(
    String.raw`{ resource.service.name =~ "a\" \\} \\|\\| \\{ true|b\\.c\\|d\\\\" && status = error }`,
  );
});

it("reads the calls that Jaeger counts", async () => {
  const { origin } = await serveLocally(jaeger([]));
  const { data } = await jaegerTopology(doorTo(origin), { name: "jaeger" }).query(queryFor("topology", range));
  expect(data.edges).toMatchObject([{ from: "shop", to: "cart", seen: [{ by: "dependencies of jaeger" }] }]);
});
