import { expect, it } from "vitest";
import { openAiQuestionModel, type QuestionModelOptions } from "../../../src/connectors/openai/question-model.ts";
import { type ChatReply, startChatServer } from "../../bench/ops-qa/chat-server.ts";
import { HANG_MS } from "../../hang.ts";

const PROMPT = { system: "rules", user: "question" };

async function modelOf(replies: readonly ChatReply[], options: Partial<QuestionModelOptions> = {}) {
  const pauses: number[] = [];
  const server = await startChatServer((_, before) => replies[Math.min(before, replies.length - 1)] ?? null);
  const model = openAiQuestionModel({
    apiKey: "sk-test-secret",
    baseUrl: server.baseUrl,
    model: "test-model",
    timeoutMs: HANG_MS,
    maxRetries: 3,
    pause: async (ms) => void pauses.push(ms),
    ...options,
  });
  const reply = (signal = new AbortController().signal) => model.reply(PROMPT, signal);
  return { reply, pauses, calls: server.calls, model };
}

it("sends the prompt as it is, with the key, and returns text and tokens", async () => {
  const { reply, calls } = await modelOf(["B"]);
  expect(await reply()).toEqual({ text: "B", use: { inputTokens: 100, outputTokens: 10 } });
  expect(calls).toEqual([
    { system: "rules", user: "question", temperature: undefined, authorization: "Bearer sk-test-secret" },
  ]);
});
it("sends a temperature only when one is given", async () => {
  const { reply, calls } = await modelOf(["B"], { temperature: 0 });
  await reply();
  expect(calls[0]?.temperature).toBe(0);
});
it("knows no use when the server counts no tokens", async () => {
  const { reply } = await modelOf([{ text: "B", countsNoTokens: true }]);
  expect(await reply()).toEqual({ text: "B", use: null });
});
it("waits as long as a rate limit names, and else twice as long each time", async () => {
  const { reply, pauses } = await modelOf([
    { status: 429, headers: { "retry-after": "7" } },
    { status: 500 },
    { status: 503 },
    "C",
  ]);
  expect((await reply()).text).toBe("C");
  expect(pauses).toEqual([7000, 1000, 2000]);
});
it("waits no longer than a minute", async () => {
  const { reply, pauses } = await modelOf([{ status: 429, headers: { "retry-after": "86400" } }, "C"]);
  await reply();
  expect(pauses).toEqual([60_000]);
});

it.each<[string, ChatReply, string, number]>([
  ["fails for ever", { status: 500 }, "UNAVAILABLE", 4],
  ["limits requests for ever", { status: 429 }, "UNAVAILABLE", 4],
  ["hangs up", "hang-up", "UNAVAILABLE", 4],
  ["refuses the key", { status: 401, message: "bad key sk-test-secret" }, "REJECTED", 1],
  ["does not know the model", { status: 404 }, "REJECTED", 1],
  ["refuses the request", { status: 400 }, "REJECTED", 1],
  ["sends a login page", { html: "<html>Sign in</html>" }, "BAD_RESPONSE", 1],
])("throws when the server %s", async (_, answer, code, requests) => {
  const { reply, calls } = await modelOf([answer]);
  const error = await reply().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  expect(String(error)).not.toContain("sk-test-secret");
  expect(calls).toHaveLength(requests);
});
it("throws after one time-out, without a retry", async () => {
  const { reply, calls, pauses } = await modelOf([null], { timeoutMs: 100 });
  await expect(reply()).rejects.toMatchObject({ code: "UNAVAILABLE", message: /did not answer within 100 ms/ });
  expect(calls.length).toBeLessThanOrEqual(1); // on a busy machine the request may not have arrived yet
  expect(pauses).toEqual([]);
});
it("ends at once when the caller gives up", async () => {
  const end = new AbortController();
  const { reply } = await modelOf([{ status: 500 }], {
    pause: async () => end.abort(new Error("the user left")),
  });
  await expect(reply(end.signal)).rejects.toThrow("the user left");
});
it("hides its key in a reply that repeats it, and keeps the end of an endless one", async () => {
  const { reply } = await modelOf([`${"thinking ".repeat(10_000)} sk-test-secret\nAnswer: B`]);
  const { text } = await reply();
  expect(text).not.toContain("sk-test-secret");
  expect(text.length).toBeLessThanOrEqual(20_010);
  expect(text).toMatch(/Answer: B$/);
});
it("refuses an address that is no URL", () => {
  expect(() =>
    openAiQuestionModel({ apiKey: undefined, baseUrl: "nowhere", model: "m", timeoutMs: 1, maxRetries: 0 }),
  ).toThrow(/not a URL/);
});
