import { describe, expect, it } from "vitest";
import { auditLines, checkAudit, lastAuditLines } from "../../../src/app/audit.ts";
import type { Execution } from "../../../src/domain/execution.ts";
import type { AnalysisStore } from "../../../src/domain/ports.ts";
import { anAction, anExecution } from "../../fakes.ts";
import { DATABASES } from "./databases.ts";

const action = anAction({ id: "A1-a1" });
const begun = anExecution({ owner: "host:1:a", leaseUntilMs: 1_000 });

describe.each(DATABASES)("executions in $dialect", ({ newPlace, openStore }) => {
  async function approved() {
    const at = await newPlace();
    const store = await openStore(at);
    await store.createAnalysis({ id: "A1", incidentId: "inc-1", status: "running", startedAtMs: 1 });
    await store.putActions([action], 1);
    await store.recordDecision({
      actionId: action.id,
      decision: "approved",
      by: "ada",
      atMs: 2,
      note: null,
      scriptSha256: action.scriptSha256,
    });
    return { at, store };
  }
  const kinds = async (store: AnalysisStore) =>
    (await lastAuditLines(store, 20)).map(({ kind, payload }) =>
      `${kind} ${String(payload.state ?? payload.part ?? "")}`.trim(),
    );

  it.each([2, 8])("lets one of %d workers that ask at once execute an action, and records it once", async (count) => {
    const { at, store } = await approved();
    const workers = await Promise.all(Array.from({ length: count }, () => openStore(at)));
    const claims = await Promise.all(
      workers.map((worker, n) => worker.claimExecution({ ...begun, id: `ex-${n}`, owner: `host:${n}:x` })),
    );
    const won = claims.filter(({ claimed }) => claimed);
    expect(won).toHaveLength(1);
    expect(new Set(claims.map(({ execution }) => execution.owner)).size).toBe(1);
    expect(await store.getExecution(action.id)).toEqual(won[0]?.execution);
    expect(await kinds(store)).toEqual(["proposal", "decision", "execution"]);
    await Promise.all(workers.map((worker) => worker.close()));
  });

  it("claims nothing that was not approved, was rejected, or was approved with another script", async () => {
    const { store } = await approved();
    const other = { ...begun, scriptSha256: "b".repeat(64) };
    await expect(store.claimExecution(other)).rejects.toMatchObject({ code: "REJECTED" });
    await store.putActions([anAction({ id: "A1-a2" }), anAction({ id: "A1-a3" })], 1);
    await expect(store.claimExecution({ ...begun, actionId: "A1-a2" })).rejects.toMatchObject({ code: "REJECTED" });
    await store.recordDecision({
      actionId: "A1-a3",
      decision: "rejected",
      by: "ada",
      atMs: 2,
      note: null,
      scriptSha256: action.scriptSha256,
    });
    await expect(store.claimExecution({ ...begun, actionId: "A1-a3" })).rejects.toMatchObject({ code: "REJECTED" });
    expect(await store.listExecutions({ limit: 10 })).toEqual([]);
  });

  it("moves on only for its owner and from the state that it left, with lines for a rollback and for the end", async () => {
    const { store } = await approved();
    await store.claimExecution(begun);
    const mine = { state: "claimed", owner: begun.owner } as const;
    const running: Execution = { ...begun, state: "running" };
    expect(await store.changeExecution(running, { ...mine, owner: "host:2:b" })).toBe(false);
    expect(await store.changeExecution(running, { ...mine, state: "verifying" })).toBe(false);
    expect(await store.changeExecution(running, mine)).toBe(true);
    expect(await store.changeExecution(running, mine)).toBe(false);
    const back: Execution = { ...running, state: "rolling_back", why: "the symptom is still there" };
    expect(await store.changeExecution(back, { ...mine, state: "running" })).toBe(true);
    const end: Execution = { ...back, state: "rolled_back", endedAtMs: 9 };
    expect(await store.changeExecution(end, { ...mine, state: "rolling_back" })).toBe(true);
    expect(await store.getExecution(action.id)).toEqual(end);
    expect(await kinds(store)).toEqual([
      "proposal",
      "decision",
      "execution",
      "execution rollback",
      "result rolled_back",
    ]);
    expect((await checkAudit(auditLines(store), [])).problems).toEqual([]);
  });

  it("renews the lease of the owner alone, until the end", async () => {
    const { store } = await approved();
    await store.claimExecution(begun);
    expect(await store.renewExecution(action.id, { owner: "host:2:b", untilMs: 5_000 })).toBe(false);
    expect(await store.renewExecution(action.id, { owner: begun.owner, untilMs: 5_000 })).toBe(true);
    expect(await store.getExecution(action.id)).toMatchObject({ leaseUntilMs: 5_000, state: "claimed" });
    expect(await store.listExecutions({ limit: 5, open: true })).toHaveLength(1);
    const end: Execution = { ...begun, state: "unknown", endedAtMs: 9 };
    await store.changeExecution(end, { state: "claimed", owner: begun.owner });
    expect(await store.renewExecution(action.id, { owner: begun.owner, untilMs: 6_000 })).toBe(false);
    expect(await store.listExecutions({ limit: 5, open: true })).toEqual([]);
    expect(await store.listExecutions({ limit: 5, analysisId: "A1" })).toEqual([end]);
    expect(await store.listExecutions({ limit: 5, analysisId: "A2" })).toEqual([]);
  });
});
