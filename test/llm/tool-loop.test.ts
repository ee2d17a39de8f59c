import { expect, it } from "vitest";
import type { ModelReply } from "../../src/domain/chat-model.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import { type LoopBudget, spentBudget } from "../../src/llm/loop-budget.ts";
import { type LoopInput, type LoopTool, runToolLoop } from "../../src/llm/tool-loop.ts";
import { scriptedModel } from "./scripted-model.ts";

const AMPLE: LoopBudget = { steps: 10, tokens: 1_000_000, usd: null, ms: 60_000 };
const tool = (name: string, run: LoopTool["run"] = async () => ({ text: "{}", step: `used ${name}`, ok: true })) => ({
  definition: { name, description: name, input: { type: "object" } },
  run,
});
const calling = (name: string, input: unknown = {}): Partial<ModelReply> => ({
  calls: [{ id: `c-${name}`, name, input }],
  finish: "tool_calls",
});
const loop = (answer: Parameters<typeof scriptedModel>[0], input: Partial<LoopInput> = {}) => {
  const model = scriptedModel(answer);
  return {
    model,
    result: runToolLoop({
      task: "investigate",
      models: [model],
      prompt: { name: "test", version: 1, system: "Static." },
      tools: [tool("look_up")],
      concluding: tool("conclude"),
      opening: "{}",
      budget: AMPLE,
      now: () => 0,
      ...input,
    }),
  };
};

it("runs calls until the model concludes, and reports each step", async () => {
  const steps: string[] = [];
  const { result } = loop((_, turn) => (turn < 2 ? calling("look_up", { turn }) : calling("conclude")), {
    onStep: ({ step }) => void steps.push(step),
  });
  expect(await result).toMatchObject({ stop: "done", concluded: true, use: { steps: 2, inputTokens: 300 } });
  expect(steps).toEqual(["used look_up", "used look_up", "used conclude"]);
});

it("ends an endless loop at the budget of steps, and still asks for a conclusion", async () => {
  const { result, model } = loop((request, turn) =>
    JSON.stringify(request.messages.at(-1)).includes("used up") ? calling("conclude") : calling("look_up", { turn }),
  );
  expect(await result).toMatchObject({ stop: "steps", concluded: true, use: { steps: 10 } });
  expect(model.requests).toHaveLength(11);
});

it("ends though a model never concludes", async () => {
  const { result } = loop((_, turn) => calling("look_up", { turn }));
  expect(await result).toMatchObject({ stop: "steps", concluded: false });
});

it("keeps enough tokens for a conclusion", async () => {
  const { result } = loop(
    (request, turn) =>
      JSON.stringify(request.messages.at(-1)).includes("used up") ? calling("conclude") : calling("look_up", { turn }),
    { budget: { ...AMPLE, tokens: 700 } },
  );
  const { stop, concluded, use } = await result;
  expect([stop, concluded]).toEqual(["tokens", true]);
  expect(use.inputTokens + use.outputTokens).toBeLessThanOrEqual(700);
});

it("counts tokens itself for a server that does not", async () => {
  const { result } = loop((_, turn) => ({ ...calling("look_up", { turn }), use: null }), {
    budget: { ...AMPLE, tokens: 400 },
    opening: "x".repeat(400),
  });
  expect(await result).toMatchObject({ stop: "tokens" });
});

it("ends at the budgets of money and time", async () => {
  let usd = 0;
  const paid = loop((_, turn) => calling("look_up", { turn }), {
    budget: { ...AMPLE, usd: 0.1 },
    usdOf: async () => (usd += 0.02),
  });
  expect(await paid.result).toMatchObject({ stop: "usd" });
  let nowMs = 0;
  const slow = loop((_, turn) => calling("look_up", { turn }), {
    budget: { ...AMPLE, ms: 1000 },
    now: () => (nowMs += 100),
  });
  expect(await slow.result).toMatchObject({ stop: "seconds" });
});

it("cuts off a model that does not answer in the time that is left", async () => {
  const { result, model } = loop(() => calling("look_up"));
  expect((await result).stop).toBe("steps");
  model.complete = async (_, signal) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
  const late = await runToolLoop({
    task: "investigate",
    models: [model],
    prompt: { name: "test", version: 1, system: "Static." },
    tools: [],
    concluding: tool("conclude"),
    opening: "{}",
    budget: { ...AMPLE, ms: 5 },
    now: () => 0,
  });
  expect(late).toMatchObject({ stop: "seconds", model: null });
});

it("tries the next model if the first fails before it answered", async () => {
  const down = scriptedModel(() => {
    throw new IncidentError("UNAVAILABLE", "the server is down", { hint: "Wait." });
  }, "small");
  const large = scriptedModel(() => calling("conclude"), "large");
  expect(await loop(() => ({}), { models: [down, large] }).result).toMatchObject({ stop: "done", model: "large-1" });
  expect(await loop(() => ({}), { models: [down] }).result).toMatchObject({
    stop: "model",
    failure: expect.objectContaining({ code: "UNAVAILABLE" }) as unknown,
  });
});

it("refuses unknown tools, repeated calls, floods and huge arguments, and each costs a step", async () => {
  const runs: unknown[] = [];
  const { result, model } = loop(
    (_, turn) =>
      [
        calling("rm_rf"),
        { calls: Array.from({ length: 500 }, (_, at) => ({ id: `c${at}`, name: "look_up", input: {} })) },
        calling("look_up", { text: "x".repeat(1_000_000) }),
        calling("conclude"),
      ][turn] ?? {},
    { tools: [tool("look_up", async (input) => (runs.push(input), { text: "{}", step: "looked", ok: true }))] },
  );
  expect(await result).toMatchObject({ stop: "done", use: { steps: 6 } });
  expect(runs).toEqual([{}]);
  expect(JSON.stringify(model.requests.at(-1)).length).toBeLessThan(10_000);
});

it("ends if the model writes text twice instead of calling a tool", async () => {
  const { result, model } = loop(() => ({ text: "It is the cache." }));
  expect(await result).toMatchObject({ stop: "model", failure: null, concluded: false });
  expect(model.requests).toHaveLength(2);
});

it("begins each request with the same bytes", async () => {
  const { result, model } = loop((_, turn) => (turn < 3 ? calling("look_up", { turn }) : calling("conclude")));
  await result;
  const prefixes = new Set(model.requests.map(({ messages, tools }) => JSON.stringify([messages[0], tools])));
  expect(prefixes.size).toBe(1);
});

it.each([
  [{ steps: 10 }, "inquiry", "steps"],
  [{ steps: 10 }, "conclusion", null],
  [{ inputTokens: 900_000 }, "inquiry", "tokens"],
  [{ inputTokens: 900_000 }, "conclusion", null],
  [{ ms: 50_000 }, "inquiry", "seconds"],
  [{ ms: 60_000 }, "conclusion", "seconds"],
] as const)("of %j in the phase %s: %s", (used, phase, stop) => {
  const none = { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0, ms: 0 };
  expect(spentBudget(AMPLE, { ...none, ...used }, phase)).toBe(stop);
});
