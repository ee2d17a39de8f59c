import { describe, expect, it } from "vitest";
import { aReport } from "../../a-report.ts";
import type { Decision } from "../../../src/domain/action.ts";
import { aFinding, anAction } from "../../fakes.ts";
import { DATABASES } from "./databases.ts";

const started = { id: "A1", incidentId: "inc-1", status: "running", startedAtMs: 1000 } as const;
const decision: Decision = {
  actionId: "A1-a1",
  decision: "approved",
  by: "kim",
  atMs: 5,
  note: null,
  scriptSha256: "a".repeat(64),
};

describe.each(DATABASES)("analyses in $dialect", ({ newPlace, openStore, openSql }) => {
  async function storeWithAnalysis() {
    const at = await newPlace();
    const store = await openStore(at);
    await store.createAnalysis(started);
    return { store, at };
  }

  it("lists analyses of one incident or of all, newest first", async () => {
    const { store } = await storeWithAnalysis();
    await store.createAnalysis({ ...started, id: "A2", startedAtMs: 2000 });
    await store.createAnalysis({ ...started, id: "B1", incidentId: "inc-2", startedAtMs: 1500 });
    await store.setStatus("A1", "done");
    expect((await store.listAnalyses()).map(({ id }) => id)).toEqual(["A2", "B1", "A1"]);
    expect(await store.listAnalyses("inc-1")).toEqual([
      { ...started, id: "A2", startedAtMs: 2000 },
      { ...started, status: "done" },
    ]);
  });

  it("accepts the same analysis from a retried step, but not its id for another incident", async () => {
    const { store } = await storeWithAnalysis();
    await store.setStatus("A1", "waiting_for_review");
    await store.createAnalysis(started);
    expect(await store.getAnalysis("A1")).toMatchObject({ status: "waiting_for_review" });
    await expect(store.createAnalysis({ ...started, incidentId: "inc-2" })).rejects.toMatchObject({ code: "REJECTED" });
  });

  it.each(["", "../x", "a b", "x".repeat(300), "a\0b", "'; drop table analyses"])(
    "takes no analysis with the id %j",
    async (id) => {
      const { store } = await storeWithAnalysis();
      await expect(store.createAnalysis({ ...started, id })).rejects.toMatchObject({ code: "BAD_INPUT" });
    },
  );

  it("returns findings by content key, in the requested order, once for each request", async () => {
    const { store } = await storeWithAnalysis();
    const [one, two] = [aFinding(), aFinding({ kind: "metric.silence" })];
    const keys = await store.putFindings("A1", [one, two, one]);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toBe(keys[2]);
    expect(
      await store.putFindings("A1", [
        { ...two, evidence: { ...two.evidence, facts: { peak: 9, metric: "latency_ms" } } },
      ]),
    ).toEqual([keys[1]]);
    expect(await store.getFindings("A1", [keys[1] ?? "", keys[0] ?? "", keys[1] ?? ""])).toEqual([two, one, two]);
  });

  it("stores thousands of findings at once, separate for each analysis", async () => {
    const { store } = await storeWithAnalysis();
    await store.createAnalysis({ ...started, id: "A2" });
    const many = Array.from({ length: 3000 }, (_, i) => aFinding({ strength: i }));
    const keys = await store.putFindings("A1", many);
    expect((await store.getFindings("A1", keys)).map(({ strength }) => strength)).toEqual(
      many.map(({ strength }) => strength),
    );
    await expect(store.getFindings("A2", keys.slice(0, 1))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("keeps one artifact for each name, and returns null for none", async () => {
    const { store } = await storeWithAnalysis();
    await store.putArtifact("A1", "topology.traces", { nodes: [] });
    await store.putArtifact("A1", "topology.traces", { nodes: [1] });
    expect([await store.getArtifact("A1", "topology.traces"), await store.getArtifact("A1", "ranking")]).toEqual([
      { nodes: [1] },
      null,
    ]);
  });

  it("keeps the last report", async () => {
    const { store } = await storeWithAnalysis();
    await store.putReport(aReport());
    await store.putReport(aReport({ why: "settled" }));
    expect(await store.getReport("A1")).toEqual(aReport({ why: "settled" }));
  });

  it("names what does not exist", async () => {
    const { store } = await storeWithAnalysis();
    const queries = [
      store.getAnalysis("A9"),
      store.setStatus("A9", "done"),
      store.getReport("A1"),
      store.getAction("A1-a1"),
      store.putArtifact("A9", "x", 1),
      store.putFindings("A9", [aFinding()]),
      store.recordDecision(decision),
    ];
    for (const outcome of await Promise.allSettled(queries))
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: { code: "NOT_FOUND", hint: expect.stringMatching(/./) },
      });
  });

  it("lists actions in plan order, and replaces an action until its decision", async () => {
    const { store } = await storeWithAnalysis();
    await store.putActions([anAction({ id: "A1-a2" }), anAction({ id: "A1-a1" })], 0);
    await store.putActions([anAction({ id: "A1-a2", title: "better" }), anAction({ id: "A1-a1" })], 0);
    expect((await store.listActions("A1")).map(({ id, title }) => [id, title])).toEqual([
      ["A1-a2", "better"],
      ["A1-a1", "Restart orders"],
    ]);
    expect(await store.recordDecision(decision)).toBe(true);
    await store.putActions([anAction({ id: "A1-a1", script: "rm -rf /" })], 0);
    expect(await store.getAction("A1-a1")).toEqual(anAction({ id: "A1-a1" }));
  });

  it("records one of many concurrent decisions over many connections", async () => {
    const { store, at } = await storeWithAnalysis();
    await store.putActions([anAction()], 0);
    const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(at)));
    const decisions = await Promise.all(
      stores.flatMap((one, i) => [
        one.recordDecision({ ...decision, by: `p${i}` }),
        one.recordDecision({ ...decision, decision: "rejected", by: `q${i}` }),
      ]),
    );
    expect(decisions.filter(Boolean)).toHaveLength(1);
    const first = await store.getDecision("A1-a1");
    expect(await store.recordDecision({ ...decision, by: "late" })).toBe(false);
    expect(await store.getDecision("A1-a1")).toEqual(first);
  });

  it("keeps everything when reopened", async () => {
    const { store, at } = await storeWithAnalysis();
    await store.putActions([anAction()], 0);
    await store.recordDecision({ ...decision, note: "go" });
    await store.close();
    const again = await openStore(at);
    expect(await again.getAnalysis("A1")).toEqual(started);
    expect(await again.getDecision("A1-a1")).toEqual({ ...decision, note: "go" });
  });

  it("leases an analysis, begun or not, to one of several concurrent processes", async () => {
    const { store, at } = await storeWithAnalysis();
    const other = await openStore(at);
    const leases = Array.from({ length: 8 }, (_, i) => ({ owner: `worker-${i}`, untilMs: 2000 }));
    const held = await Promise.all(leases.map((lease, i) => (i % 2 ? store : other).takeLease("A9", lease, 1000)));
    expect(new Set(held.map(({ owner }) => owner)).size).toBe(1);
  });

  it("renews a lease for its owner, and gives it to another only after it expires or is dropped", async () => {
    const { store } = await storeWithAnalysis();
    const mine = { owner: "me", untilMs: 2000 };
    expect(await store.takeLease("A1", mine, 1000)).toEqual(mine);
    expect(await store.takeLease("A1", { owner: "you", untilMs: 2500 }, 1500)).toEqual(mine);
    expect(await store.takeLease("A1", { owner: "me", untilMs: 3000 }, 1500)).toEqual({ owner: "me", untilMs: 3000 });
    expect(await store.takeLease("A1", { owner: "you", untilMs: 4000 }, 3000)).toEqual({ owner: "you", untilMs: 4000 });
    expect([await store.findLease("A1"), await store.findLease("A2")]).toEqual([{ owner: "you", untilMs: 4000 }, null]);
    await store.dropLease("A1", "me");
    expect(await store.takeLease("A1", { owner: "me", untilMs: 9000 }, 3500)).toEqual({ owner: "you", untilMs: 4000 });
    await store.dropLease("A1", "you");
    expect(await store.takeLease("A1", { owner: "me", untilMs: 9000 }, 3500)).toEqual({ owner: "me", untilMs: 9000 });
  });

  it("refuses a database that a newer version wrote", async () => {
    const { store, at } = await storeWithAnalysis();
    const { db, close } = await openSql(at);
    await db
      .insertInto("migrations" as "artifacts")
      .values({ name: "999-tomorrow" } as never)
      .execute();
    await Promise.all([store.close(), close()]);
    await expect(openStore(at)).rejects.toMatchObject({
      code: "CONFIG",
      message: expect.stringMatching(/newer version.*999-tomorrow/),
    });
  });

  it("reports stored JSON that no longer fits", async () => {
    const { store, at } = await storeWithAnalysis();
    await store.putReport(aReport());
    const { db } = await openSql(at);
    await db.updateTable("reports").set({ body: '{"title":5}' }).execute();
    await expect(store.getReport("A1")).rejects.toMatchObject({ code: "BAD_RESPONSE" });
    await db.updateTable("reports").set({ body: "half a jso" }).execute();
    await expect(store.getReport("A1")).rejects.toMatchObject({ code: "BAD_RESPONSE" });
  });

  it("is migrated once when many processes open it at once", async () => {
    const at = await newPlace();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(at)));
    await Promise.all(stores.map((store, i) => store.createAnalysis({ ...started, id: `A${i}` })));
    expect(await stores[0]?.listAnalyses()).toHaveLength(5);
  });
});
