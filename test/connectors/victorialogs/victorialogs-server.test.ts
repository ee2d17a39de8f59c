import { expect, it } from "vitest";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { logServerSource } from "../../../src/connectors/logservers/log-server-source.ts";
import { textLines } from "../../../src/connectors/victorialogs/text-lines.ts";
import { victoriaLogsServer } from "../../../src/connectors/victorialogs/victorialogs-server.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { isoTime } from "../../../src/domain/time.ts";
import { laterMs, readLater } from "../../telemetry/later-logs.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { serveLocally } from "../http/server.ts";
import { linesOf } from "../logfiles/folder.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";
import { type StoredRecord, victoriaLogsStandIn } from "./victorialogs-stand-in.ts";

const T0 = Date.UTC(2026, 0, 5, 12);
const HOUR = 3_600_000;
const range = { startMs: T0, endMs: T0 + HOUR };

const sourceAt = (url: string, maxRecords = 100_000, timeoutMs = 30_000): TelemetrySource<"log"> =>
  logServerSource(victoriaLogsServer(doorTo(url, timeoutMs), []), {
    name: "victorialogs",
    tenant: null,
    maxRecords,
    pages: NO_PAGES,
  });
const at = (
  timeMs: number,
  message: string,
  more: Record<string, string> = { "service.name": "shop" },
): StoredRecord => ({
  _time: isoTime(timeMs),
  _msg: message,
  ...more,
});
const recordsOf = async (source: TelemetrySource<"log">, conditions: Parameters<typeof queryFor>[2] = {}) => {
  const { data, coverage } = await source.query(queryFor("log", range, conditions));
  const lines = await Promise.all(data.map(linesOf));
  return { records: lines.flat().map((line) => JSON.parse(line) as Record<string, unknown>), coverage };
};

keepsTheContract("VictoriaLogs", async () => {
  const { answer } = victoriaLogsStandIn(
    TIMES_MS.map((ms) => at(laterMs(ms), nameAt(ms), { "service.name": entityAt(ms) })),
  );
  return readLater(sourceAt((await serveLocally(answer)).origin));
});
withstandsHostileServers("VictoriaLogs", (url, timeoutMs) => sourceAt(url, 1_000, timeoutMs));

it("selects entities by the fields that the server has, pods included", async () => {
  const { answer } = victoriaLogsStandIn([
    at(T0, "by name"),
    at(T0, "by pod", { "kubernetes.pod_name": "shop-7d9c5f6b8-x2kfp" }),
    at(T0, "another", { "kubernetes.pod_name": "shop-web-7d9c5f6b8-x2kfp-extra" }),
    at(T0, "of cart", { app: "cart" }),
  ]);
  const { records } = await recordsOf(sourceAt((await serveLocally(answer)).origin), { entities: ["shop"] });
  expect(records.map(({ body, service, pod }) => [body, service, pod])).toEqual([
    ["by name", "shop", undefined],
    ["by pod", "shop", "shop-7d9c5f6b8-x2kfp"],
  ]);
});

it("keeps every error, and the same share of each time of the rest, where there is too much", async () => {
  const records = Array.from({ length: 20_000 }, (_, index) => at(T0 + index * 180, `request ${index} served`));
  const worst = at(T0 + HOUR - 60_000, "quota reached", { "service.name": "shop", level: "ERROR" });
  const words = at(T0 + HOUR / 2, "Killed process 17");
  const { answer } = victoriaLogsStandIn([...records, worst, words]);
  const found = await recordsOf(sourceAt((await serveLocally(answer)).origin, 2_000));
  expect(found.records.map(({ body }) => body)).toEqual(expect.arrayContaining(["quota reached", "Killed process 17"]));
  expect(found.records.length).toBeLessThan(2_100);
  expect(found.coverage.gaps).toEqual([expect.objectContaining({ kind: "sampled" })]);
});

it("lets the server search for the text of a template, whatever an attacker wrote in it", async () => {
  const { answer, queries } = victoriaLogsStandIn([at(T0, 'user "x") or * | delete (.*) failed'), at(T0, "user fine")]);
  const source = sourceAt((await serveLocally(answer)).origin);
  const { records } = await recordsOf(source, { patterns: ['user "x") or * | delete (.*) <*>led'] });
  expect(records).toHaveLength(1);
  expect(queries.every((text) => text.startsWith('~"user'))).toBe(true);
});

it("reports lines of an answer that are no records, and a stream that breaks off", async () => {
  const { answer } = victoriaLogsStandIn([at(T0, "hello")]);
  const lines = Array.from({ length: 3_000 }, (_, index) => JSON.stringify(at(T0 + index, `request ${index}`)));
  const { origin } = await serveLocally((request, response) => {
    if (!request.url?.includes("limit")) return answer(request, response);
    const body = `${[...lines, "not JSON", '{"_time":"soon"}'].join("\n")}\n`;
    response.write(body, () => response.destroy()); // once all of it is on its way
  });
  const { records, coverage } = await recordsOf(sourceAt(origin));
  expect(records.length).toBeGreaterThanOrEqual(2_000);
  expect(coverage.gaps).toEqual([
    expect.objectContaining({ kind: "refused", why: expect.stringMatching(/after \d+ records/) as string }),
  ]);
});

it("skips a line that is too long for memory", async () => {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("first\n");
    for (let at = 0; at < 100; at += 1) yield Buffer.alloc(1024 * 1024, "x");
    yield Buffer.from("\nlast");
  }
  const found: string[] = [];
  for await (const line of textLines(bytes())) found.push(line.slice(0, 10));
  expect(found).toEqual(["first", "last"]);
});
