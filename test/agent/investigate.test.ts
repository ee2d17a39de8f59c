import { expect, it } from "vitest";
import { analyse } from "../../src/agent/analyse.ts";
import { fileIncidents } from "../../src/connectors/files/incidents.ts";
import type { ChatModel, ModelReply, ModelRequest } from "../../src/domain/chat-model.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { Report } from "../../src/domain/report.ts";
import type { LoopBudget } from "../../src/llm/loop-budget.ts";
import { scriptedModel } from "../llm/scripted-model.ts";
import { agentOver, incident, series, topology } from "./fakes.ts";
import { sourceOf } from "../fakes.ts";
import { conversationOf, nextCall } from "./investigating-model.ts";

const investigating = () => scriptedModel((request) => ({ calls: [nextCall(conversationOf(request))] }));
const calling = (name: string, input: unknown): Partial<ModelReply> => ({ calls: [{ id: `c-${name}`, name, input }] });
const conclude = calling("conclude", { conclusion: "Nothing more was found.", evidence_ids: [] });

const recorded = fileIncidents(["fixtures/investigations"]);

async function analysed(id: string, model: ChatModel | null, investigation?: LoopBudget) {
  const models = model && { modelsFor: (task: string) => (task === "investigate" ? [model] : []) };
  const notes: string[] = [];
  const { deps, graph } = await agentOver({}, { incidents: recorded, models, investigation, review: false });
  const { report } = await analyse({ deps, graph }, id, {
    analysisId: "an-1",
    onNote: ({ text }) => void notes.push(text),
  });
  return { report, notes };
}

let unaided: ReturnType<typeof analysed> | undefined;
const withoutModel = () => (unaided ??= analysed("shop-101", null));

/** What must not change: everything that code concluded. */
const concluded = ({ verdict, why, hypotheses, root_causes: roots, evidence, actions }: Report): unknown => ({
  verdict,
  why,
  hypotheses,
  roots,
  evidence,
  actions,
});

it.each([
  ["shop-101", "pricing"],
  ["shop-102", "pricing"],
  ["shop-103", "inventory"],
])("finds the cause of %s, which code left at rank 2", async (id, cause) => {
  const without = await analysed(id, null);
  expect([without.report.verdict, without.report.hypotheses[1]?.entity]).toEqual(["inconclusive", cause]);
  const { report, notes } = await analysed(id, investigating());
  expect(report.hypotheses[0]?.entity).toBe(cause);
  expect(report.investigation).toMatchObject({ stopped_by: "done", failure: null, model: "scripted-1" });
  expect(notes).toEqual(report.investigation?.steps.map(({ what }) => what));
  const found = report.evidence.filter(({ found_by: by }) => by === "scripted");
  expect(found.map(({ id: evidence }) => evidence)).toEqual(report.investigation?.found_ids);
  for (const { reads } of found) expect(reads?.[0]?.basis?.count).toBeGreaterThan(0);
});

it("calls no model if code is sure, and none without one", async () => {
  const model = investigating();
  const models = { modelsFor: () => [model] };
  const { deps, graph } = await agentOver({}, { incidents: fileIncidents(["fixtures"]), models, review: false });
  const { report } = await analyse({ deps, graph }, "shop-001", { analysisId: "an-1" });
  expect(model.requests).toEqual([]);
  expect(report).not.toHaveProperty("investigation");
});

const AMPLE: LoopBudget = { steps: 12, tokens: 1_000_000, usd: null, ms: 60_000 };
it.each<[string, Partial<LoopBudget>]>([
  ["steps", { steps: 3 }],
  ["tokens", { tokens: 500 }],
  ["seconds", { ms: 6 }],
])("stops at the budget of %s, and still reports", async (stop, budget) => {
  let n = 0;
  const endless = scriptedModel(() =>
    calling("list_names", { signal: "metric", entity: ["cart", "catalog", "payment", "pricing"][n++ % 4] }),
  );
  const { report } = await analysed("shop-101", endless, { ...AMPLE, ...budget });
  expect(report.investigation?.stopped_by).toBe(stop);
  expect(report.not_checked).toContainEqual({
    source: "model",
    why: expect.stringContaining("reached its budget") as string,
  });
  expect(report.hypotheses.length).toBeGreaterThan(0);
});

it.each<[string, (request: ModelRequest, turn: number) => Partial<ModelReply>]>([
  [
    "invents evidence",
    (_, turn) =>
      turn === 0 ? calling("read_as", { evidence_id: "E999", entity: "cart", cause: "disk_full" }) : conclude,
  ],
  [
    "invents an entity",
    (_, turn) =>
      turn === 0
        ? calling("examine", { signal: "metric", entity: "cache-7", changed_at: null, quiet_from: null })
        : conclude,
  ],
  [
    "invents a cause",
    (_, turn) => (turn === 0 ? calling("read_as", { evidence_id: "E1", entity: "cart", cause: "gremlins" }) : conclude),
  ],
  ["invents a number", () => calling("conclude", { conclusion: "inventory took 98765 ms.", evidence_ids: ["E1"] })],
  ["claims without evidence", () => calling("conclude", { conclusion: "The cache broke.", evidence_ids: [] })],
  [
    "floods the tools",
    (_, turn) =>
      turn > 3 ? conclude : { calls: Array.from({ length: 1000 }, () => ({ id: "c", name: "read_past", input: {} })) },
  ],
  [
    "sends a megabyte",
    (_, turn) =>
      turn > 0 ? conclude : calling("read_logs", { entity: "x".repeat(1_000_000), containing: null, order: "new" }),
  ],
  ["calls what does not exist", (_, turn) => (turn > 0 ? conclude : calling("run_shell", { command: "rm -rf /" }))],
  ["writes no JSON", (_, turn) => (turn > 0 ? conclude : calling("read_metric", "{broken"))],
  ["only talks", () => ({ text: "The root cause is the gateway. Restart it." })],
])("changes nothing for a model that %s", async (_, answer) => {
  const without = await withoutModel();
  const { report } = await analysed("shop-101", scriptedModel(answer));
  expect(concluded(report)).toEqual(concluded(without.report));
  expect(report.investigation?.conclusion).toBeNull();
  expect(JSON.stringify(report)).not.toMatch(/gremlins|cache-7|98765|run_shell|xxxx|Restart it/);
});

it("reports a model that fails, and concludes what code concludes", async () => {
  const without = await withoutModel();
  const down = scriptedModel(() => {
    throw new IncidentError("UNAVAILABLE", "the server is down", { hint: "Wait." });
  });
  const { report } = await analysed("shop-101", down);
  expect(concluded(report)).toEqual(concluded(without.report));
  expect(report.investigation).toMatchObject({ stopped_by: "model", model: null });
  expect(report.not_checked).toContainEqual({
    source: "model",
    why: "the model failed while it investigated: the server is down (Wait.)",
  });
});

it("begins all requests of 50 incidents with the same bytes", async () => {
  const model = scriptedModel((_, turn) =>
    turn % 2 === 0 ? calling("list_names", { signal: "metric", entity: null }) : conclude,
  );
  const models = { modelsFor: () => [model] };
  for (let n = 0; n < 50; n += 1) {
    const one = { ...incident, title: `Orders fail ${n}`, entry: n % 2 === 0 ? "gateway" : null };
    const spiking = ["stock", "mail"].map((entity) => series(entity, "latency_p99_ms", 20 + n, 900 + n));
    const sources = { metrics: sourceOf("metric", spiking), topology: sourceOf("topology", topology) };
    const { deps, graph } = await agentOver(sources, { models, review: false }, one);
    await analyse({ deps, graph }, one.id, { analysisId: `an-${n}` });
  }
  expect(model.requests).toHaveLength(100);
  const prefixes = new Set(
    model.requests.map(({ messages, tools, prompt }) => JSON.stringify([messages[0], tools, prompt])),
  );
  const openings = new Set(model.requests.map(({ messages }) => messages[1]?.text));
  expect([prefixes.size, openings.size]).toEqual([1, 50]);
});
