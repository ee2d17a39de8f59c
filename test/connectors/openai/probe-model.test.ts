import { expect, it } from "vitest";
import { probeModel } from "../../../src/connectors/openai/probe-model.ts";
import { settingsOf } from "./open-chat-model.ts";
import { type Answer, callOf, completionOf, refusal, streamOf } from "./scripted-answers.ts";
import { type ChatRequest, startFakeModel } from "./server.ts";

const READY = { status: "ready" };
const good = (body: ChatRequest): Answer => {
  const tool = body.tools?.[0]?.function.name;
  const message = tool !== undefined ? callOf(tool, READY) : { content: JSON.stringify(READY) };
  return body.stream === true ? streamOf([message]) : completionOf(message);
};
async function probed(script: (body: ChatRequest) => Answer, settings = {}) {
  await using model = await startFakeModel(script);
  const signal = new AbortController().signal;
  return { ...(await probeModel(settingsOf(model, settings), { proxy: null, signal })), sent: model.requests.length };
}

it("finds that everything works, and counts what that took", async () => {
  const probe = await probed(good);
  const yes = { works: true, why: null };
  expect(probe.parts).toEqual({ chat: yes, stream: yes, tools: yes, schema: yes, json: yes });
  expect(probe).toMatchObject({ requests: 5, sent: 5, inputTokens: 600, outputTokens: 150 });
  expect(probe.firstTokenMs).toEqual(expect.any(Number));
});
it("finds what the server refuses", async () => {
  const { parts } = await probed((body) =>
    body.tools !== undefined ? refusal(400, "this model does not support tools") : good(body),
  );
  expect(parts.tools).toEqual({ works: false, why: "the server refuses it" });
  expect(parts.schema).toEqual({ works: true, why: null });
});
it("finds what the server takes, and does not do", async () => {
  const { parts } = await probed((body) =>
    body.tools === undefined ? good(body) : completionOf({ content: "Ready!" }),
  );
  expect(parts.tools).toEqual({ works: false, why: "the server takes it, and the answer does not fit" });
});
it("tries nothing that the configuration rules out", async () => {
  const { parts, sent } = await probed(good, { capabilities: { tools: false, stream: false } });
  expect(Object.keys(parts)).toEqual(["chat", "schema", "json"]);
  expect(sent).toBe(3);
});
it("stops when not even a chat works", async () => {
  const { parts, sent } = await probed(() => refusal(401, "bad key"));
  expect(parts.chat).toMatchObject({ works: false, why: expect.stringContaining("refused the key") });
  expect(sent).toBe(1);
});
