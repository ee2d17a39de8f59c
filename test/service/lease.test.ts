import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { withLease } from "../../src/service/lease.ts";
import { sqliteAnalysisStore } from "../../src/connectors/sqlite/analysis-store.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const ELSEWHERE = "other-host/1:42:ab";

async function leasing() {
  const store = await sqliteAnalysisStore(join(await tempDir(), "causeway.db"));
  onTestFinished(() => store.close());
  return { store, now: Date.now };
}

it("lets a second holder in when the first is done", async () => {
  const held = await leasing();
  const second = (patienceMs: number): Promise<string> => withLease(held, "an-1", { patienceMs }, async () => "second");
  const first = await withLease(held, "an-1", {}, async () => {
    await expect(second(0)).rejects.toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("an-1") });
    const other = withLease(held, "an-2", {}, async () => "other");
    return { other: await other, waiting: second(10_000) };
  });
  expect([first.other, await first.waiting]).toEqual(["other", "second"]);
});

it("returns the lease when the work fails", async () => {
  const held = await leasing();
  await expect(withLease(held, "an-1", {}, () => Promise.reject(new Error("broke")))).rejects.toThrow("broke");
  await expect(withLease(held, "an-1", {}, async () => "again")).resolves.toBe("again");
});

it("waits for a holder on another host until its lease expires, whatever its process id", async () => {
  const held = await leasing();
  await held.store.takeLease("an-1", { owner: ELSEWHERE, untilMs: 2000 }, 1000);
  const at = (ms: number): Promise<string> => withLease({ ...held, now: () => ms }, "an-1", {}, async () => "mine");
  await expect(at(1999)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    hint: expect.stringContaining("1970-01-01T00:00:02.000Z"),
  });
  await expect(at(2000)).resolves.toBe("mine");
});

it("renews the lease while the work lasts, and stops the work when another took over", async () => {
  const { store, now } = await leasing();
  const renewed: number[] = [];
  let owner = "";
  const seen = {
    ...store,
    takeLease: (...[id, request, nowMs]: Parameters<typeof store.takeLease>) => {
      renewed.push(request.untilMs);
      owner = request.owner;
      if (renewed.length === 4)
        return store
          .dropLease(id, owner)
          .then(() => store.takeLease(id, { owner: ELSEWHERE, untilMs: nowMs + 60_000 }, nowMs));
      return store.takeLease(id, request, nowMs);
    },
  };
  const work = withLease(
    { store: seen, now },
    "an-1",
    { leaseMs: 40 },
    (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  );
  await expect(work).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("process 42 on other-host"),
  });
  expect(renewed.toSorted((a, b) => a - b)).toEqual(renewed);
  expect((await store.takeLease("an-1", { owner, untilMs: now() + 1 }, now())).owner).toBe(ELSEWHERE);
});
