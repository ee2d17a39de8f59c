import { expect, it } from "vitest";
import { analyse, decide } from "../../src/agent/analyse.ts";
import type { Decision } from "../../src/domain/action.ts";
import { incidentsHolding, agentOver, metricsAnswering, runbookFor, spiking, declaredTopology } from "./fakes.ts";

const decision = (overrides: Partial<Decision> = {}): Decision => ({
  actionId: "an-1-a1",
  decision: "approved",
  by: "ada",
  atMs: 1_800_000_000_000,
  note: null,
  scriptSha256: "0".repeat(64),
  ...overrides,
});

async function waiting() {
  const runbooks = { name: "fake", listRunbooks: async () => [runbookFor(["cpu_contention"])] };
  const agent = await agentOver({ metrics: metricsAnswering(spiking), topology: declaredTopology }, { runbooks });
  const { status, report } = await analyse(agent, "inc-1", { analysisId: "an-1" });
  expect(status).toBe("waiting_for_review");
  expect(report.actions.map(({ id }) => id)).toEqual(["an-1-a1", "an-1-a2"]);
  return agent;
}

it("stores its report before it waits for a decision", async () => {
  const { deps } = await waiting();
  expect(await deps.store.getReport("an-1")).toMatchObject({
    verdict: "root_cause",
    actions: [{ id: "an-1-a1" }, { id: "an-1-a2" }],
  });
});

it("refuses an invalid decision, and still waits", async () => {
  const agent = await waiting();
  await expect(decide(agent, "an-1", { ...decision(), atMs: "now" } as unknown as Decision)).rejects.toThrow(/atMs/);
  expect(await decide(agent, "an-1", decision())).toMatchObject({ status: "waiting_for_review" });
  expect(await agent.deps.store.getDecision("an-1-a1")).toMatchObject({ decision: "approved", by: "ada" });
});

it("refuses a decision on an action that is not open", async () => {
  const agent = await waiting();
  await decide(agent, "an-1", decision());
  await expect(decide(agent, "an-1", decision({ by: "bob" }))).rejects.toMatchObject({ code: "REJECTED" });
  await expect(decide(agent, "an-1", decision({ actionId: "an-1-a9" }))).rejects.toMatchObject({ code: "REJECTED" });
  expect(await agent.deps.store.getDecision("an-1-a1")).toMatchObject({ by: "ada" });
});

it("needs no telemetry to finish, because the incident may be gone", async () => {
  const agent = await waiting();
  const empty = incidentsHolding({}, { ...(await agent.deps.incidents.getIncident("inc-1")), id: "another" });
  agent.deps.incidents = empty;
  await decide(agent, "an-1", decision());
  expect(await decide(agent, "an-1", decision({ actionId: "an-1-a2", decision: "rejected" }))).toMatchObject({
    status: "done",
  });
});

it("stores the first decision if the process died before storing it", async () => {
  const agent = await waiting();
  const { recordDecision } = agent.deps.store;
  agent.deps.store.recordDecision = () => Promise.reject(new Error("power cut"));
  await expect(decide(agent, "an-1", decision())).rejects.toThrow("power cut");
  expect(await agent.deps.store.getDecision("an-1-a1")).toBeNull();

  agent.deps.store.recordDecision = recordDecision;
  await expect(decide(agent, "an-1", decision({ by: "bob", decision: "rejected" }))).rejects.toMatchObject({
    code: "REJECTED",
  });
  expect(await agent.deps.store.getDecision("an-1-a1")).toMatchObject({ by: "ada", decision: "approved" });
  expect(await decide(agent, "an-1", decision({ actionId: "an-1-a2" }))).toMatchObject({ status: "done" });
});

it("does not wait when nobody can decide", async () => {
  const runbooks = { name: "fake", listRunbooks: async () => [runbookFor(["cpu_contention"])] };
  const agent = await agentOver(
    { metrics: metricsAnswering(spiking), topology: declaredTopology },
    { runbooks, review: false },
  );
  expect(await analyse(agent, "inc-1", { analysisId: "an-1" })).toMatchObject({
    status: "done",
    report: { actions: [{ id: "an-1-a1" }, { id: "an-1-a2" }] },
  });
});
