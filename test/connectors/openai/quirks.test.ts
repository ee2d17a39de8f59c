import { describe, expect, it } from "vitest";
import type { ModelSettings } from "../../../src/connectors/openai/model-settings.ts";
import type { ModelRequest } from "../../../src/domain/chat-model.ts";
import { ANSWER, opened, requestOf, TOOL } from "./open-chat-model.ts";
import { type Answer, callOf, completionOf, refusal, streamOf } from "./scripted-answers.ts";
import { type ChatRequest, startFakeModel } from "./server.ts";

const CLAIMS = { claims: [] };
/** Answers by the tool that the request offers, else in text. */
const good = (body: ChatRequest): Answer => {
  const offered = body.tools?.at(-1)?.function.name;
  const message = offered === undefined ? { content: JSON.stringify(CLAIMS) } : callOf(offered, CLAIMS);
  return body.stream === true ? streamOf([message]) : completionOf(message);
};

type Quirk = {
  /** What the server says to a request with the part that it does not support; null for a request that it takes. */
  refuses: (body: ChatRequest) => Answer | null;
  settings?: Partial<ModelSettings>;
  request?: Partial<ModelRequest>;
  /** The first request that the server took. */
  taken: Record<string, unknown>;
  requests: number;
};

const has = (body: ChatRequest, key: string): boolean => body[key] !== undefined;
const answering = { answer: ANSWER };

const QUIRKS: Record<string, Quirk> = {
  "an old Azure version without stream_options": {
    refuses: (body) =>
      has(body, "stream_options") ? refusal(400, "Unrecognized request argument supplied: stream_options") : null,
    taken: { stream: true, stream_options: undefined },
    requests: 2,
  },
  "a model of OpenAI that renamed max_tokens": {
    refuses: (body) =>
      has(body, "max_tokens")
        ? refusal(
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          )
        : null,
    request: { maxOutputTokens: 50 },
    taken: { max_tokens: undefined, max_completion_tokens: 50 },
    requests: 2,
  },
  "a server without any limit of tokens": {
    refuses: (body) =>
      has(body, "max_tokens") || has(body, "max_completion_tokens")
        ? refusal(422, "max_tokens: extra fields not permitted; max_completion_tokens: extra fields not permitted")
        : null,
    request: { maxOutputTokens: 50 },
    taken: { max_tokens: undefined, max_completion_tokens: undefined },
    requests: 3,
  },
  "a reasoning model without temperature": {
    refuses: (body) =>
      has(body, "temperature")
        ? refusal(
            400,
            "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
          )
        : null,
    settings: { temperature: 0 },
    taken: { temperature: undefined },
    requests: 2,
  },
  "a server without seed": {
    refuses: (body) => (has(body, "seed") ? refusal(400, "property 'seed' is unsupported") : null),
    settings: { seed: 7 },
    taken: { seed: undefined },
    requests: 2,
  },
  "a chat template without a system role (vLLM, Gemma)": {
    refuses: ({ messages }) =>
      messages.some(({ role }) => role === "system") ? refusal(400, "System role not supported") : null,
    taken: { messages: [{ role: "user", content: "Explain.\n\nThe findings." }] },
    requests: 2,
  },
  "a server that calls only the tools that the model chooses": {
    refuses: (body) =>
      has(body, "tool_choice") ? refusal(400, "deepseek-reasoner does not support this tool_choice") : null,
    request: answering,
    taken: {
      tool_choice: undefined,
      tools: [expect.anything()],
      messages: [
        { role: "system", content: "Explain.\n\nGive your answer by calling the tool write_claims." },
        expect.anything(),
      ],
    },
    requests: 2,
  },
  "vLLM without a tool parser": {
    refuses: (body) =>
      has(body, "tools") && (body.tool_choice === undefined || body.tool_choice === "required")
        ? refusal(400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set')
        : null,
    request: { ...answering, tools: [TOOL] },
    taken: { tools: undefined, response_format: { type: "json_object" } },
    requests: 3,
  },
  "an Ollama model without tools": {
    refuses: (body) =>
      has(body, "tools") ? refusal(400, "registry.ollama.ai/library/gemma:2b does not support tools") : null,
    request: answering,
    taken: { tools: undefined, response_format: { type: "json_schema" } },
    requests: 2,
  },
  "llama.cpp, which answers 500": {
    refuses: (body) => (has(body, "tools") ? refusal(500, "tools param requires --jinja flag") : null),
    request: answering,
    taken: { tools: undefined, response_format: { type: "json_schema" } },
    requests: 2,
  },
  "OpenRouter, which answers 404": {
    refuses: (body) => (has(body, "tools") ? refusal(404, "No endpoints found that support tool use.") : null),
    request: answering,
    taken: { tools: undefined },
    requests: 2,
  },
  "a server with JSON mode only": {
    refuses: (body) => {
      if (has(body, "tools")) return refusal(400, "tools are not supported");
      const format = body.response_format as { type?: string } | undefined;
      return format?.type === "json_schema"
        ? refusal(400, "response_format.type must be 'text' or 'json_object'")
        : null;
    },
    request: answering,
    taken: { response_format: { type: "json_object" } },
    requests: 3,
  },
  "a server with plain text only": {
    refuses: (body) =>
      has(body, "tools") || has(body, "response_format")
        ? refusal(422, "Extra inputs are not permitted: tools, response_format")
        : null,
    request: answering,
    taken: { tools: undefined, response_format: undefined },
    requests: 4,
  },
  "a server that refuses without a word about the part": {
    refuses: (body) =>
      has(body, "tools") || has(body, "response_format") ? { status: 400, text: "Bad Request" } : null,
    request: answering,
    taken: { tools: undefined, response_format: undefined },
    requests: 4,
  },
  "a server that cannot stream (TensorRT-LLM backends)": {
    refuses: (body) => (body.stream === true ? refusal(400, "Streaming is not supported by this backend") : null),
    taken: { stream: false, stream_options: undefined },
    requests: 2,
  },
};

describe.each(Object.entries(QUIRKS))("%s", (_, { refuses, settings = {}, request = {}, taken, requests }) => {
  it("is served in a form that it supports, from then on at once", async () => {
    await using model = await startFakeModel((body) => refuses(body) ?? good(body));
    const { chat } = opened(model, settings);
    const reply = await chat.complete(requestOf(request));
    expect(JSON.parse(reply.text)).toEqual(CLAIMS);
    expect(model.requests).toHaveLength(requests);
    const { body } = model.requests.at(-1) ?? {};
    expect(Object.fromEntries(Object.keys(taken).map((key) => [key, body?.[key]]))).toMatchObject(taken);
    await chat.complete(requestOf(request));
    expect(model.requests).toHaveLength(requests + 1);
  });
});

it("shares what it learned with every model of the same server and name", async () => {
  await using model = await startFakeModel((body) => (has(body, "tools") ? refusal(400, "no tools") : good(body)));
  const learned = new Map();
  await opened(model, {}, { learned }).chat.complete(requestOf(answering));
  await opened(model, { name: "again" }, { learned }).chat.complete(requestOf(answering));
  expect(model.requests).toHaveLength(3);
  await opened(model, { model: "other" }, { learned }).chat.complete(requestOf(answering));
  expect(model.requests).toHaveLength(5);
});
it("learns nothing from a request that is refused in every form", async () => {
  let isBroken = true;
  await using model = await startFakeModel((body) => (isBroken ? { status: 400, text: "Bad Request" } : good(body)));
  const { chat } = opened(model);
  await expect(chat.complete(requestOf(answering))).rejects.toMatchObject({ code: "REJECTED" });
  isBroken = false;
  await chat.complete(requestOf(answering));
  expect(model.requests.at(-1)?.body).toHaveProperty("tools");
});
it("reads a whole answer by schema with reasoning before it", async () => {
  await using model = await startFakeModel(() => completionOf({ content: '<think>Hm.</think>{"claims":[]}' }));
  const settings = { capabilities: { tools: false, stream: false } };
  expect((await opened(model, settings).chat.complete(requestOf(answering))).text).toBe('{"claims":[]}');
  expect(model.requests[0]?.body).toMatchObject({ stream: false, response_format: { type: "json_schema" } });
});
it("takes the configured word about a capability, and does not try", async () => {
  await using model = await startFakeModel(good);
  await opened(model, { capabilities: { tools: false, schema: false, stream: false } }).chat.complete(
    requestOf(answering),
  );
  expect(model.requests).toHaveLength(1);
  expect(model.requests[0]?.body).toMatchObject({ stream: false, response_format: { type: "json_object" } });
});

describe("tools on a server without function calling", () => {
  const withoutTools = { capabilities: { tools: false } };
  const call = { id: "call_1", name: "read_series", input: { metric: "up" } };
  it("are described in the rules, and called in JSON", async () => {
    await using model = await startFakeModel(() =>
      completionOf({ content: '```json\n{"tool": "read_series", "input": {"metric": "up"}}\n```' }),
    );
    const reply = await opened(model, withoutTools).chat.complete(requestOf({ tools: [TOOL], answer: ANSWER }));
    expect(reply).toMatchObject({ text: "", calls: [call], finish: "tool_calls" });
    const [system] = model.requests[0]?.body.messages ?? [];
    expect(system?.content).toMatch(/^Explain\.\n\nYou may call these tools:\n\{"name":"read_series"/);
    expect(system?.content).toContain(JSON.stringify(ANSWER?.schema));
  });
  it("have their results written as text", async () => {
    await using model = await startFakeModel(() => completionOf({ content: '{"answer": {"claims": []}}' }));
    const reply = await opened(model, withoutTools).chat.complete(
      requestOf({
        tools: [TOOL],
        answer: ANSWER,
        messages: [
          { role: "user", text: "Why?" },
          { role: "assistant", text: "I look.", calls: [call] },
          { role: "tool", callId: "call_1", text: "1, 2, 3" },
        ],
      }),
    );
    expect(reply).toMatchObject({ text: '{"claims":[]}', calls: [], finish: "stop" });
    expect(model.requests[0]?.body.messages.slice(1)).toEqual([
      { role: "user", content: "Why?" },
      { role: "assistant", content: 'I look.\n{"tool":"read_series","input":{"metric":"up"}}' },
      { role: "user", content: "Result of read_series:\n1, 2, 3" },
    ]);
  });
});

describe("samples", () => {
  it("differ in seed and temperature", async () => {
    await using model = await startFakeModel(good);
    const { chat } = opened(model, { seed: 7, temperature: 0 });
    for (const sample of [0, 1]) await chat.complete(requestOf({ sample }));
    expect(model.requests.map(({ body }) => [body.seed, body.temperature])).toEqual([
      [7, 0],
      [8, 0.7],
    ]);
  });
});
