import { expect, it } from "vitest";
import type { ModelMessage, ModelReply } from "../../src/domain/chat-model.ts";
import { ContextOverflow } from "../../src/domain/context-overflow.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { ModelVerdict } from "../../src/domain/model-verdict.ts";
import { type LoopBudget, spentBudget } from "../../src/llm/loop-budget.ts";
import type { LoopTool } from "../../src/llm/loop-tool.ts";
import { type LoopInput, runToolLoop } from "../../src/llm/tool-loop.ts";
import { conversationLength, shortenResults } from "../../src/llm/shorten-results.ts";
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
const loop = (
  answer: Parameters<typeof scriptedModel>[0],
  input: Partial<LoopInput> = {},
  contextTokens: number | null = null,
) => {
  const model = { ...scriptedModel(answer), contextTokens };
  return {
    model,
    result: runToolLoop({
      task: "investigate",
      models: [model],
      prompt: { name: "test", version: 1, system: "Static." },
      tools: [tool("fetch")],
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
  const { result } = loop((_, turn) => (turn < 2 ? calling("fetch", { turn }) : calling("conclude")), {
    onStep: ({ step }) => void steps.push(step),
  });
  expect(await result).toMatchObject({ stop: "done", concluded: true, use: { steps: 2, inputTokens: 300 } });
  expect(steps).toEqual(["used fetch", "used fetch", "used conclude"]);
});

it("ends an endless loop at the budget of steps, and still asks for a conclusion", async () => {
  const { result, model } = loop((request, turn) =>
    JSON.stringify(request.messages.at(-1)).includes("used up") ? calling("conclude") : calling("fetch", { turn }),
  );
  expect(await result).toMatchObject({ stop: "steps", concluded: true, use: { steps: 10 } });
  expect(model.requests).toHaveLength(11);
});

it("ends though a model never concludes", async () => {
  const { result } = loop((_, turn) => calling("fetch", { turn }));
  expect(await result).toMatchObject({ stop: "steps", concluded: false });
});

it("keeps enough tokens for a conclusion", async () => {
  const { result } = loop(
    (request, turn) =>
      JSON.stringify(request.messages.at(-1)).includes("used up") ? calling("conclude") : calling("fetch", { turn }),
    { budget: { ...AMPLE, tokens: 700 } },
  );
  const { stop, concluded, use } = await result;
  expect([stop, concluded]).toEqual(["tokens", true]);
  expect(use.inputTokens + use.outputTokens).toBeLessThanOrEqual(700);
});

it("counts tokens itself for a server that does not", async () => {
  const { result } = loop((_, turn) => ({ ...calling("fetch", { turn }), use: null }), {
    budget: { ...AMPLE, tokens: 400 },
    opening: "x".repeat(400),
  });
  expect(await result).toMatchObject({ stop: "tokens" });
});

it("ends at the budgets of money and time", async () => {
  let usd = 0;
  const paid = loop((_, turn) => calling("fetch", { turn }), {
    budget: { ...AMPLE, usd: 0.1 },
    usdOf: async () => (usd += 0.02),
  });
  expect(await paid.result).toMatchObject({ stop: "usd" });
  let nowMs = 0;
  const slow = loop((_, turn) => calling("fetch", { turn }), {
    budget: { ...AMPLE, ms: 1000 },
    now: () => (nowMs += 100),
  });
  expect(await slow.result).toMatchObject({ stop: "seconds" });
});

it("cuts off a model that does not answer in the time that is left", async () => {
  const { result, model } = loop(() => calling("fetch"));
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
        { calls: Array.from({ length: 500 }, (_, at) => ({ id: `c${at}`, name: "fetch", input: {} })) },
        calling("fetch", { text: "x".repeat(1_000_000) }),
        calling("conclude"),
      ][turn] ?? {},
    { tools: [tool("fetch", async (input) => (runs.push(input), { text: "{}", step: "looked", ok: true }))] },
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
  const { result, model } = loop((_, turn) => (turn < 3 ? calling("fetch", { turn }) : calling("conclude")));
  await result;
  const prefixes = new Set(model.requests.map(({ messages, tools }) => JSON.stringify([messages[0], tools])));
  expect(prefixes.size).toBe(1);
});

/** A result of 40 rows, as `resultText` writes it. */
const bigResult = (turn: number): string =>
  JSON.stringify({
    key: `K${turn}`,
    tool: "fetch",
    rows: 40,
    shown: 40,
    summary: {},
    data: Array.from({ length: 40 }, (_, row) => ({ row, value: `value-${turn}-${row}` })),
  });

it.each([
  ["refuses what is too long and names its limit", 6_000, null],
  ["refuses what is too long without a word on its limit", null, null],
  ["has a known limit", 6_000, 6_000],
])("shortens old results for a model that %s, and goes on", async (_, named, known) => {
  const limitChars = 4_500 * 3;
  let turns = 0;
  let refusals = 0;
  const { model, result } = loop(
    ({ messages, tools }) => {
      const length = conversationLength(messages) + JSON.stringify(tools).length;
      if (length > limitChars) {
        refusals += 1;
        const requestTokens = named === null ? null : Math.ceil(length / 3);
        throw new ContextOverflow("the model", { contextTokens: named, requestTokens });
      }
      const use = { inputTokens: Math.ceil(length / 3), outputTokens: 10 };
      return { ...((turns += 1) <= 14 ? calling("fetch", { turns }) : calling("conclude")), use };
    },
    {
      budget: { ...AMPLE, steps: 20 },
      opening: `{"incident":"${"x".repeat(2_000)}"}`,
      tools: [tool("fetch", async () => ({ text: bigResult(turns), step: "looked", ok: true }))],
    },
    known,
  );
  expect(await result).toMatchObject({ stop: "done", concluded: true, failure: null });
  expect(refusals > 0).toBe(known === null);
  const [first, last] = [model.requests[0], model.requests.at(-1)];
  expect(last?.messages.slice(0, 2)).toEqual(first?.messages);
  const results = last?.messages.filter(({ role }) => role === "tool").map(({ text }) => text) ?? [];
  expect(results).toHaveLength(14);
  expect(JSON.parse(results[0] ?? "")).toMatchObject({ key: "K1", tool: "fetch", rows: 40, shown: 2 });
  expect(results.at(-1)).toBe(bigResult(14));
});

it("shortens older results to their first rows, then to their key, and the newest last", () => {
  const messages: ModelMessage[] = [
    { role: "system", text: "Static." },
    { role: "user", text: "{}" },
    ...[1, 2].flatMap((turn): ModelMessage[] => [
      { role: "assistant", text: "", calls: [] },
      { role: "tool", callId: `c${turn}`, text: bigResult(turn) },
    ]),
  ];
  const rowsOf = (maxChars: number): unknown[] =>
    (shortenResults(messages, maxChars) ?? [])
      .filter(({ role }) => role === "tool")
      .map(({ text }) => (JSON.parse(text) as { data?: unknown[] }).data?.length);
  const length = conversationLength(messages);
  expect(rowsOf(length)).toEqual([]);
  expect(rowsOf(length - 1)).toEqual([2, 40]);
  expect(rowsOf(bigResult(2).length + 200)).toEqual([undefined, 40]);
  expect(rowsOf(600)).toEqual([undefined, 2]);
  expect(rowsOf(0)).toEqual([undefined, undefined]);
  const shortest = shortenResults(messages, 0) ?? [];
  expect(shortest.slice(0, 3)).toEqual(messages.slice(0, 3));
  expect(JSON.parse(shortest[3]?.text ?? "")).toMatchObject({ key: "K1", tool: "fetch", rows: 40 });
  expect(shortenResults(shortest, 0)).toBeNull();
});

it("hands the overflow to the next model if the opening alone is too long, and ends if there is none", async () => {
  const small = scriptedModel(() => {
    throw new ContextOverflow("small", { contextTokens: 10, requestTokens: 20 });
  }, "small");
  const large = scriptedModel(() => calling("conclude"), "large");
  expect(await loop(() => ({}), { models: [small, large] }).result).toMatchObject({ stop: "done", model: "large-1" });
  const { stop, failure } = await loop(() => ({}), { models: [small] }).result;
  expect([stop, failure]).toEqual(["model", expect.any(ContextOverflow)]);
  expect(small.requests).toHaveLength(2);
});

it("ends at its budget though every conversation is too long", async () => {
  let nowMs = 0;
  const { result, model } = loop(
    ({ messages }) => {
      if (messages.length > 2) throw new ContextOverflow("small", { contextTokens: null, requestTokens: null });
      return calling("fetch");
    },
    {
      budget: { ...AMPLE, ms: 1_000 },
      now: () => (nowMs += 100),
      tools: [tool("fetch", async () => ({ text: "x".repeat(100_000), step: "looked", ok: true }))],
    },
  );
  expect(await result).toMatchObject({ concluded: false, failure: expect.any(ContextOverflow) as unknown });
  expect(model.requests.length).toBeLessThanOrEqual(4);
});

it("judges each answer but the last by its form, so that malformed calls count", async () => {
  const verdicts: [string | undefined, ModelVerdict][] = [];
  const { result } = loop(
    (_, turn) => ({
      callId: `call-${turn}`,
      ...[
        calling("fetch", { turn: 1 }),
        calling("no_such_tool"),
        { text: "It is the cache." },
        calling("fetch", { wrong: true }),
        calling("fetch", { turn: 1 }),
        calling("conclude"),
      ][turn],
    }),
    {
      judge: async (callId, { verdict }) => void verdicts.push([callId, verdict]),
      tools: [
        tool("fetch", async (input) => ({
          text: "{}",
          step: "looked",
          ok: !JSON.stringify(input).includes("wrong"),
        })),
      ],
    },
  );
  expect((await result).callIds.at(-1)).toBe("call-5");
  expect(verdicts).toEqual([
    ["call-0", "accepted"],
    ["call-1", "malformed"],
    ["call-2", "malformed"],
    ["call-3", "malformed"],
    ["call-4", "accepted"],
  ]);
});

it("counts an answer that the server held back as refused", async () => {
  const verdicts: ModelVerdict[] = [];
  const { result } = loop((_, turn) => ({ callId: `call-${turn}`, text: "", finish: "filtered" }), {
    judge: async (_, { verdict }) => void verdicts.push(verdict),
  });
  expect(await result).toMatchObject({ stop: "model", lastAnswer: "refused" });
  expect(verdicts).toEqual(["refused"]);
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
