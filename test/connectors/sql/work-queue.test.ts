import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { postgresWorkQueue } from "../../../src/connectors/postgres/work-queue.ts";
import { openDatabase } from "../../../src/connectors/sqlite/open-database.ts";
import { sqliteWorkQueue } from "../../../src/connectors/sqlite/work-queue.ts";
import { type QueueClaim, CLAIM_MS, type WorkQueue } from "../../../src/domain/work-queue.ts";
import { DATABASES } from "./databases.ts";
import { HANG_MS } from "../../hang.ts";

// concurrent: most of the time is spent waiting for holds to lapse
/** `aheadMs`: how far the clock of this process is ahead, where the queue goes by it and not by that of a server. */
const QUEUES: readonly { name: string; open(at: string, aheadMs?: number): Promise<WorkQueue>; dialect: string }[] = [
  {
    name: "SQLite",
    dialect: "SQLite",
    open: async (at, aheadMs = 0) => sqliteWorkQueue(await openDatabase(at), () => Date.now() + aheadMs),
  },
  { name: "pg-boss", dialect: "Postgres", open: (at) => postgresWorkQueue(at, { supervise: true }) },
];

async function taken(queue: WorkQueue, patienceMs = HANG_MS): Promise<QueueClaim> {
  for (let waited = 0; waited < patienceMs; waited += 100) {
    const claim = await queue.take();
    if (claim) return claim;
    await sleep(100);
  }
  throw new Error("nothing came");
}

describe.each(QUEUES)("the queue in $name", ({ open, dialect }) => {
  const newPlace = async (): Promise<string> => {
    const database = DATABASES.find((one) => one.dialect === dialect);
    if (!database) throw new Error(`no ${dialect}`);
    return database.newPlace();
  };

  it.concurrent("gives each analysis to one worker, in order, and to none after it is done", async () => {
    const at = await newPlace();
    const queues = await Promise.all([open(at), open(at)]);
    await queues[0]?.put(["A1", "A2", "A3"]);
    await queues[1]?.put(["A2"]);
    const claims = await Promise.all([...queues, ...queues, ...queues].map((queue) => queue.take()));
    expect(claims.flatMap((claim) => claim?.analysisId ?? []).toSorted()).toEqual(["A1", "A2", "A3"]);
    for (const claim of claims) if (claim) await queues[0]?.done(claim);
    expect(await queues[1]?.take()).toBeNull();
    await queues[0]?.put(["A2"]);
    expect(await queues[1]?.take()).toMatchObject({ analysisId: "A2", spent: false });
    await Promise.all(queues.map((queue) => queue.close()));
  });

  it.concurrent("keeps waiting analyses when it is closed", async () => {
    const at = await newPlace();
    const before = await open(at);
    await before.put(["A1"]);
    await before.close();
    const after = await open(at);
    expect(await after.take()).toMatchObject({ analysisId: "A1" });
    await after.close();
  });

  it.concurrent("gives a returned analysis to another worker after a pause, and ignores the old claim", async () => {
    const at = await newPlace();
    const queue = await open(at);
    await queue.put(["A1"]);
    const first = await taken(queue);
    const givenBackMs = performance.now();
    await queue.again(first);
    const second = await taken(queue);
    expect(performance.now() - givenBackMs).toBeGreaterThan(500); // the pause is a second, and clocks differ a little
    expect(second.analysisId).toBe("A1");
    expect(await queue.renew(first)).toBe(false);
    await queue.done(first);
    expect(await queue.renew(second)).toBe(true);
    await queue.close();
  });

  it.concurrent("gives an analysis to another worker when its claim expires", async () => {
    const at = await newPlace();
    const [dead, alive] = await Promise.all([open(at), open(at, 2 * CLAIM_MS)]);
    await dead.put(["A1"]);
    const lost = await taken(dead);
    const found = await taken(alive);
    expect([found.analysisId, found.spent]).toEqual(["A1", false]);
    expect(await dead.renew(lost)).toBe(false);
    await Promise.all([dead.close(), alive.close()]);
  });
});
