import { expect, it } from "vitest";
import { openQuestionModel } from "../../src/compose/question-model.ts";
import { loadConfig } from "../../src/config.ts";
import { type ChatReply, startChatServer } from "../bench/ops-qa/chat-server.ts";
import { NO_HOME } from "../no-home.ts";

const PROMPT = { system: "rules", user: "question" };

async function modelOf(reply: ChatReply, temperature?: number) {
  const server = await startChatServer(() => reply);
  const env = { OPENAI_BASE_URL: server.baseUrl, OPENAI_API_KEY: "sk-test-secret", OPENAI_MODEL: "test-model" };
  const model = await openQuestionModel(loadConfig({ home: NO_HOME }, env), temperature);
  return { ask: () => model.reply(PROMPT, new AbortController().signal), calls: server.calls, model };
}

it("sends the prompt as it is, with the key, and returns text and tokens", async () => {
  const { ask, calls, model } = await modelOf("B");
  expect(await ask()).toEqual({ text: "B", use: { inputTokens: 100, outputTokens: 10 } });
  expect(model.name).toBe("test-model");
  expect(calls).toEqual([
    { system: "rules", user: "question", temperature: undefined, authorization: "Bearer sk-test-secret" },
  ]);
});
it("sends a temperature only when one is given", async () => {
  const { ask, calls } = await modelOf("B", 0);
  await ask();
  expect(calls[0]?.temperature).toBe(0);
});
it("knows no use when the server counts no tokens", async () => {
  const { ask } = await modelOf({ text: "B", countsNoTokens: true });
  expect(await ask()).toEqual({ text: "B", use: null });
});
it("keeps the end of an endless reply, without the key", async () => {
  const { ask } = await modelOf(`${"thinking ".repeat(10_000)} sk-test-secret\nAnswer: B`);
  const { text } = await ask();
  expect(text).not.toContain("sk-test-secret");
  expect(text.length).toBeLessThanOrEqual(20_000);
  expect(text).toMatch(/Answer: B$/);
});
it("has nobody to ask without a model", async () => {
  await expect(openQuestionModel(loadConfig({ home: NO_HOME }, {}))).rejects.toThrow("no model is configured");
});
