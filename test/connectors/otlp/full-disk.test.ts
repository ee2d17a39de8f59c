import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { requireSpace } from "../../../src/connectors/files/disk-space.ts";
import { OTLP_STEPS } from "../../../src/connectors/sql/migrations.ts";
import { sqlOtlpStore } from "../../../src/connectors/sql/otlp-blocks.ts";
import { openDatabase } from "../../../src/connectors/sqlite/open-database.ts";
import type { OtlpBlock, OtlpSignal, OtlpStore } from "../../../src/domain/otlp.ts";
import { HOUR_MS } from "./messages.ts";

const MEGABYTE = 1024 * 1024;
const LIMITS = { maxBytes: 1_000 * MEGABYTE, maxAgeMs: HOUR_MS };

const block = (signal: OtlpSignal, atMs: number, bytes: number): OtlpBlock => ({
  signal,
  sender: "test",
  receivedAtMs: atMs,
  range: { startMs: atMs, endMs: atMs },
  records: 1,
  entities: null,
  requestSha256: `${signal} ${atMs}`,
  body: Buffer.alloc(bytes, atMs),
});

async function openOn(maxBytes: number, freeBytes?: () => Promise<number>): Promise<OtlpStore> {
  const dir = await mkdtemp(join(tmpdir(), "causeway-otlp-"));
  const sql = await openDatabase(join(dir, "otlp.db"), { steps: OTLP_STEPS, mayLoseLatest: true, maxBytes });
  onTestFinished(async () => {
    await sql.close();
    await rm(dir, { recursive: true, force: true });
  });
  return sqlOtlpStore(sql, LIMITS, freeBytes);
}
const timesOf = async (store: OtlpStore, signal: OtlpSignal): Promise<number[]> =>
  (await store.list(signal, null)).map(({ range }) => range.startMs);

it("replaces the oldest blocks of the signal when the file cannot grow, and leaves other signals alone", async () => {
  const store = await openOn(2 * MEGABYTE);
  await store.add(block("log", 0, 200_000));
  for (let at = 1; at <= 40; at += 1) await store.add(block("trace", at, 100_000));
  const kept = await timesOf(store, "trace");
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.length).toBeLessThan(20);
  expect(kept).toEqual(Array.from(kept, (_, at) => 41 - kept.length + at)); // the newest, without a gap
  expect(await timesOf(store, "log")).toEqual([0]);
});

it("deletes nothing for a block that does not fit even then", async () => {
  const store = await openOn(MEGABYTE);
  for (const at of [1, 2, 3]) await store.add(block("trace", at, 100_000));
  await expect(store.add(block("trace", 4, 2 * MEGABYTE))).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/otlp\.db cannot grow: the disk is full/),
  });
  expect(await timesOf(store, "trace")).toEqual([1, 2, 3]);
  await store.add(block("trace", 5, 100_000));
  expect((await timesOf(store, "trace")).at(-1)).toBe(5);
});

it("lets the oldest blocks make way while the disk is nearly full", async () => {
  let free = 500 * MEGABYTE;
  const store = await openOn(100 * MEGABYTE, async () => free);
  for (let at = 1; at <= 10; at += 1) await store.add(block("trace", at, 100_000));
  free = 40 * MEGABYTE;
  for (let at = 11; at <= 20; at += 1) await store.add(block("trace", at, 100_000));
  const kept = await timesOf(store, "trace");
  expect(kept.length).toBeGreaterThan(7);
  expect(kept.length).toBeLessThanOrEqual(10);
  expect(kept.at(-1)).toBe(20);
});

it("refuses while the disk is full, says what to do, and goes on by itself", async () => {
  let free = 3 * MEGABYTE;
  const store = await openOn(100 * MEGABYTE, async () => free);
  await expect(store.add(block("trace", 1, 1_000))).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: "the disk is full: 3.0 MB left for otlp.db",
    hint: expect.stringMatching(/Free disk space/),
    retryAfterMs: 60_000,
  });
  free = 500 * MEGABYTE;
  expect(await store.add(block("trace", 1, 1_000))).toBe(true);
});

it("asks the file system how much is free", async () => {
  // a file system of the kernel, which has no space at all
  await expect(requireSpace("/proc", ["causeway.db"])).rejects.toMatchObject({
    message: "the disk of /proc is full: 0.0 MB left for causeway.db",
  });
  await expect(requireSpace(tmpdir(), ["causeway.db"])).resolves.toBeUndefined();
});
