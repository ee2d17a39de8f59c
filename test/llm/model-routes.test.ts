import { expect, it } from "vitest";
import type { ChatModel, ModelReply, ModelTask } from "../../src/domain/chat-model.ts";
import { ContextOverflow } from "../../src/domain/context-overflow.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { ModelCall } from "../../src/domain/model-call.ts";
import { isCapError } from "../../src/llm/cap-error.ts";
import { modelRoutes, type RoutesParts } from "../../src/llm/model-routes.ts";
import { quotedJson } from "../../src/llm/quoted-data.ts";
import { hashedWords } from "../../src/memory/hashed-words.ts";
import { aRequest, caps, memoryModelStore } from "./model-fixtures.ts";
import { scriptedModel } from "./scripted-model.ts";

const NOW = Date.UTC(2026, 10, 30, 12);
const PRICE = { input: 1, cachedInput: 0.5, output: 10 };
const SECRET = "ghp_0123456789abcdefghijABCDEFGHIJ012345";

async function routed(
  answer: (turn: number) => Partial<ModelReply>,
  parts: Partial<RoutesParts> & { price?: typeof PRICE | null } = {},
) {
  const { price = PRICE, store = await memoryModelStore(), ...others } = parts;
  const model = scriptedModel((_, turn) => answer(turn));
  const logged: string[] = [];
  const log = { info: () => {}, error: () => {}, warn: (_: object, text: string) => logged.push(text) };
  let ids = 0;
  const routes = modelRoutes({
    modelsOf: () => [{ model, price, settings: null, holdMs: 1_000 }],
    store,
    caps: caps(),
    cache: { maxAgeMs: 1e9, maxBytes: 1e6, embedder: null },
    tenant: "default",
    log: log as never,
    now: () => NOW,
    newId: () => `id-${process.hrtime.bigint()}-${(ids += 1)}`,
    ...others,
  });
  const open = (analysisId = "A1", incidentId = "I1", task: ModelTask = "explain"): ChatModel => {
    const [opened] = routes.modelsFor(task, { analysisId, incidentId });
    if (opened === undefined) throw new Error("no model");
    return opened;
  };
  const calls = (): Promise<ModelCall[]> => store.listCalls({}, { after: null, limit: 100 });
  return { routes, model, open, store, calls, logged };
}

it("records a call with its tokens, cost, times and hashes, and hands out its id", async () => {
  const { open, calls } = await routed(() => ({
    text: "fine",
    use: { inputTokens: 1_000, outputTokens: 100, cachedTokens: 400 },
    firstTokenMs: 7,
    totalMs: 70,
  }));
  const reply = await open().complete(aRequest());
  const [call] = await calls();
  expect(call).toMatchObject({
    id: reply.callId,
    analysisId: "A1",
    incidentId: "I1",
    task: "explain",
    model: "scripted",
    version: "scripted-1",
    prompt: "explain",
    inputTokens: 1_000,
    cachedTokens: 400,
    outputTokens: 100,
    firstTokenMs: 7,
    totalMs: 70,
    finish: "stop",
    cache: "none",
    error: null,
    verdict: "unjudged",
    prefixSha256: "f".repeat(64),
  });
  expect(call?.costUsd).toBeCloseTo((600 * 1 + 400 * 0.5 + 100 * 10) / 1e6, 12);
});

it("keeps neither prompt nor answer nor secret in the ledger", async () => {
  const { open, calls } = await routed(() => ({ text: `the answer is ${SECRET}` }));
  await open().complete(aRequest({ messages: [{ role: "user", text: `why? ${SECRET}` }] }));
  const text = JSON.stringify(await calls());
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain("why?");
  expect(text).not.toContain("the answer");
});

it("has a row before the answer arrives, so a call whose process dies is known", async () => {
  const store = await memoryModelStore();
  const during: (string | null)[] = [];
  const model: ChatModel = {
    name: "slow",
    server: "http://model.test/v1",
    async complete() {
      during.push(...(await store.listCalls({}, { after: null, limit: 9 })).map(({ error }) => error));
      throw new IncidentError("UNAVAILABLE", "down", { hint: "" });
    },
  };
  const { open } = await routed(() => ({}), {
    store,
    modelsOf: () => [{ model, price: null, settings: null, holdMs: 1 }],
  });
  await expect(open().complete(aRequest())).rejects.toThrow("down");
  expect(during).toEqual(["UNFINISHED"]);
});

it("records a failed call by the code of its error, and passes the error on", async () => {
  const down = new IncidentError("UNAVAILABLE", `the server repeats ${SECRET}`, { hint: "" });
  const { open, calls } = await routed(() => {
    throw down;
  });
  await expect(open().complete(aRequest())).rejects.toBe(down);
  expect(await calls()).toMatchObject([{ error: "UNAVAILABLE", verdict: "failed", costUsd: null, version: null }]);
  expect(JSON.stringify(await calls())).not.toContain(SECRET);
});

it("goes on when the ledger cannot be written, and the log says so", async () => {
  const store = await memoryModelStore();
  const { open, logged } = await routed(() => ({ text: "fine" }), {
    store: { ...store, putCall: () => Promise.reject(new Error("disk full")) },
  });
  expect((await open().complete(aRequest())).text).toBe("fine");
  expect(logged[0]).toContain("missing in the ledger: disk full");
});

it("loses no answer to a store that counts or keeps nothing, and the log says so", async () => {
  const store = await memoryModelStore();
  const full = () => Promise.reject(new Error("disk full"));
  const { open, logged } = await routed(() => ({ text: "fine" }), {
    store: { ...store, settle: full, keepReply: full },
  });
  expect((await open().complete(aRequest())).text).toBe("fine");
  expect(logged).toEqual(["caps did not count a call: disk full", "a reply was not kept: disk full"]);
});

it("sets the verdict of a call, and ignores a reply without a row", async () => {
  const { routes, open, calls } = await routed(() => ({}));
  const { callId } = await open().complete(aRequest());
  await routes.judge?.(callId, { verdict: "partial", claims: 3, unsupportedClaims: 1 });
  await routes.judge?.(undefined, { verdict: "accepted", claims: 3, unsupportedClaims: 0 });
  expect(await calls()).toMatchObject([{ verdict: "partial", claims: 3, unsupportedClaims: 1 }]);
});

it("answers the same request from the cache, for nothing, and records that", async () => {
  const { open, model, calls, routes } = await routed((turn) => ({ text: `answer ${turn}` }));
  const first = await open("A1").complete(aRequest());
  const second = await open("A2", "I2").complete(aRequest());
  expect(second.text).toBe(first.text);
  expect(second).toMatchObject({ cached: true, use: { inputTokens: 0, outputTokens: 0 } });
  expect(model.requests).toHaveLength(1);
  expect((await calls()).map(({ cache, costUsd }) => [cache, costUsd === 0])).toEqual(
    expect.arrayContaining([
      ["none", false],
      ["exact", true],
    ]),
  );
  expect(await routes.spendOf?.("A2")).toMatchObject({ calls: 0, cachedCalls: 1, inputTokens: 0, usd: 0 });
});

it.each(["malformed", "refused", "unsupported"] as const)(
  "drops a cached answer that is judged %s",
  async (verdict) => {
    const { open, model, routes } = await routed((turn) => ({ text: `answer ${turn}` }));
    const { callId } = await open().complete(aRequest());
    await routes.judge?.(callId, { verdict, claims: null, unsupportedClaims: null });
    const again = await open().complete(aRequest());
    expect([again.text, again.cached]).toEqual(["answer 1", false]);
    const hit = await open("A2").complete(aRequest());
    expect(hit.cached).toBe(true);
    await routes.judge?.(hit.callId, { verdict, claims: null, unsupportedClaims: null });
    expect((await open().complete(aRequest())).text).toBe("answer 2");
    expect(model.requests).toHaveLength(3);
  },
);

it("keeps a cached answer that is judged good or of which a part was used", async () => {
  const { open, model, routes } = await routed(() => ({}));
  for (const verdict of ["accepted", "repaired", "partial"] as const) {
    const { callId } = await open().complete(aRequest());
    await routes.judge?.(callId, { verdict, claims: null, unsupportedClaims: null });
  }
  expect(model.requests).toHaveLength(1);
});

it.each<[string, Partial<Parameters<typeof aRequest>[0]>]>([
  ["another message", { messages: [{ role: "user", text: "other" }] }],
  ["another sample", { sample: 1 }],
  ["another prompt", { prompt: { name: "explain", version: 2, sha256: "e".repeat(64) } }],
  ["another tool", { tools: [{ name: "look", description: "", input: {} }] }],
  ["another form of the answer", { answer: { name: "a", description: "", schema: { type: "object" } } }],
])("does not answer %s from the cache", async (_, change) => {
  const { open, model } = await routed(() => ({}));
  await open().complete(aRequest());
  await open().complete(aRequest(change));
  expect(model.requests).toHaveLength(2);
});

it("never answers one tenant with the reply of another, nor one setting with that of another", async () => {
  const store = await memoryModelStore();
  const replies = [];
  for (const [tenant, settings] of [
    ["a", 1],
    ["b", 1],
    ["a", 2],
    ["a", 1],
  ] as const) {
    const { model, open } = await routed(() => ({}), {
      store,
      tenant,
      modelsOf: () => [{ model, price: null, settings, holdMs: 1 }],
    });
    replies.push((await open().complete(aRequest())).cached);
  }
  expect(replies).toEqual([false, false, false, true]);
});

it.each<Partial<ModelReply>>([
  { finish: "length" },
  { finish: "filtered" },
  { finish: "unknown" },
  { text: `use ${SECRET}` },
])("keeps no reply that is cut or holds a secret: %j", async (reply) => {
  const { open, model } = await routed(() => reply);
  await open().complete(aRequest());
  await open().complete(aRequest());
  expect(model.requests).toHaveLength(2);
});

it("refuses a call that a cap has no room for with a sentence, sends nothing, and still answers from the cache", async () => {
  const { open, model, calls } = await routed(() => ({}), { caps: caps({ analysis: { calls: 1 } }) });
  await open().complete(aRequest());
  const refused = await open()
    .complete(aRequest({ sample: 1 }))
    .catch((error: unknown) => error);
  expect(isCapError(refused)).toBe(true);
  expect(String(refused)).toContain(
    "the cap on calls for this analysis (1) leaves no room for another call of a model: 1 used or reserved, and the call may need 1",
  );
  expect((await open().complete(aRequest())).cached).toBe(true);
  expect(model.requests).toHaveLength(1);
  expect((await calls()).map(({ error }) => error)).toContain("CAP");
});

it("counts the prompt of a call that failed, so that failing calls do not pass a cap", async () => {
  const limits = caps({ day: { tokens: 1_500 } });
  const { open, model, store } = await routed(
    () => {
      throw new IncidentError("UNAVAILABLE", "too slow", { hint: "" });
    },
    { caps: limits },
  );
  const long = (sample: number) => aRequest({ sample, messages: [{ role: "user", text: "x".repeat(1_500) }] });
  for (let sample = 0; sample < 5; sample++)
    await open()
      .complete(long(sample))
      .catch(() => undefined);
  expect(model.requests).toHaveLength(2);
  const [use] = await store.capUses({ analysisId: null, incidentId: null }, limits, NOW);
  expect(use?.used).toBeGreaterThan(1_000);
});

it("counts no tokens for a request that was refused unread, and has a word for one that was too long", async () => {
  const limits = caps({ day: { tokens: 1_500 } });
  const { open, calls, store } = await routed(
    () => {
      throw new ContextOverflow("the model", { contextTokens: 10, requestTokens: 20 });
    },
    { caps: limits },
  );
  await open()
    .complete(aRequest())
    .catch(() => undefined);
  expect(await calls()).toMatchObject([{ error: "CONTEXT", verdict: "failed" }]);
  const [use] = await store.capUses({ analysisId: null, incidentId: null }, limits, NOW);
  expect(use?.used).toBe(0);
});

it("counts the tokens of servers that do not count them", async () => {
  const { open, store } = await routed(() => ({ use: null, text: "x".repeat(300) }), {
    caps: caps({ day: { tokens: 10_000 } }),
  });
  await open().complete(aRequest());
  const [use] = await store.capUses({ analysisId: null, incidentId: null }, caps({ day: { tokens: 10_000 } }), NOW);
  expect(use?.used).toBeGreaterThan(100);
});

it("warns once at 80 % of a cap, in the log and in what was spent", async () => {
  const limits = caps({ analysis: { calls: 5 } });
  const { open, logged, routes } = await routed(() => ({}), { caps: limits });
  for (let sample = 0; sample < 3; sample++) await open().complete(aRequest({ sample }));
  expect(logged).toEqual([]);
  expect((await routes.spendOf?.("A1"))?.warnings).toEqual([]);
  for (let sample = 3; sample < 5; sample++) await open().complete(aRequest({ sample }));
  expect(logged).toEqual(["80 % of the cap on calls for this analysis (5) is used"]);
  expect((await routes.spendOf?.("A1"))?.warnings).toEqual(["100 % of the cap on calls for this analysis (5) is used"]);
});

it("does not know what was spent when one call has no price", async () => {
  const { open, routes } = await routed(() => ({}), { price: null });
  await open().complete(aRequest());
  expect(await routes.spendOf?.("A1")).toEqual({
    models: ["scripted"],
    calls: 1,
    cachedCalls: 0,
    inputTokens: 100,
    outputTokens: 10,
    usd: null,
    warnings: [],
  });
});

it("passes an abort on and records it", async () => {
  const abort = new AbortController();
  const { open, calls } = await routed(() => {
    abort.abort();
    return abort.signal.throwIfAborted() ?? {};
  });
  await expect(open().complete(aRequest(), abort.signal)).rejects.toThrow("abort");
  expect(await calls()).toMatchObject([{ error: "ABORTED", verdict: "failed" }]);
});

const ask = (question: string, data = "5 errors") =>
  aRequest({
    task: "ask",
    messages: [
      { role: "system", text: "You answer." },
      { role: "user", text: `<data>${quotedJson({ question, data })}</data>` },
    ],
    question,
  });
const SEMANTIC = { maxAgeMs: 1e9, maxBytes: 1e6, embedder: hashedWords };

it("answers a question in other words from the semantic cache, if it is on", async () => {
  const { open, model, calls } = await routed(() => ({ text: "no" }), { cache: SEMANTIC });
  await open().complete(ask("Which of the upstream services failed first after deploy 118 of orders?"));
  const again = await open().complete(
    ask("which of the upstream services failed first after the deploy 118 of orders"),
  );
  expect(again).toMatchObject({ text: "no", cached: true, cachedBy: "semantic" });
  expect(model.requests).toHaveLength(1);
  expect((await calls()).map(({ cache }) => cache).toSorted()).toEqual(["none", "semantic"]);
});

it("drops an answer that is judged bad from both caches", async () => {
  const { open, model, routes } = await routed(() => ({ text: "no" }), { cache: SEMANTIC });
  const { callId } = await open().complete(ask("Is it the cache of orders?"));
  await routes.judge?.(callId, { verdict: "malformed", claims: null, unsupportedClaims: null });
  expect((await open().complete(ask("is it the cache of orders"))).cached).toBe(false);
  const hit = await open().complete(ask("Is it the cache of orders"));
  expect(hit.cachedBy).toBe("semantic");
  await routes.judge?.(hit.callId, { verdict: "malformed", claims: null, unsupportedClaims: null });
  expect((await open().complete(ask("Is it the cache of orders"))).cached).toBe(false);
  expect(model.requests).toHaveLength(3);
});

it("does not compare questions unless the semantic cache is on", async () => {
  const { open, model } = await routed(() => ({ text: "no" }));
  await open().complete(ask("Which of the upstream services failed first after deploy 118 of orders?"));
  await open().complete(ask("which of the upstream services failed first after the deploy 118 of orders"));
  expect(model.requests).toHaveLength(2);
});

it.each<[string, string, string, string, string]>([
  ["a negation", "Why is it the cache?", "Why is it not the cache?", "I1", "same"],
  ["another number", "Were there 5 errors in orders?", "Were there 500 errors in orders?", "I1", "same"],
  ["another name", "Is it the cache of orders?", "Is it the cache of stock?", "I1", "same"],
  ["another order", "Did orders break stock?", "Did stock break orders?", "I1", "same"],
  ["another incident", "Is it the cache?", "Is it the cache ?", "I2", "same"],
  ["other data", "Is it the cache?", "Is it the cache ?", "I1", "other"],
])("the semantic cache never mistakes %s", async (_, first, second, incidentId, data) => {
  const { open, model } = await routed(() => ({ text: "no" }), { cache: SEMANTIC });
  await open("A1", "I1").complete(ask(first, "same"));
  await open("A2", incidentId).complete(ask(second, data));
  expect(model.requests).toHaveLength(2);
});
