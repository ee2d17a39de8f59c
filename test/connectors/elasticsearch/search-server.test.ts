import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { searchServer } from "../../../src/connectors/elasticsearch/search-server.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { discoverPage } from "../../../src/connectors/logservers/pages.ts";
import { logServerSource } from "../../../src/connectors/logservers/log-server-source.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { isoTime } from "../../../src/domain/time.ts";
import { laterMs, readLater } from "../../telemetry/later-logs.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { serveLocally } from "../http/server.ts";
import { linesOf } from "../logfiles/folder.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";
import { searchStandIn, type StoredDocument } from "./search-stand-in.ts";

const T0 = Date.UTC(2026, 0, 5, 12);
const HOUR = 3_600_000;
const range = { startMs: T0, endMs: T0 + HOUR };

const sourceAt = (url: string, maxRecords = 100_000): TelemetrySource<"log"> =>
  logServerSource(searchServer(doorTo(url), { index: "logs-*", configured: [], language: "KQL" }), {
    name: "elasticsearch",
    tenant: null,
    maxRecords,
    pages: NO_PAGES,
    ownPage: discoverPage("https://kibana.example"),
  });
const at = (timeMs: number, message: string, more: StoredDocument = { "service.name": "shop" }): StoredDocument => ({
  "@timestamp": isoTime(timeMs),
  message,
  ...more,
});
const recordsOf = async (source: TelemetrySource<"log">, conditions: Parameters<typeof queryFor>[2] = {}) => {
  const { data, coverage } = await source.query(queryFor("log", range, conditions));
  const lines = await Promise.all(data.map(linesOf));
  return { records: lines.flat().map((line) => JSON.parse(line) as Record<string, unknown>), coverage };
};

keepsTheContract("Elasticsearch", async () => {
  const { answer } = searchStandIn(TIMES_MS.map((ms) => at(laterMs(ms), nameAt(ms), { "service.name": entityAt(ms) })));
  return readLater(sourceAt((await serveLocally(answer)).origin));
});
withstandsHostileServers("Elasticsearch", (url, timeoutMs) =>
  logServerSource(searchServer(doorTo(url, timeoutMs), { index: "logs-*", configured: [], language: "KQL" }), {
    name: "elasticsearch",
    tenant: null,
    maxRecords: 1_000,
    pages: NO_PAGES,
  }),
);

it.each(["elasticsearch", "opensearch", null] as const)(
  "pages through a frozen view of %s, and closes it",
  async (product) => {
    const documents = Array.from({ length: 12_001 }, (_, index) =>
      at(T0 + Math.floor(index / 900) * 1_000, `request ${index}`),
    );
    const { answer, searches, open } = searchStandIn(documents, { product });
    const { records, coverage } = await recordsOf(sourceAt((await serveLocally(answer)).origin));
    expect(new Set(records.map(({ body }) => body)).size).toBe(12_001);
    expect(records).toHaveLength(12_001);
    expect(searches).toHaveLength(3);
    expect(searches[1]).toHaveProperty("search_after");
    // each answer may bring another id of the view
    expect(searches.map(({ pit }) => (pit as { id: string } | undefined)?.id ?? null)).toEqual(
      product === null ? [null, null, null] : ["view-0", "view-1", "view-1"],
    );
    expect(open.size).toBe(0);
    expect(coverage.gaps).toEqual([]);
  },
);

it("keeps every error, and the same share of each time of the rest, where there is too much", async () => {
  const documents = Array.from({ length: 20_000 }, (_, index) => at(T0 + index * 180, `request ${index} served`));
  const worst = at(T0 + HOUR - 60_000, "quota reached", { "service.name": "shop", "log.level": "ERROR" });
  const cause = at(T0 + HOUR / 2, "job ended", { "service.name": "shop", "error.message": "No space left on device" });
  const { answer } = searchStandIn([...documents, worst, cause]);
  const { records, coverage } = await recordsOf(sourceAt((await serveLocally(answer)).origin, 2_000));
  expect(records.map(({ body }) => body)).toContain("quota reached");
  expect(records).toContainEqual(expect.objectContaining({ body: "job ended", error: "No space left on device" }));
  expect(records.length).toBeLessThan(2_100);
  expect(coverage.gaps).toEqual([expect.objectContaining({ kind: "sampled" })]);
});

it("selects entities by the fields that the indices have, and lets the server search for whole words only", async () => {
  const { answer, searches } = searchStandIn([
    at(T0, "call to payment failed after 17 ms: connection refused"),
    at(T0 + 1, "all is well"),
    at(T0 + 2, "call to payment failed after 17 ms", { "service.name": "cart" }),
  ]);
  const source = sourceAt((await serveLocally(answer)).origin);
  const conditions = { entities: ["shop"], patterns: ["call to <*> failed after <*>ms: connection refu"] };
  const { records } = await recordsOf(source, {
    ...conditions,
    patterns: ["call to <*> failed after <*> ms: connection refu"],
  });
  expect(records).toHaveLength(1);
  expect(JSON.stringify(searches[0])).toContain('"match_phrase":{"message":"ms: connection"}');
  const [native] = (await source.native?.(queryFor("log", range, conditions))) ?? [];
  expect(native).toMatchObject({ language: "KQL", text: expect.stringContaining('service.name: ("shop")') as string });
  expect(native?.link).toContain("%28%22shop%22%29");
});

it("says that documents have no message, that shards failed, and that no index exists", async () => {
  const { answer } = searchStandIn([at(T0, "hello")]);
  const broken = await serveLocally((request, response) => {
    if (!request.url?.startsWith("/_search")) return answer(request, response);
    request.resume();
    const hits = [
      { _source: { "@timestamp": isoTime(T0) }, sort: [isoTime(T0), 1] },
      { _source: { "@timestamp": isoTime(T0), message: "hello" }, sort: [isoTime(T0), 2] },
      { _source: 7 },
    ];
    const body = {
      hits: { hits },
      _shards: { total: 3, failed: 1, failures: [{ reason: "node left" }] },
      timed_out: true,
    };
    response.end(JSON.stringify(body));
  });
  const { records, coverage } = await recordsOf(sourceAt(broken.origin));
  expect(records).toHaveLength(1);
  expect(coverage.gaps.map(({ why }) => why)).toEqual([
    expect.stringContaining("1 of 3 shards failed") as string,
    expect.stringContaining("timed out") as string,
    expect.stringContaining("2 documents have no readable message") as string,
  ]);
  const none = searchStandIn([], { types: {} });
  await expect(recordsOf(sourceAt((await serveLocally(none.answer)).origin))).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("no index of logs-* exists") as string,
  });
});

it.each(["ecs", "opentelemetry", "fluent-bit"])("reads a document of %s as the reference shows it", async (name) => {
  const fixture = JSON.parse(
    readFileSync(join(import.meta.dirname, `../../../fixtures/elasticsearch/${name}.json`), "utf8"),
  ) as { types: Record<string, string>; reply: object; record: object };
  const { answer } = searchStandIn([at(T0, "hello")], { types: fixture.types });
  const { origin } = await serveLocally((request, response) => {
    if (request.url?.startsWith("/_search")) {
      request.resume();
      response.end(JSON.stringify(fixture.reply));
    } else if (request.url?.includes("/_count")) response.end('{"count":1}');
    else answer(request, response);
  });
  expect((await recordsOf(sourceAt(origin))).records).toEqual([fixture.record]);
});
