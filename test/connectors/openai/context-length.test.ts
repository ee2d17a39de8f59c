import { describe, expect, it } from "vitest";
import { ContextOverflow } from "../../../src/domain/context-overflow.ts";
import { ANSWER, opened, requestOf } from "./open-chat-model.ts";
import { type Answer, completionOf, refusal } from "./scripted-answers.ts";
import { startFakeModel } from "./server.ts";

const answering = { answer: ANSWER };
const good = (): Answer => completionOf({ content: '{"claims":[]}' });

describe("a context that is too short", () => {
  const OVERFLOWS: [string, Answer, number | null][] = [
    [
      "OpenAI",
      refusal(
        400,
        "This model's maximum context length is 4096 tokens. However, your messages resulted in 5012 tokens.",
        "context_length_exceeded",
      ),
      4096,
    ],
    [
      "vLLM",
      refusal(
        400,
        "This model's maximum context length is 4096 tokens. However, you requested 5100 tokens (5000 in the messages, 100 in the completion).",
      ),
      4096,
    ],
    ["TGI", refusal(422, "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000"), null],
    [
      "llama.cpp",
      refusal(400, "the request exceeds the available context size. try increasing the context size"),
      null,
    ],
    ["SGLang", refusal(400, "The input (5000 tokens) is longer than the model's context length (4096 tokens)."), 4096],
  ];
  it.each(OVERFLOWS)("is an error of its own with %s", async (_, answer, contextTokens) => {
    await using model = await startFakeModel(() => answer);
    const error: unknown = await opened(model)
      .chat.complete(requestOf(answering))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ContextOverflow);
    expect(error).toMatchObject({ code: "REJECTED", contextTokens });
    expect(model.requests).toHaveLength(1);
  });
  const long = requestOf({ messages: [{ role: "user", text: "word ".repeat(4000) }] });
  it("is refused before it is sent once the context is known", async () => {
    await using model = await startFakeModel(() => refusal(400, "This model's maximum context length is 4096 tokens."));
    const { chat } = opened(model);
    await expect(chat.complete(long)).rejects.toBeInstanceOf(ContextOverflow);
    expect(chat.contextTokens).toBe(4096);
    await expect(chat.complete(long)).rejects.toThrow(/about \d+ tokens does not fit .* 4096 tokens/);
    expect(model.requests).toHaveLength(1);
  });
  it("is refused by the configured length, answer included", async () => {
    await using model = await startFakeModel(good);
    const { chat } = opened(model, { contextTokens: 4096 });
    await expect(chat.complete(long)).rejects.toBeInstanceOf(ContextOverflow);
    await expect(chat.complete(requestOf({ maxOutputTokens: 4090 }))).rejects.toBeInstanceOf(ContextOverflow);
    expect(model.requests).toEqual([]);
    expect((await chat.complete(requestOf())).text).toBe('{"claims":[]}');
  });
  it("is measured by the tokens that the server counts", async () => {
    await using model = await startFakeModel(() =>
      completionOf({ content: "x" }, { usage: { prompt_tokens: 2000, completion_tokens: 1 } }),
    );
    const { chat } = opened(model, { contextTokens: 8000 });
    await expect(
      chat.complete(requestOf({ messages: [{ role: "user", text: "x".repeat(24_000) }] })),
    ).rejects.toBeInstanceOf(ContextOverflow);
    await chat.complete(requestOf({ messages: [{ role: "user", text: "x".repeat(10_000) }] })); // 5 characters a token
    await chat.complete(requestOf({ messages: [{ role: "user", text: "x".repeat(24_000) }] }));
    expect(model.requests).toHaveLength(2);
  });
});
