import { MemorySaver } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { analyse, decide, resume } from "../../src/agent/analyse.ts";
import { buildGraph } from "../../src/agent/graph.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import { getArtifact } from "../../src/agent/artifacts.ts";
import { memoryOf } from "../memory-of.ts";
import { agentOver, metricsAnswering, runbookFor, spiking, declaredTopology } from "./fakes.ts";

/** Stores checkpoints until the power is cut, and nothing after that. */
class CutOff extends MemorySaver {
  left = Number.POSITIVE_INFINITY;
  #keeping<T>(keep: () => Promise<T>): Promise<T> {
    this.left -= 1;
    return this.left < 0 ? Promise.reject(new Error("power cut")) : keep();
  }
  override put(...overrides: Parameters<MemorySaver["put"]>) {
    return this.#keeping(() => super.put(...overrides));
  }
  override putWrites(...overrides: Parameters<MemorySaver["putWrites"]>) {
    return this.#keeping(() => super.putWrites(...overrides));
  }
}

async function agent(saver: CutOff) {
  const runbooks = { name: "fake", listRunbooks: async () => [runbookFor(["cpu_contention"])] };
  const { deps } = await agentOver({ metrics: metricsAnswering(spiking), topology: declaredTopology }, { runbooks });
  return { deps, graph: buildGraph(deps, saver) };
}

it("resumes wherever the power was cut: after the writes of a step, or after its checkpoint", async () => {
  const whole = new CutOff();
  whole.left = 1000;
  const expected = await analyse(await agent(whole), "inc-1", { analysisId: "an-1" });
  const kept = 1000 - whole.left;
  expect(kept).toBeGreaterThan(20);

  for (let cut = 0; cut < kept; cut += 1) {
    const saver = new CutOff();
    saver.left = cut;
    const killed = await agent(saver);
    await expect(analyse(killed, "inc-1", { analysisId: "an-1" }), `cut after ${cut}`).rejects.toThrow("power cut");
    const stored = await killed.deps.store.listAnalyses();
    if (stored.length === 0) continue; // cut before the analysis was stored
    saver.left = Number.POSITIVE_INFINITY;
    const gone = await resume(killed, "an-1");
    expect({
      cut,
      status: gone.status,
      causes: gone.report.root_causes.length,
      actions: gone.report.actions.map(({ id }) => id),
    }).toEqual({
      cut,
      status: expected.status,
      causes: expected.report.root_causes.length,
      actions: expected.report.actions.map(({ id }) => id),
    });
  }
});

it("asks again, or knows the answer, wherever the power was cut after the answer", async () => {
  const decision = {
    actionId: "an-1-a1",
    decision: "approved" as const,
    by: "ada",
    atMs: 1_800_000_000_000,
    note: null,
    scriptSha256: "0".repeat(64),
  };
  for (let cut = 0, over = false; !over; cut += 1) {
    const saver = new CutOff();
    const killed = await agent(saver);
    await analyse(killed, "inc-1", { analysisId: "an-1" });
    saver.left = cut;
    over = await decide(killed, "an-1", decision).then(
      () => true,
      () => false,
    );
    saver.left = Number.POSITIVE_INFINITY;
    const again = over
      ? null
      : await decide(killed, "an-1", { ...decision, by: "bob" }).then(
          () => null,
          (error: unknown) => error,
        );
    expect(again).toSatisfy(
      (refusal) => refusal === null || (refusal instanceof IncidentError && refusal.code === "REJECTED"),
    );
    expect([await killed.deps.store.getDecision("an-1-a1"), cut]).toMatchObject([
      { decision: "approved", by: expect.stringMatching(/^(ada|bob)$/) },
      cut,
    ]);
    expect(await resume(killed, "an-1")).toMatchObject({ status: "waiting_for_review" });
    expect(await decide(killed, "an-1", { ...decision, actionId: "an-1-a2" })).toMatchObject({ status: "done" });
  }
});

it("finishes a decision on an older version's analysis, or asks to analyze again if artifacts are missing", async () => {
  const saver = new CutOff();
  const old = await agent(saver);
  await analyse(old, "inc-1", { analysisId: "an-1" });
  const { store } = old.deps;
  const older = {
    ...store,
    getArtifact: async (analysisId: string, name: string) =>
      name === "ranking" ? null : store.getArtifact(analysisId, name),
  };
  const deps = { ...old.deps, store: older, memory: await memoryOf() };
  const decision = { decision: "approved" as const, by: "ada", atMs: 1, note: null };
  const resumed = { deps, graph: buildGraph(deps, saver) };
  for (const { id: actionId, scriptSha256 } of await store.listActions("an-1"))
    await decide(resumed, "an-1", { ...decision, actionId, scriptSha256 });
  // the decisions are stored; only what an older version did not write is missing
  expect(await store.getDecision("an-1-a1")).toMatchObject({ decision: "approved" });
  expect(await store.getReport("an-1")).toMatchObject({ verdict: "root_cause" });
  await expect(getArtifact(older, "an-1", "ranking")).rejects.toMatchObject({
    code: "NOT_FOUND",
    hint: "Another version of Causeway began this analysis. Analyze the incident again.",
  });
});
