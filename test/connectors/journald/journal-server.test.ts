import { afterAll, beforeAll, expect, it } from "vitest";
import { exportEntries } from "../../../src/connectors/journald/export-entries.ts";
import { journalServer } from "../../../src/connectors/journald/journal-server.ts";
import { serviceOfUnit, writerOfEntry } from "../../../src/connectors/journald/units.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { logServerSource } from "../../../src/connectors/logservers/log-server-source.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type JournalGateway, type JournalLine, startJournalGateway } from "../../servers/journal-gateway.ts";
import { laterMs, readLater } from "../../telemetry/later-logs.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { serveLocally } from "../http/server.ts";
import { linesOf } from "../logfiles/folder.ts";
import { doorTo, withstandsHostileServers } from "../withstands.ts";

const T0 = Date.UTC(2026, 0, 5, 12);
const SECOND = 1_000;
const range = { startMs: T0, endMs: T0 + 3_600_000 };

const STACK = `panic: out of range\n${"  at frame\n".repeat(600)}`;
const lines: JournalLine[] = [
  { timeMs: T0 - SECOND, MESSAGE: "before the range", _SYSTEMD_UNIT: "cart.service" },
  { timeMs: T0, MESSAGE: "charged", _SYSTEMD_UNIT: "cart.service", SYSLOG_IDENTIFIER: "cart", PRIORITY: 6 },
  { timeMs: T0 + SECOND, MESSAGE: STACK, _SYSTEMD_UNIT: "cart@2.service", SYSLOG_IDENTIFIER: "java", PRIORITY: 3 },
  { timeMs: T0 + 2 * SECOND, MESSAGE: "of compose", CONTAINER_NAME: "shop-pay-1", _SYSTEMD_UNIT: "docker.service" },
  {
    timeMs: T0 + 3 * SECOND,
    MESSAGE: "Out of memory: Killed process 7",
    SYSLOG_IDENTIFIER: "kernel",
    _TRANSPORT: "kernel",
    _HOSTNAME: "node-7",
    PRIORITY: 3,
  },
  {
    timeMs: T0 + 4 * SECOND,
    MESSAGE: "login",
    _SYSTEMD_UNIT: "session-3.scope",
    SYSLOG_IDENTIFIER: "sshd",
    _HOSTNAME: "node-7",
  },
  ...Array.from({ length: 5_000 }, (_, at) => ({
    timeMs: T0 + 60_000 + at * 100,
    MESSAGE: `request ${at} served`,
    _SYSTEMD_UNIT: "web.service",
    PRIORITY: at === 4_321 ? 3 : 6,
  })),
  { timeMs: range.endMs + SECOND, MESSAGE: "after the range", _SYSTEMD_UNIT: "cart.service" },
];

let gateway: JournalGateway;
let contract: JournalGateway;
beforeAll(async () => {
  [gateway, contract] = await Promise.all([
    startJournalGateway(lines),
    startJournalGateway(
      TIMES_MS.map((ms) => ({ timeMs: laterMs(ms), MESSAGE: nameAt(ms), _SYSTEMD_UNIT: `${entityAt(ms)}.service` })),
    ),
  ]);
});
afterAll(async () => void (await Promise.all([gateway.stop(), contract.stop()])));

const sourceAt = (url: string, maxRecords = 100_000): TelemetrySource<"log"> =>
  logServerSource(journalServer(doorTo(url), { labels: [], maxRecords }), {
    name: "journald",
    tenant: null,
    maxRecords,
    pages: NO_PAGES,
  });
const recordsOf = async (source: TelemetrySource<"log">, conditions: Parameters<typeof queryFor>[2] = {}) => {
  const { data, coverage } = await source.query(queryFor("log", range, conditions));
  const found = await Promise.all(data.map(linesOf));
  return { records: found.flat().map((line) => JSON.parse(line) as Record<string, unknown>), coverage };
};

keepsTheContract("journald", async () => readLater(sourceAt(contract.url)));
withstandsHostileServers("journald", (url, timeoutMs) =>
  logServerSource(journalServer(doorTo(url, timeoutMs), { labels: [], maxRecords: 1_000 }), {
    name: "j",
    tenant: null,
    maxRecords: 1_000,
    pages: NO_PAGES,
  }),
);

it("reads a real gateway by units, their instances and containers, long messages whole", async () => {
  const { records, coverage } = await recordsOf(sourceAt(gateway.url), { entities: ["cart", "shop-pay", "nobody"] });
  expect(records.map(({ body, service, level }) => [body, service, level])).toEqual([
    ["of compose", "shop-pay", undefined],
    ["charged", "cart", undefined],
    [STACK, "cart", "err"],
  ]);
  expect(coverage.gaps).toEqual([{ kind: "refused", why: "no unit, container or program has the name nobody" }]);
});

it("takes what the kernel says as its node's, and reads all pages of everything", async () => {
  const source = sourceAt(gateway.url);
  const ofNode = await recordsOf(source, { entities: ["node-7"] });
  expect(ofNode.records.map(({ body, service }) => [body, service])).toEqual([
    ["Out of memory: Killed process 7", "node-7"],
  ]);
  const { records, coverage } = await recordsOf(source);
  expect(records).toHaveLength(lines.length - 2);
  expect(new Set(records.map(({ body }) => body)).size).toBe(lines.length - 2);
  expect(coverage.gaps).toEqual([]);
});

it("keeps the errors, and a share of each time of the rest, where there is too much", async () => {
  const { records, coverage } = await recordsOf(sourceAt(gateway.url, 500));
  expect(records.map(({ body }) => body)).toEqual(
    expect.arrayContaining([STACK, "Out of memory: Killed process 7", "request 4321 served"]),
  );
  expect(records.length).toBeLessThan(1_100);
  expect(coverage.gaps.map(({ kind }) => kind)).toContain("sampled");
});

it("says what it has, and how a person would ask for it", async () => {
  const source = sourceAt(gateway.url);
  const { entities } = await source.metadata({ range, recording: null, fields: ["entities"] });
  expect(entities).toEqual(
    expect.arrayContaining([
      { id: "cart", kind: "service" },
      { id: "node-7", kind: "node" },
    ]),
  );
  const native = await source.native?.(queryFor("log", range, { entities: ["cart"] }));
  expect(native?.map(({ text }) => text)).toEqual([
    `journalctl --since=@${T0 / 1_000} --until=@${T0 / 1_000 + 3_600} ` +
      "_SYSTEMD_UNIT=cart.service _SYSTEMD_UNIT=cart@2.service + SYSLOG_IDENTIFIER=cart",
  ]);
});

it("is checked by its newest entries and the clock of its answers", async () => {
  const now = await startJournalGateway([
    { timeMs: Date.now() - 5_000, MESSAGE: "hello", _SYSTEMD_UNIT: "cart.service" },
  ]);
  const health = await sourceAt(now.url).check?.();
  await now.stop();
  expect(health).toMatchObject({ hasData: true, sample: "1 records of 1 service: cart", advice: [] });
  expect(Math.abs(health?.clockSkewMs ?? Number.NaN)).toBeLessThan(20_000);
  expect(await sourceAt(gateway.url).check?.()).toMatchObject({ hasData: false });
});

it("ends at a gateway that repeats itself, or sends entries of other times", async () => {
  let answers = 0;
  const { origin } = await serveLocally((request, response) => {
    answers += 1;
    if (request.url === "/machine") return void response.end('{"boot_id":"x"}');
    if (request.url?.startsWith("/fields")) return void response.end("cart.service\n");
    const entry = (at: number): string =>
      `__CURSOR=s=1;i=${at}\n__REALTIME_TIMESTAMP=${(T0 - 7_200_000) * 1_000}\nMESSAGE=old\n_SYSTEMD_UNIT=cart.service\n\n`;
    response.end(Array.from({ length: 3_000 }, (_, at) => entry(answers * 3_000 + at)).join(""));
  });
  const failure: unknown = await recordsOf(sourceAt(origin, 5_000)).catch((error: unknown) => error);
  expect(String(failure)).toMatch(/limit of 200 queries/);
});

it.each([
  [1, 20],
  [7, 1_000],
  [64 * 1024, 1_000_000],
])("reads binary values from chunks of %i bytes, and skips what is no field", async (size, longest) => {
  const value = "two\nlines = of\n\ntext";
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  const bytes = Buffer.concat([
    Buffer.from("__CURSOR=1\nMESSAGE\n"),
    length,
    Buffer.from(`${value}\nPRIORITY=3\nnon-sense\n\n\n__CURSOR=2\n${"x".repeat(longest)}\nSYSLOG_PID=7\n\n`),
    Buffer.from("__CURSOR=3\nMESSAGE=cut o"),
  ]);
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const found: unknown[] = [];
  for await (const entry of exportEntries(chunks())) found.push(entry);
  expect(found).toEqual([
    { __CURSOR: "1", MESSAGE: value, PRIORITY: "3" },
    { __CURSOR: "2", SYSLOG_PID: "7" },
    { __CURSOR: "3" },
  ]);
});

it.each([
  ["checkout.service", "checkout"],
  ["cart@2.service", "cart"],
  [String.raw`my\x2dshop.service`, "my-shop"],
  ["session-12.scope", null],
  ["user@1000.service", null],
  ["docker-0123456789abcdef.scope", null],
])("reads the service of the unit %s", (unit, service) => {
  expect(serviceOfUnit(unit)).toBe(service);
});

it("takes a configured field before all others, and the pod from a container of Kubernetes", () => {
  const fields = { _SYSTEMD_UNIT: "docker.service", APP: "billing" };
  expect(writerOfEntry(fields, [{ label: "APP", kind: "service" }])).toEqual({ service: "billing", pod: null });
  const container = { CONTAINER_NAME: "k8s_app_cart-7d9c5f6b8-x2kfp_shop_uid_0" };
  expect(writerOfEntry(container, [])).toEqual({ service: "cart", pod: "cart-7d9c5f6b8-x2kfp" });
});
