import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { basename, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { queryFor } from "../../../src/domain/query.ts";
import { isoTime, type TimeWindow } from "../../../src/domain/time.ts";
import { laterMs, readLater } from "../../telemetry/later-logs.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { linesOf, logFolder, textOf } from "./folder.ts";

const T0 = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const line = (ms: number, text = "request served"): string => `${isoTime(ms)} INFO ${text}\n`;
/** One line each second, `count` of them from `startMs` on. */
const lines = (startMs: number, count: number, stepMs = 1_000): string =>
  Array.from({ length: count }, (_, at) => line(startMs + at * stepMs, `request ${at} served`)).join("");
const around = (ms: number, marginMs = MINUTE): TimeWindow => ({ startMs: ms - marginMs, endMs: ms + marginMs });

const contractLine = (ms: number): string =>
  `${JSON.stringify({ timeUnixNano: `${laterMs(ms)}000000`, service: entityAt(ms), body: nameAt(ms) })}\n`;
keepsTheContract("log files by glob", async () => {
  const { source } = logFolder({ "app.log": TIMES_MS.map(contractLine).join("") });
  return readLater(source({ service: ["/never/{service}.log"] })); // the lines name their service
});

it("reads rotated and compressed files, and the service of each from its path", async () => {
  const { source } = logFolder({
    "shop/checkout.log": line(T0),
    "shop/checkout.log.1": line(T0 - 10 * MINUTE),
    "shop/checkout-20261130.log.gz": gzipSync(line(T0 - 20 * MINUTE)),
    "shop/checkout.log.2.zst": zstdCompressSync(line(T0 - 30 * MINUTE)),
    "nginx/access.log": line(T0),
    "pods/prod_cart-7d9c5f6b8-x2kfp_0a1b/cart/0.log": line(T0),
  });
  const { data, coverage } = await source().query(queryFor("log", around(T0, 60 * MINUTE)));
  const found = data.map(({ origin, service, pod }) => [basename(origin), service, pod]);
  expect(found.toSorted()).toEqual([
    ["0.log", "cart", "cart-7d9c5f6b8-x2kfp"],
    ["access.log", "nginx", undefined],
    ["checkout-20261130.log.gz", "checkout", undefined],
    ["checkout.log", "checkout", undefined],
    ["checkout.log.1", "checkout", undefined],
    ["checkout.log.2.zst", "checkout", undefined],
  ]);
  for (const stream of data) expect(await linesOf(stream)).toHaveLength(1);
  expect(coverage).toMatchObject({ returned: 6, gaps: [], problems: [] });
});

it("takes the service from the path by the pattern of the configuration", async () => {
  const { root, source } = logFolder({ "logs/eu/checkout/stdout.txt": line(T0) });
  const { data } = await source({ service: [`${root}/logs/*/{service}/*`] }).query(queryFor("log", around(T0)));
  expect(data.map(({ service }) => service)).toEqual(["checkout"]);
});

it("reads no file that ends before the range or begins after it", async () => {
  const folder = logFolder({ "later.log": lines(T0 + 60 * MINUTE, 10) });
  folder.write("earlier.log", lines(T0 - 60 * MINUTE, 10), T0 - 60 * MINUTE);
  folder.write("old-content.log", lines(T0 - 60 * MINUTE, 10));
  folder.write("now.log", lines(T0, 10));
  const { data } = await folder.source().query(queryFor("log", around(T0)));
  expect(data.map(({ origin }) => basename(origin))).toEqual(["now.log"]);
});

/** What this process has read, from memory or disk (Linux: `rchar` of proc_pid_io(5)). */
const bytesRead = (): number => Number(/^rchar: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

it("reads only the part of a large file that covers the range, and each of its lines", async () => {
  // 24 h of lines, some 60 MB
  const { source } = logFolder({ "shop.log": lines(T0 - 720 * MINUTE, 864_000, 100) });
  const before = bytesRead();
  const { data } = await source().query(queryFor("log", around(T0 + 600 * MINUTE, 5 * MINUTE)));
  const found = await linesOf(data[0]);
  expect(found).toHaveLength(6_001);
  expect(found[0]).toContain(isoTime(T0 + 595 * MINUTE));
  expect(found.at(-1)).toContain(isoTime(T0 + 605 * MINUTE));
  expect(bytesRead() - before).toBeLessThan(10_000_000);
});

it("keeps a trace with its line, and the line numbers of the file", async () => {
  const { source } = logFolder({
    "shop.log": `${line(T0 - 30 * MINUTE)}  at earlier (x.js:1)\n${line(T0, "failed")}  at pay (pay.js:7)\n${line(T0 + 30 * MINUTE)}`,
  });
  const { data } = await source().query(queryFor("log", around(T0)));
  const text = data[0] ? await textOf(data[0]) : "";
  expect(text).toBe(`\n\n${line(T0, "failed")}  at pay (pay.js:7)\n\n`);
});

it("reads lines of several writers that are a little out of order", async () => {
  const mixed = [0, 30_000, 10_000, 50_000, 40_000].map((ms) => line(T0 + ms)).join("");
  const { source } = logFolder({ "shop.log": mixed });
  const { data } = await source().query(queryFor("log", { startMs: T0 + 5_000, endMs: T0 + 45_000 }));
  expect(await linesOf(data[0])).toHaveLength(3);
});

it("selects entities by the file, and by the lines of a file that several wrote", async () => {
  const json = (service: string): string =>
    `${JSON.stringify({ time: isoTime(T0), service, level: "info", msg: "hello" })}\n`;
  const { root, source } = logFolder({
    "cart.log": line(T0),
    "checkout.log": line(T0),
    "log/app.log": json("cart") + json("checkout"),
  });
  const query = queryFor("log", around(T0), { entities: ["cart"] });
  const { data } = await source({ service: [`${root}/{service}.log`] }).query(query);
  const read = await Promise.all(data.map(async (stream) => [basename(stream.origin), (await linesOf(stream)).length]));
  expect(read.toSorted()).toEqual([
    ["app.log", 1],
    ["cart.log", 1],
  ]);
});

it("reads the lines about an entity in the file of a supervisor, which many services share", async () => {
  const json = (service: string, msg: string): string =>
    `${JSON.stringify({ time: isoTime(T0), service, level: "error", msg })}\n`;
  const { source } = logFolder({
    "cart.log": json("cart", "hello"),
    "payment.log": json("payment", "hello"),
    "supervisor.log": json("supervisor", "started") + json("cart", "heap out of memory") + json("payment", "restarted"),
  });
  const { data } = await source().query(queryFor("log", around(T0), { entities: ["cart"] }));
  const read = await Promise.all(data.map(async (stream) => [basename(stream.origin), await linesOf(stream)] as const));
  expect(read.toSorted()).toEqual([
    ["cart.log", [expect.stringContaining("hello")]],
    ["supervisor.log", [expect.stringContaining("heap out of memory")]],
  ]);
  const { entities } = await source().metadata({ range: null, recording: null, fields: ["entities"] });
  expect(entities.map(({ id }) => id)).toEqual(["cart", "payment", "supervisor"]);
});

it("reads a growing file up to where it was when it was queried, and a file that rotation renamed", async () => {
  const { root, source } = logFolder({ "shop.log": lines(T0, 3) });
  const path = join(root, "shop.log");
  const { data, coverage } = await source().query(queryFor("log", around(T0)));
  appendFileSync(path, lines(T0 + 10_000, 5));
  renameSync(path, `${path}.1`);
  expect(await linesOf(data[0])).toHaveLength(3);
  expect(coverage.problems).toEqual([]);
});

it("reports a file that was truncated or has vanished since", async () => {
  const { root, source } = logFolder({ "shop.log": lines(T0, 50_000, 1), "gone.log": line(T0) });
  const { data, coverage } = await source().query(queryFor("log", around(T0)));
  truncateSync(join(root, "shop.log"), 100);
  rmSync(join(root, "gone.log"));
  for (const stream of data) await linesOf(stream);
  expect(coverage.problems.map(({ source: at, what }) => [basename(at), what]).toSorted()).toEqual([
    ["gone.log", "not read: it is gone"],
    ["shop.log", "it was truncated while it was read; read up to there"],
  ]);
});

it("refuses sockets, pipes and loops of links, and reads the rest", async () => {
  const { root, source } = logFolder({ "shop.log": line(T0) });
  execFileSync("mkfifo", [join(root, "pipe.log")]);
  symlinkSync("loop.log", join(root, "loop.log"));
  symlinkSync("shop.log", join(root, "again.log"));
  mkdirSync(join(root, "inner"));
  symlinkSync("..", join(root, "inner/up"));
  const server = createServer().listen(join(root, "socket.log"));
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { data, coverage } = await source().query(queryFor("log", around(T0)));
  expect(data).toHaveLength(1);
  const [gap] = coverage.gaps;
  expect(gap?.why).toContain("pipe.log (it is not a regular file)");
  expect(gap?.why).toContain("socket.log (it is not a regular file)");
  expect(gap?.why).toContain("loop.log (it is a loop of links)");
});

/** Root reads everything; so the query runs as another user. */
async function withoutRights<T>(run: () => Promise<T>): Promise<T> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await run();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

it("says which files it may not read, and fails if it may read none", async () => {
  const { root, source } = logFolder({ "shop.log": line(T0), "secret.log": line(T0) });
  execFileSync("chmod", ["755", root]);
  execFileSync("chmod", ["000", join(root, "secret.log")]);
  await withoutRights(async () => {
    const { data, coverage } = await source().query(queryFor("log", around(T0)));
    expect(data).toHaveLength(1);
    expect(coverage.gaps).toEqual([
      { kind: "refused", why: `not read: ${join(root, "secret.log")} (permission denied)` },
    ]);
    const only = source({ patterns: [join(root, "secret.log")] }).query(queryFor("log", around(T0)));
    await expect(only).rejects.toMatchObject({ code: "CONFIG", message: /no log file can be read.*permission denied/ });
  });
});

it("reads around a line of 1 GB with little memory", async () => {
  const { root, source } = logFolder();
  const [file, start] = [join(root, "shop.log"), lines(T0, 1_000) + `${isoTime(T0 + 1_000_000)} INFO `];
  writeFileSync(file, start);
  truncateSync(file, start.length + 1024 ** 3); // zeros, which take no room on the disk and keep it free for other tests
  appendFileSync(file, `\n${lines(T0 + 1_001_000, 1_000)}`);
  const beforeBytes = process.memoryUsage().rss;
  const { data, coverage } = await source().query(queryFor("log", around(T0 + 1_000_000, 500_000)));
  let count = 0;
  let peakBytes = 0;
  for await (const chunk of data[0]?.chunks ?? []) {
    for (const text of Buffer.from(chunk).toString("utf8").split("\n")) count += text === "" ? 0 : 1;
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
  }
  expect(count).toBe(500 + 500);
  expect(coverage.problems.map(({ what }) => what)).toEqual(["a line longer than 8 MiB was skipped"]);
  expect(peakBytes - beforeBytes).toBeLessThan(200 * 1024 * 1024);
});

it("gives what files without times end with, and says so", async () => {
  const { source } = logFolder({ "shop.log": "starting\nfailed to bind\n" });
  const { data, coverage } = await source().query(queryFor("log", around(T0)));
  expect(data).toMatchObject([{ untimed: true }]);
  expect(await linesOf(data[0])).toEqual(["starting", "failed to bind"]);
  expect(coverage.problems).toMatchObject([{ what: expect.stringContaining("no time that can be read") as string }]);
});

it("shares the bytes of an answer among the files, and reports what is left out", async () => {
  const { source } = logFolder({ "loud.log": lines(T0, 100_000, 1), "quiet.log": lines(T0, 10) });
  const { data, coverage } = await source({ maxBytes: 1024 * 1024 }).query(queryFor("log", around(T0, 5 * MINUTE)));
  const counts = new Map<string, number>();
  for (const stream of data) counts.set(basename(stream.origin), (await linesOf(stream)).length);
  expect(counts.get("quiet.log")).toBe(10);
  expect(counts.get("loud.log")).toBeLessThan(30_000);
  expect(coverage.gaps).toEqual([
    { kind: "capped", why: expect.stringMatching(/^only the first 1 MB of .*loud\.log were read/) as string },
  ]);
});

it("reads journald's export format by its times", async () => {
  const entry = (ms: number, text: string): string =>
    `__CURSOR=s=1;i=1;b=2;m=3;t=${(ms * 1_000).toString(16)};x=4\n__REALTIME_TIMESTAMP=${ms * 1_000}\n` +
    `_SYSTEMD_UNIT=shop.service\nMESSAGE=${text}\n\n`;
  const { source } = logFolder({
    "shop.export": entry(T0 - 90 * MINUTE, "old") + entry(T0, "now") + entry(T0 + 90 * MINUTE, "late"),
  });
  const { data } = await source().query(queryFor("log", around(T0)));
  expect((await linesOf(data[0])).filter((text) => text.startsWith("MESSAGE"))).toEqual(["MESSAGE=now"]);
});

it("says that lines are dated after they were written, in an answer and to the doctor", async () => {
  const { write, source } = logFolder();
  const writtenMs = Date.parse("2026-11-30T10:00:00Z");
  write("cart.log", "2026-11-30T10:00:00Z INFO taken\n", writtenMs);
  write("stock.log", "2026-11-30T10:01:50Z INFO first\n2026-11-30T10:02:00Z INFO reserved\n", writtenMs);
  const range = { startMs: writtenMs - 60_000, endMs: writtenMs };
  const { coverage } = await source().query(queryFor("log", range));
  expect(coverage.problems).toEqual([
    expect.objectContaining({
      source: expect.stringMatching(/stock\.log$/),
      what: expect.stringMatching(/^its lines are dated 2 min after they were written: a clock/),
    }),
  ]);
  expect((await source().check?.())?.advice).toContainEqual(
    expect.stringMatching(/stock\.log: its lines are dated 2 min/),
  );
});

it("health: names files, services and the age of the newest line, or what is wrong", async () => {
  const { root, source } = logFolder({ "shop.log": line(Date.now() - 3 * 60 * MINUTE), "log/app.log": "no times\n" });
  const health = await source({ service: [`${root}/{service}.log`] }).check?.();
  expect(health).toMatchObject({ hasData: true, sample: expect.stringContaining("2 files of 1 service") as string });
  expect(health?.advice).toEqual([
    expect.stringContaining("1 file with no time in the lines"),
    expect.stringContaining("1 path without a service"),
    expect.stringMatching(/newest line is 3 h.* old/),
  ]);
  const none = await source({ patterns: [join(root, "none/*.log")] }).check?.();
  expect(none).toMatchObject({ hasData: false, advice: [expect.stringContaining("No file matches")] });
});
