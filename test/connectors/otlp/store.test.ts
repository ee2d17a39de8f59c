import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStores } from "../../../src/compose/stores.ts";
import { loadConfig } from "../../../src/config.ts";
import type { OtlpBlock, OtlpStore } from "../../../src/domain/otlp.ts";
import { STORES } from "../../http/server.ts";
import { HOUR_MS, message, openTestOtlp, spanOfTest } from "./messages.ts";

let made = 0;
const block = (receivedAtMs: number, bytes: number, more: Partial<OtlpBlock> = {}): OtlpBlock => ({
  signal: "trace",
  sender: "test",
  receivedAtMs,
  range: { startMs: receivedAtMs, endMs: receivedAtMs },
  records: 1,
  entities: [["cart", "service"]],
  requestSha256: `hash-${(made += 1)}`,
  body: Buffer.alloc(bytes, made),
  ...more,
});
const startsOf = async (store: OtlpStore): Promise<number[]> =>
  (await store.list("trace", null)).map(({ range }) => range.startMs);

describe.each(STORES)("received records in %s", (_, newDatabase) => {
  async function open(limits: { maxMegabytes: number; maxAgeHours: number }) {
    const databaseUrl = await newDatabase();
    const home = await mkdtemp(join(tmpdir(), "causeway-otlp-"));
    const config = loadConfig(
      { home },
      {
        ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
        CAUSEWAY_OTLP_MAX_MEGABYTES: String(limits.maxMegabytes),
        CAUSEWAY_OTLP_MAX_AGE_HOURS: String(limits.maxAgeHours),
      },
    );
    return { config, stores: await openStores(config) };
  }

  it("delete the oldest blocks of their signal when space or age is exceeded", async () => {
    const { stores } = await open({ maxMegabytes: 1, maxAgeHours: 1 });
    const { otlp } = stores;
    await otlp.add(block(0, 1_000));
    await otlp.add(block(1, 1_000, { signal: "log" }));
    await otlp.add(block(2 * HOUR_MS, 1_000));
    expect(await startsOf(otlp)).toEqual([2 * HOUR_MS]);
    expect(await otlp.extent("log")).toEqual({ startMs: 1, endMs: 1 });
    const times = Array.from({ length: 12 }, (_each, at) => 2 * HOUR_MS + 1 + at);
    for (const timeMs of times) await otlp.add(block(timeMs, 200_000));
    expect(await startsOf(otlp)).toEqual(times.slice(-5));
    await stores.close();
  });

  it("are seen by a second process at once, and a repeated request is stored once", async () => {
    const { config, stores } = await open({ maxMegabytes: 1, maxAgeHours: 1 });
    const other = await openStores(config);
    const same = block(5, 100);
    const added = await Promise.all([stores.otlp.add(same), other.otlp.add(same)]);
    expect(added.toSorted()).toEqual([false, true]);
    const [found] = await other.otlp.list("trace", { startMs: 5, endMs: 5 });
    expect(found).toMatchObject({ records: 1, sender: "test", entities: [["cart", "service"]] });
    expect(Buffer.from((await other.otlp.read(found?.id ?? "")) ?? []).equals(Buffer.from(same.body))).toBe(true);
    await Promise.all([stores.close(), other.close()]);
  });
});

it("survives the end of its process by kill -9: what was answered is there", async () => {
  const home = await mkdtemp(join(tmpdir(), "causeway-otlp-"));
  const child = fork(join(import.meta.dirname, "fill-store.ts"), [home], { stdio: "ignore" });
  let answered = -1;
  for (; answered < 50;) [answered] = (await once(child, "message")) as [number];
  child.kill("SIGKILL");
  await once(child, "exit");
  const stores = await openStores(loadConfig({ home }, {}));
  const found = await startsOf(stores.otlp);
  expect(found.length).toBeGreaterThan(answered);
  expect(found).toEqual(found.map((_, at) => at));
  await stores.close();
});

it("refuses records of a wrong clock, and stores the others of the same message", async () => {
  const { store, send } = await openTestOtlp();
  const nowMs = Date.UTC(2026, 10, 30, 12);
  const times = [nowMs - 48 * HOUR_MS, nowMs - 2 * HOUR_MS, nowMs, nowMs + 48 * HOUR_MS];
  const records = times.map((timeMs) => spanOfTest("GET /", timeMs));
  const result = await send("trace", message("trace", [{ resource: { "service.name": "cart" }, records }]), nowMs);
  expect(result).toEqual({
    accepted: 2,
    rejected: 2,
    why: "2 records are too old or in the future, such as one of 2026-11-28 12:00:00 UTC; check the sender's clock",
  });
  expect(await startsOf(store)).toEqual([nowMs - 2 * HOUR_MS]);
});
