import { MemorySaver } from "@langchain/langgraph";
import { expect, it } from "vitest";
import { analyse, decide, resume } from "../../src/agent/analyse.ts";
import { buildGraph } from "../../src/agent/graph.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import { agentOver, metricsAnswering, runbookFor, spiking, declaredTopology } from "./fakes.ts";

/** Keeps what it is told until the power goes, and from then on nothing. */
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

it("goes on from wherever the power went: after a step's writes, or after its checkpoint", async () => {
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
    if (await killed.deps.store.listAnalyses().then((all) => all.length === 0)) continue; // before it was on record: nobody was told of it
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

it("asks again, or knows the answer, wherever the power went after it was given", async () => {
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
