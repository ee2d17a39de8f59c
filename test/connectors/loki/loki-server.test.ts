import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { logServerSource } from "../../../src/connectors/logservers/log-server-source.ts";
import { lokiServer } from "../../../src/connectors/loki/loki-server.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { laterMs, readLater } from "../../telemetry/later-logs.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { doorTo, readToEnd, withstandsHostileServers } from "../withstands.ts";
import { serveLocally } from "../http/server.ts";
import { linesOf } from "../logfiles/folder.ts";
import { lokiStandIn, type StoredLine } from "./loki-stand-in.ts";

const T0 = Date.UTC(2026, 0, 5, 12);
const HOUR = 3_600_000;
const range = { startMs: T0, endMs: T0 + HOUR };

const sourceAt = (
  url: string,
  options: { maxRecords?: number; link?: string; timeoutMs?: number } = {},
): TelemetrySource<"log"> =>
  logServerSource(lokiServer(doorTo(url, options.timeoutMs ?? 30_000), []), {
    name: "loki",
    tenant: null,
    maxRecords: options.maxRecords ?? 100_000,
    pages: { query: options.link ?? null, trace: null },
  });

async function lokiWith(lines: readonly StoredLine[], options?: Parameters<typeof lokiStandIn>[1]) {
  const { answer, queries } = lokiStandIn(lines, options);
  const { origin } = await serveLocally(answer);
  return { origin, queries };
}
const at = (timeMs: number, line: string, labels: Record<string, string> = { service_name: "shop" }): StoredLine => ({
  timeMs,
  labels,
  line,
});
const recordsOf = async (source: TelemetrySource<"log">, conditions: Parameters<typeof queryFor>[2] = {}) => {
  const { data, coverage } = await source.query(queryFor("log", range, conditions));
  const lines = await Promise.all(data.map(linesOf));
  return { records: lines.flat().map((line) => JSON.parse(line) as Record<string, unknown>), coverage };
};

keepsTheContract("Loki", async () => {
  const lines = TIMES_MS.map((ms) => at(laterMs(ms), nameAt(ms), { service_name: entityAt(ms) }));
  return readLater(sourceAt((await lokiWith(lines)).origin));
});
withstandsHostileServers("Loki", (url, timeoutMs) => sourceAt(url, { timeoutMs }));

it("pages through more lines than one request may have, also with many at one time", async () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => at(T0 + Math.floor(index / 7) * 1_000, `request ${index}`));
  const { origin, queries } = await lokiWith(lines, { maxEntries: 50 });
  const { records, coverage } = await recordsOf(sourceAt(origin));
  expect(new Set(records.map(({ body }) => body)).size).toBe(1_000);
  expect(records).toHaveLength(1_000);
  expect(coverage.gaps).toEqual([]);
  expect(queries.length).toBeLessThan(40);
});

it("reports lines of one time that no request can reach", async () => {
  const lines = Array.from({ length: 120 }, (_, index) => at(T0, `request ${index}`));
  const { origin } = await lokiWith([...lines, at(T0 + 1_000, "after")], { maxEntries: 50 });
  const { records, coverage } = await recordsOf(sourceAt(origin));
  expect(records.at(-1)).toMatchObject({ body: "after" });
  expect(coverage.gaps).toEqual([{ kind: "capped", why: expect.stringContaining("have the same time") as string }]);
});

it("keeps every error, and the same share of each time of the rest, where there is too much", async () => {
  const lines = Array.from({ length: 36_000 }, (_, index) => at(T0 + index * 100, `request ${index} served`));
  const fatal = at(T0 + HOUR - 60_000, "FATAL: could not write: No space left on device");
  const odd = at(T0 + HOUR / 2, "quota reached", { service_name: "shop", detected_level: "error" });
  const { origin } = await lokiWith([...lines, fatal, odd]);
  const { records, coverage } = await recordsOf(sourceAt(origin, { maxRecords: 4_000 }));
  const bodies = records.map(({ body }) => String(body));
  expect(bodies).toContain(fatal.line);
  expect(bodies).toContain(odd.line);
  expect(records.length).toBeLessThan(4_100);
  const secondHalf = records.filter(({ timeUnixNano }) => Number(timeUnixNano) / 1e6 >= T0 + HOUR / 2).length;
  expect(secondHalf / records.length).toBeCloseTo(0.5, 1);
  expect(coverage.gaps).toEqual([{ kind: "sampled", why: expect.stringContaining("all errors were read") as string }]);
});

it("selects streams of an entity by the labels that the server has, and each line once", async () => {
  const { origin } = await lokiWith([
    at(T0, "by app", { app: "cart", namespace: "shop" }),
    at(T0, "by pod", { pod: "cart-7d9c5f6b8-x2kfp", namespace: "shop" }),
    at(T0, "by both", { app: "cart", pod: "cart-7d9c5f6b8-abcde" }),
    at(T0, "by job", { job: "shop/cart" }),
    at(T0, "another", { app: "checkout" }),
  ]);
  const { records, coverage } = await recordsOf(sourceAt(origin), { entities: ["cart", "nobody"] });
  expect(records.map(({ body, service, pod }) => [body, service, pod]).toSorted()).toEqual([
    ["by app", "cart", undefined],
    ["by both", "cart", "cart-7d9c5f6b8-abcde"],
    ["by job", "cart", undefined],
    ["by pod", "cart", "cart-7d9c5f6b8-x2kfp"],
  ]);
  expect(coverage.gaps).toEqual([{ kind: "refused", why: expect.stringContaining("labelled nobody") as string }]);
});

it("lets the server search for the text of a template, whatever an attacker wrote in it", async () => {
  const hostile = 'user "x" |= `a`\\ } or {app=~".+"} (.*) failed after <*> ms';
  const { origin, queries } = await lokiWith([
    at(T0, 'user "x" |= `a`\\ } or {app=~".+"} (.*) failed after 17 ms'),
    at(T0 + 1, "user fine"),
  ]);
  const { records } = await recordsOf(sourceAt(origin), { patterns: [hostile] });
  expect(records).toHaveLength(1);
  expect(queries.every((text) => text.startsWith('{service_name=~".+"} |~ "'))).toBe(true);
});

it("passes levels that the server detected as errors, and ids of structured metadata", async () => {
  const labels = { service_name: "shop", detected_level: "error", trace_id: "0af7651916cd43dd8448eb211c80319c" };
  const { origin } = await lokiWith([at(T0, "disk full", labels), at(T0 + 1, "E1201 12:00:00 quiet words")]);
  const { records } = await recordsOf(sourceAt(origin));
  expect(records).toMatchObject([{ level: "error", traceId: "0af7651916cd43dd8448eb211c80319c" }, {}]);
  expect(records[1]).not.toHaveProperty("level");
});

it("works without index statistics, as before Loki 2.9", async () => {
  const { origin } = await lokiWith([at(T0, "hello")], { hasStats: false });
  expect((await recordsOf(sourceAt(origin))).records).toHaveLength(1);
});

it("keeps what it read when the server fails half-way, and says so", async () => {
  const lines = Array.from({ length: 12_000 }, (_, index) => at(T0 + index, `request ${index}`));
  const { answer } = lokiStandIn(lines);
  let pages = 0;
  const { origin } = await serveLocally((request, response) => {
    if (request.url?.includes("query_range") && (pages += 1) > 1) return void response.writeHead(500).end("broken");
    answer(request, response);
  });
  const { records, coverage } = await recordsOf(sourceAt(origin));
  expect(records).toHaveLength(5_000);
  expect(coverage.gaps).toEqual([{ kind: "refused", why: expect.stringContaining("after 5000 records") as string }]);
}, 30_000);

it("waits as long as a server that limits requests names, and then reads all", async () => {
  const { answer } = lokiStandIn([at(T0, "hello")]);
  let refused = 0;
  const { origin } = await serveLocally((request, response) => {
    if (request.url?.includes("query_range") && refused++ < 1)
      return void response.writeHead(429, { "retry-after": "1" }).end("too many outstanding requests");
    answer(request, response);
  });
  expect((await recordsOf(sourceAt(origin))).records).toHaveLength(1);
});

it("leaves out what a lying server sends besides: other times, and values that are no lines", async () => {
  const { answer } = lokiStandIn([at(T0, "hello")]);
  const { origin } = await serveLocally((request, response) => {
    if (!request.url?.includes("query_range")) return answer(request, response);
    const values = [
      [`${T0}000000`, "true"],
      [`${T0 + 2 * HOUR}000000`, "two hours ahead"],
      [7, "x"],
      ["soon", "x"],
      null,
      "x",
    ];
    const result = [{ stream: { service_name: "shop" }, values }];
    response.end(JSON.stringify({ status: "success", data: { resultType: "streams", result } }));
  });
  expect((await recordsOf(sourceAt(origin))).records).toMatchObject([{ body: "true" }]);
});

it("asks for fewer lines where a page is too large", async () => {
  const lines = Array.from({ length: 2_000 }, (_, index) => at(T0 + index, `${index} ${"x".repeat(35_000)}`));
  const { origin } = await lokiWith(lines);
  const coverage = await readToEnd(sourceAt(origin, { timeoutMs: 30_000 }), queryFor("log", range));
  expect(coverage.gaps).toEqual([]);
}, 60_000);

it("shows its queries, and a link by the template of the configuration", async () => {
  const { origin } = await lokiWith([at(T0, "hello")]);
  const link = 'https://grafana.example/explore?left={"expr":"{queryJson}"}&from={startMs}';
  const native = await sourceAt(origin, { link }).native?.(
    queryFor("log", range, { entities: ["shop"], patterns: ["failed after <*> ms"] }),
  );
  expect(native).toMatchObject([
    { language: "LogQL", text: '{service_name=~"shop"} |~ "failed\\\\s+after\\\\s+.*\\\\s+ms"' },
  ]);
  expect(native?.[0]?.link).toContain(encodeURIComponent('{service_name=~\\"shop\\"}'));
});

it("health: names services and the age of the newest line, or that there is none", async () => {
  const now = Date.now();
  const { origin } = await lokiWith([at(now - 3 * HOUR, "old"), at(now - 2 * HOUR, "hello")]);
  const health = await sourceAt(origin).check?.();
  expect(health).toMatchObject({ hasData: true, sample: "2 records of 1 service: shop" });
  expect(health?.advice).toEqual([expect.stringMatching(/newest record is 2 h.* old/)]);
  const empty = await sourceAt((await lokiWith([])).origin).check?.();
  expect(empty).toMatchObject({ hasData: false, advice: [expect.stringContaining("no logs of the last 24 hours")] });
});

it("reads a reply of Loki 3 as the reference shows it", async () => {
  const reply = readFileSync(join(import.meta.dirname, "../../../fixtures/loki/query-range.json"), "utf8");
  const { answer } = lokiStandIn([at(T0, "hello")]);
  const { origin } = await serveLocally((request, response) =>
    request.url?.includes("query_range") ? void response.end(reply) : answer(request, response),
  );
  const { records, coverage } = await recordsOf(sourceAt(origin));
  expect(records).toEqual([
    {
      timeUnixNano: "1767614400123456789",
      service: "checkout",
      pod: "checkout-7d9c5f6b8-x2kfp",
      level: "error",
      traceId: "0af7651916cd43dd8448eb211c80319c",
      body: "payment failed: connection refused",
    },
    { timeUnixNano: "1767614401000000000", service: "nginx", body: '10.0.0.7 - - "GET /cart HTTP/1.1" 502' },
  ]);
  expect(coverage.gaps).toEqual([{ kind: "refused", why: "Loki warns: this is a partial result" }]);
});
