import { expect, it } from "vitest";
import { z } from "zod";
import type { ModelReply } from "../../src/domain/chat-model.ts";
import { IncidentError } from "../../src/domain/errors.ts";
import type { ModelJudgement } from "../../src/domain/model-verdict.ts";
import { structured } from "../../src/llm/structured.ts";
import { scriptedModel } from "./scripted-model.ts";

const form = { name: "give_cause", description: "Names the cause.", schema: z.object({ cause: z.string() }) };
const prompt = { name: "test", version: 1, system: "Static." };

async function answered(...replies: Partial<ModelReply>[]) {
  const model = scriptedModel((_, turn) => ({ callId: `call-${turn}`, ...replies[turn] }));
  const judged: [string | undefined, ModelJudgement["verdict"]][] = [];
  const judge = async (id: string | undefined, { verdict }: ModelJudgement) => void judged.push([id, verdict]);
  let replied = 0;
  const answer = await structured(model, {
    task: "explain",
    prompt,
    data: "The data.",
    form,
    maxOutputTokens: 100,
    judge,
    onReply: () => (replied += 1),
  });
  return { answer, judged, replied, requests: model.requests };
}

it("sends the static prefix first, the data last, and the form as JSON Schema", async () => {
  const { requests } = await answered({ text: '{"cause":"cache"}' });
  expect(requests[0]).toMatchObject({
    messages: [
      { role: "system", text: "Static." },
      { role: "user", text: "The data." },
    ],
    answer: { name: "give_cause", schema: { type: "object", required: ["cause"] } },
    prompt: { name: "test", version: 1 },
    maxOutputTokens: 100,
    sample: 0,
  });
});
it.each([
  '{"cause":"cache"}',
  'Here it is:\n```json\n{"cause": "cache"}\n```\nI hope this helps.',
  'The cause is {"cause": "cache"}.',
  '```\n{"cause": "cache"}\n```',
])("reads %j", async (text) => {
  const { answer, judged, requests } = await answered({ text });
  expect(answer).toEqual({
    kind: "answer",
    value: { cause: "cache" },
    isRepaired: false,
    callId: "call-0",
    model: "scripted-1",
  });
  expect(judged).toEqual([]);
  expect(requests).toHaveLength(1);
});
it("sends an answer that does not fit back once, with the reason", async () => {
  const { answer, judged, replied, requests } = await answered({ text: '{"reason":1}' }, { text: '{"cause":"cache"}' });
  expect(answer).toMatchObject({ kind: "answer", value: { cause: "cache" }, isRepaired: true, callId: "call-1" });
  expect(judged).toEqual([["call-0", "malformed"]]);
  expect(replied).toBe(2);
  expect(requests[1]?.messages.slice(0, 2)).toEqual(requests[0]?.messages);
  expect(requests[1]?.messages.slice(2)).toEqual([
    { role: "assistant", text: '{"reason":1}', calls: [] },
    { role: "user", text: expect.stringMatching(/does not fit:[\s\S]*cause[\s\S]*Answer again/) },
  ]);
});
it("says that an answer was cut", async () => {
  const { requests } = await answered({ text: '{"cause":"ca', finish: "length" }, { text: '{"cause":"cache"}' });
  expect(requests[1]?.messages.at(-1)).toMatchObject({ text: expect.stringContaining("cut because it is too long") });
});
it("gives up after one correction", async () => {
  const { answer, judged, requests } = await answered({ text: "{" }, { text: "I do not know." });
  expect(answer).toMatchObject({ kind: "malformed", why: expect.stringContaining("expected object") });
  expect(judged).toEqual([
    ["call-0", "malformed"],
    ["call-1", "malformed"],
  ]);
  expect(requests).toHaveLength(2);
});
it("does not argue with a model that declines", async () => {
  const { answer, judged, requests } = await answered({ text: "", finish: "filtered" });
  expect(answer).toMatchObject({ kind: "refused", why: expect.stringContaining("declined") });
  expect(judged).toEqual([["call-0", "refused"]]);
  expect(requests).toHaveLength(1);
});
it("passes on a failure of the model", async () => {
  const model = scriptedModel(() => {
    throw new IncidentError("UNAVAILABLE", "down", { hint: "" });
  });
  await expect(
    structured(model, { task: "explain", prompt, data: "", form, maxOutputTokens: null }),
  ).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
