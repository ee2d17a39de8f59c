import { expect, it } from "vitest";
import { createPool } from "../../../src/lab/process/connection-pool.ts";

const pair = (acquireTimeoutMs = 20) => createPool(["a", "b"], { acquireTimeoutMs });
const leased = async (pool: ReturnType<typeof pair>) => {
  const lease = await pool.acquire();
  if ("exhausted" in lease) throw new Error("the pool had no connection");
  return lease;
};

it("lends each connection to one borrower at a time", async () => {
  const pool = pair();
  const first = await leased(pool);
  const second = await leased(pool);
  expect(new Set([first.connection, second.connection])).toEqual(new Set(["a", "b"]));
  expect(pool).toMatchObject({ inUse: 2, size: 2, waiting: 0 });
});

it("gives a free connection to the longest waiting caller", async () => {
  const pool = pair(10_000);
  const held = await leased(pool);
  await leased(pool);
  const served: string[] = [];
  const waits = ["early", "late"].map(async (name) => {
    const lease = await leased(pool);
    served.push(name);
    return lease;
  });
  expect(pool.waiting).toBe(2);
  held.release();
  (await waits[0])?.release();
  await waits[1];
  expect(served).toEqual(["early", "late"]);
  expect(pool).toMatchObject({ inUse: 2, waiting: 0 });
});

it("returns its state if none becomes free in time, and drops the waiter", async () => {
  const pool = pair();
  const held = await leased(pool);
  await leased(pool);
  expect(await pool.acquire()).toMatchObject({ exhausted: true, inUse: 2, size: 2, waiting: 1 });
  expect(pool.waiting).toBe(0);
  held.release();
  expect(pool.inUse).toBe(1);
});

it("takes a connection back once, however often it is released", async () => {
  const pool = pair();
  const lease = await leased(pool);
  lease.release();
  lease.release();
  const [first, second] = [await leased(pool), await leased(pool)];
  expect(first.connection).not.toBe(second.connection);
  expect(await pool.acquire()).toMatchObject({ exhausted: true });
});

it("never recovers a connection that is not released", async () => {
  const pool = pair();
  await leased(pool);
  for (let round = 0; round < 3; round++) (await leased(pool)).release();
  expect(pool.inUse).toBe(1);
});
