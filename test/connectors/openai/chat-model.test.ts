import { describe, expect, it } from "vitest";
import { ANSWER, KEY, opened, requestOf, TOOL } from "./open-chat-model.ts";
import { type Answer, callOf, completionOf, streamOf } from "./scripted-answers.ts";
import { startFakeModel } from "./server.ts";

/** The reply to one answer of the server. */
async function replyTo(answer: Answer, request = requestOf(), settings = {}) {
  await using model = await startFakeModel(() => answer);
  return await opened(model, settings).chat.complete(request);
}

describe("a reply", () => {
  it("streams: text, tokens, version, and the time to the first part", async () => {
    await using model = await startFakeModel(() =>
      streamOf([{ role: "assistant", content: "" }, { content: "All " }, { content: "well." }], {
        usage: { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 8 } },
      }),
    );
    let clock = 0;
    const { chat } = opened(model, {}, { now: () => (clock += 10) });
    expect(await chat.complete(requestOf())).toEqual({
      text: "All well.",
      calls: [],
      use: { inputTokens: 9, outputTokens: 2, cachedTokens: 8 },
      model: "small-model-2026-11-01 fp_7",
      finish: "stop",
      firstTokenMs: 10,
      totalMs: 30,
      cached: false,
    });
    expect(model.requests[0]).toMatchObject({
      authorization: `Bearer ${KEY}`,
      body: {
        model: "small-model",
        stream: true,
        stream_options: { include_usage: true },
        messages: [
          { role: "system", content: "Explain." },
          { role: "user", content: "The findings." },
        ],
      },
    });
  });
  it("of a server that ignores `stream` is read whole", async () => {
    expect(await replyTo(completionOf({ content: "All well." }))).toMatchObject({
      text: "All well.",
      use: { inputTokens: 120, outputTokens: 30 },
    });
  });
  it("has no use when the server counts no tokens", async () => {
    expect((await replyTo(streamOf([{ content: "x" }], { usage: null }))).use).toBeNull();
  });
  it.each([
    ["stop", "stop"],
    ["eos_token", "stop"],
    ["length", "length"],
    ["content_filter", "filtered"],
    ["strange", "unknown"],
    [null, "unknown"],
  ])("with the finish reason %s ends as %s", async (finish, expected) => {
    expect((await replyTo(streamOf([{ content: "x" }], { finish }))).finish).toBe(expected);
  });
  it("that declines is filtered", async () => {
    expect(await replyTo(completionOf({ content: null, refusal: "I cannot." }))).toMatchObject({
      text: "",
      finish: "filtered",
    });
  });
  it.each([
    [{ content: "<think>Is it the cache?</think>\n\nIt is." }, "It is."],
    [{ content: "Is it the cache?\n</think>\nIt is." }, "It is."],
    [{ content: "<think>It never ends" }, ""],
    [{ content: '{"claims": ["a </think> in a string"]}' }, '{"claims": ["a </think> in a string"]}'],
    [{ reasoning_content: "Is it the cache?", content: "It is." }, "It is."],
    [{ reasoning: "Is it the cache?", content: "It is." }, "It is."],
    [
      {
        content: [
          { type: "thinking", thinking: "?" },
          { type: "text", text: "It is." },
        ],
      },
      "It is.",
    ],
    [
      {
        content:
          "<|channel|>analysis<|message|>Cache?<|end|><|start|>assistant<|channel|>final<|message|>It is.<|return|>",
      },
      "It is.",
    ],
  ])("leaves reasoning out: %j", async (message, text) => {
    expect((await replyTo(completionOf(message))).text).toBe(text);
    expect((await replyTo(streamOf([message]))).text).toBe(text);
  });
  it("hides the key that it repeats", async () => {
    expect((await replyTo(completionOf({ content: `Your key is ${KEY}.` }))).text).toBe("Your key is [redacted].");
  });
  it("without an end is cut", async () => {
    const reply = await replyTo(streamOf(Array.from({ length: 50 }, () => ({ content: "x".repeat(10_000) }))));
    expect(reply.finish).toBe("length");
    expect(reply.text.length).toBeLessThan(450_000);
  });
});

describe("a call of a tool", () => {
  const request = requestOf({ tools: [TOOL] });
  it("is put together from its parts", async () => {
    const parts = [
      { tool_calls: [{ index: 0, id: "a", function: { name: "read_series", arguments: '{"metr' } }] },
      { tool_calls: [{ index: 0, function: { arguments: 'ic":"up"}' } }] },
      { tool_calls: [{ index: 1, id: "b", function: { name: "read_series", arguments: "{}" } }] },
    ];
    expect(await replyTo(streamOf(parts, { finish: "tool_calls" }), request)).toMatchObject({
      text: "",
      calls: [
        { id: "a", name: "read_series", input: { metric: "up" } },
        { id: "b", name: "read_series", input: {} },
      ],
      finish: "tool_calls",
    });
  });
  it.each([
    ["numbered 0 each", { index: 0 }, { index: 0 }],
    ["not numbered", {}, {}],
  ])("is kept apart from the next when they are %s", async (_, one, two) => {
    const parts = [
      { tool_calls: [{ ...one, id: "a", function: { name: "read_series", arguments: '{"metric":"a"}' } }] },
      { tool_calls: [{ ...two, id: "b", function: { name: "read_series", arguments: '{"metric":"b"}' } }] },
    ];
    expect((await replyTo(streamOf(parts), request)).calls.map(({ input }) => input)).toEqual([
      { metric: "a" },
      { metric: "b" },
    ]);
  });
  it.each([
    ["as an object", { metric: "up" }, { metric: "up" }],
    ["as broken JSON", '{"metric', '{"metric'],
    ["as nothing", "", {}],
  ])("may give its input %s", async (_, written, input) => {
    const call = { tool_calls: [{ function: { name: "read_series", arguments: written } }] };
    expect((await replyTo(completionOf(call), request)).calls).toEqual([{ id: "call_1", name: "read_series", input }]);
  });
  it("may be written into the text between tags", async () => {
    const content = 'I look.\n<tool_call>\n{"name": "read_series", "arguments": {"metric": "up"}}\n</tool_call>';
    expect(await replyTo(completionOf({ content }), request)).toMatchObject({
      text: "I look.",
      calls: [{ name: "read_series", input: { metric: "up" } }],
      finish: "tool_calls",
    });
  });
  it("of an unknown tool in the text stays text", async () => {
    const content = '<tool_call>{"name": "rm", "arguments": {}}</tool_call>';
    expect(await replyTo(completionOf({ content }), request)).toMatchObject({ text: content, calls: [] });
  });
  it("of the answer is the answer", async () => {
    const reply = await replyTo(
      streamOf([callOf("write_claims", { claims: [] })], { finish: "tool_calls" }),
      requestOf({ answer: ANSWER }),
    );
    expect(reply).toMatchObject({ text: '{"claims":[]}', calls: [], finish: "stop" });
  });
  it("and its result are sent back as the API takes them", async () => {
    await using model = await startFakeModel(() => completionOf({ content: "x" }));
    const call = { id: "a", name: "read_series", input: { metric: "up" } };
    await opened(model).chat.complete(
      requestOf({
        tools: [TOOL],
        answer: ANSWER,
        messages: [
          { role: "user", text: "Why?" },
          { role: "assistant", text: "", calls: [call] },
          { role: "tool", callId: "a", text: "1, 2, 3" },
        ],
      }),
    );
    expect(model.requests[0]?.body).toMatchObject({
      tool_choice: "required",
      tools: [
        { type: "function", function: { name: "read_series", parameters: TOOL.input } },
        { type: "function", function: { name: "write_claims" } },
      ],
      messages: [
        { role: "user", content: "Why?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "a", type: "function", function: { name: "read_series", arguments: '{"metric":"up"}' } }],
        },
        { role: "tool", tool_call_id: "a", content: "1, 2, 3" },
      ],
    });
  });
});
