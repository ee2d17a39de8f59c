import { expect, it, onTestFinished } from "vitest";
import { sqlCanaryStore } from "../../src/connectors/sql/canaries.ts";
import { openDatabase } from "../../src/connectors/sqlite/open-database.ts";
import type { Canary } from "../../src/domain/canary.ts";
import type { ModelReply, ModelRequest, ModelRoutes } from "../../src/domain/chat-model.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import { canaryRoutes } from "../../src/llm/canary-routes.ts";
import { aCanary } from "./canary-fixtures.ts";
import { aRequest } from "./model-fixtures.ts";
import { scriptedModel } from "./scripted-model.ts";

type Answer = (request: ModelRequest) => Partial<ModelReply>;
const CONTEXT = { analysisId: "A1", incidentId: "I1" };

/** A canary over two scripted models. */
async function withCanary(canary: Canary | null, { old, candidate }: { old: Answer; candidate: Answer }) {
  const sql = await openDatabase(":memory:");
  onTestFinished(() => sql.close());
  const store = sqlCanaryStore(sql);
  const started = { canaryId: "canary-1", atMs: 0, step: "started", by: "ann", why: "test" } as const;
  if (canary !== null) await store.startCanary(canary, started);
  const models = { old: scriptedModel(old, "large"), candidate: scriptedModel(candidate, "small") };
  const routesTo = (name: "old" | "candidate"): ModelRoutes => ({ modelsFor: () => [models[name]] });
  const logged: string[] = [];
  const log = { info: () => {}, error: () => {}, warn: (_: object, text: string) => logged.push(text) };
  let ids = 0;
  const routes = canaryRoutes(routesTo("old"), {
    store,
    open: async () => routesTo("candidate"),
    log: log as never,
    now: () => 1_000,
    newId: () => `x-${(ids += 1)}`,
  });
  const complete = async (request = aRequest()): Promise<ModelReply> => {
    const [model] = routes.modelsFor("explain", CONTEXT);
    if (model === undefined) throw new Error("no model");
    return model.complete(request);
  };
  return { store, models, routes, complete, logged };
}

const texts = { old: () => ({ text: "old", callId: "C-old" }), candidate: () => ({ text: "new", callId: "C-new" }) };

it("shows the old answer, and records the candidate's without secrets", async () => {
  const { store, complete, routes } = await withCanary(aCanary(), {
    ...texts,
    candidate: () => ({ text: "password=hunter2hunter2" }),
  });
  expect((await complete()).text).toBe("old");
  await routes.settled();
  const [comparison] = await store.canaryComparisons("canary-1", 10);
  expect(comparison).toMatchObject({ incidentId: "I1", candidate: { bad: null, tokens: 110 } });
  expect(comparison?.hiddenText).not.toContain("hunter2");
  expect((await store.runningCanary("explain"))?.compared).toBe(1);
});

it("asks no candidate without a canary, for another task, or for an incident outside its share", async () => {
  for (const canary of [null, aCanary({ task: "ask" }), aCanary({ stage: 0, id: "canary-2" })]) {
    const { complete, models, routes } = await withCanary(canary, texts);
    expect((await complete()).text).toBe("old");
    await routes.settled();
    expect(models.candidate.requests).toHaveLength(0);
  }
});

it("does not wait for the candidate, and does not suffer when it fails", async () => {
  const down = (): never => {
    throw new IncidentError("UNAVAILABLE", "down", { hint: "-" });
  };
  const { store, complete, routes } = await withCanary(aCanary(), { ...texts, candidate: down });
  for (let at = 0; at < 20; at++) expect((await complete()).text).toBe("old");
  await routes.settled();
  expect(await store.runningCanary("explain")).toBeNull();
  expect((await store.canarySteps("canary-1")).map(({ step }) => step)).toEqual(["started", "returned"]);
});

it("shows the candidate's answer once live, and the old one where the candidate gave none", async () => {
  let isCut = false;
  const { store, complete, routes, logged } = await withCanary(aCanary({ mode: "live" }), {
    ...texts,
    candidate: () => ({ text: "new", callId: "C-new", finish: isCut ? "length" : "stop" }),
  });
  expect((await complete()).text).toBe("new");
  isCut = true;
  expect((await complete()).text).toBe("old");
  await routes.settled();
  expect(logged).toEqual(["the candidate gave no good answer; the old one is shown"]);
  const comparisons = await store.canaryComparisons("canary-1", 10);
  expect(comparisons.map(({ candidate }) => candidate.bad).filter((bad) => bad !== null)).toEqual(["cut"]);
  expect(comparisons.map(({ hiddenText }) => hiddenText)).toEqual(["old", "old"]);
});

it("counts verdicts on shown answers", async () => {
  const { store, complete, routes } = await withCanary(aCanary({ mode: "live" }), texts);
  const { callId } = await complete();
  await routes.settled();
  await routes.judge?.(callId, { verdict: "unsupported", claims: 2, unsupportedClaims: 2 });
  await routes.judge?.("C-other", { verdict: "unsupported", claims: 2, unsupportedClaims: 2 });
  expect((await store.runningCanary("explain"))?.tests.unsupported).toMatchObject({ n: 1 });
});

it("sends the candidate's prompt with its own version, and everything else as it is", async () => {
  const prompt = { name: "explain", version: 9, system: "Explain briefly." };
  const { complete, models, routes } = await withCanary(aCanary({ candidate: { prompt } }), texts);
  await complete();
  await routes.settled();
  expect(models.old.requests[0]?.messages[0]).toEqual({ role: "system", text: "You explain." });
  const [request] = models.candidate.requests;
  expect(request?.prompt).toMatchObject({ name: "explain", version: 9 });
  expect(request?.messages).toEqual([{ role: "system", text: "Explain briefly." }, aRequest().messages[1]]);
});

it("keeps the configuration in force when the store cannot be read", async () => {
  const { complete, routes, store, logged } = await withCanary(aCanary(), texts);
  store.runningCanary = () => Promise.reject(new IncidentError("UNAVAILABLE", "locked", { hint: "-" }));
  expect((await complete()).text).toBe("old");
  await routes.settled();
  expect(logged[0]).toContain("canaries could not be read: locked");
});
