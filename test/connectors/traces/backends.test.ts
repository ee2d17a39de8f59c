import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jaegerBackend, jaegerTopology } from "../../../src/connectors/jaeger/backend.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { tempoBackend, traceQl } from "../../../src/connectors/tempo/backend.ts";
import { backendTraces } from "../../../src/connectors/traces/trace-backend.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";
import { serveLocally } from "../http/server.ts";
import { jaeger, range, type SentRequest, STORED, T0, tempo } from "./trace-stand-ins.ts";

const fixture = (path: string): string => readFileSync(join(import.meta.dirname, "../../../fixtures", path), "utf8");
const open = {
  Jaeger: (url: string, timeoutMs?: number) =>
    backendTraces(jaegerBackend(doorTo(url, timeoutMs), { name: "jaeger", url, tenant: null, pages: NO_PAGES })),
  Tempo: (url: string, timeoutMs?: number) =>
    backendTraces(tempoBackend(doorTo(url, timeoutMs), { name: "tempo", tenant: "shop", pages: NO_PAGES })),
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
