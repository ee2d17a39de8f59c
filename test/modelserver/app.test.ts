import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AIMessageChunk } from "@langchain/core/messages";
import { ChatOpenAICompletions } from "@langchain/openai";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Answerer } from "../../src/modelserver/answerer.ts";
import { fromProgram } from "../../src/modelserver/from-program.ts";
import { serveModel } from "../../src/modelserver/serve.ts";
import type { WrittenAnswer } from "../../src/modelserver/written-answer.ts";
import { tempDir } from "../compose/recorded-suite.ts";
import { HANG_MS } from "../hang.ts";
import { counter, listMetrics, request, verdict } from "./requests.ts";

async function start(answerer: Pick<Answerer, "answer">) {
  const failures: string[] = [];
  const { url, close } = await serveModel({
    answerers: [{ name: "test", ...answerer }],
    tokens: counter,
    host: "127.0.0.1",
    port: 0,
    model: "by-hand",
    now: () => 1_800_000_000_000,
    onAnswer: () => {},
    onFailure: (_received, why) => void failures.push(why),
  });
  onTestFinished(close);
  const client = (parts = {}): ChatOpenAICompletions =>
    new ChatOpenAICompletions({
      model: "m",
      apiKey: "none",
      maxRetries: 0,
      configuration: { baseURL: `${url}/v1` },
      ...parts,
    });
  const post = (headers: Record<string, string> = {}, body: unknown = request()): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify(body) });
  return { url, client, post, failures };
}
const answering = (...answers: WrittenAnswer[]) => start({ answer: async () => answers.shift() ?? null });

const emoji = "Grüße 🎉 ".repeat(20).trim();

describe("the official client", () => {
  it("gets text with counted tokens", async () => {
    const { client } = await answering({ text: emoji });
    const message = await client().invoke("hello world");
    expect(message.text).toBe(emoji);
    expect(message.usage_metadata).toMatchObject({ input_tokens: 3 + 1 + 2 + 3, output_tokens: counter.text(emoji) });
    expect(message.response_metadata).toMatchObject({ finish_reason: "stop" });
  });

  it("calls tools, and its next request carries the ids of the calls", async () => {
    const input = { entity: "cart" };
    const { client } = await answering(
      {
        text: "Let me see.",
        calls: [
          { name: "list_metrics", input },
          { name: "list_metrics", input: { entity: "db" } },
        ],
      },
      { text: "done" },
    );
    const first = await client().invoke("go", { tools: [listMetrics] });
    expect(first.tool_calls).toMatchObject([{ args: input }, { args: { entity: "db" } }]);
    expect(first.response_metadata).toMatchObject({ finish_reason: "tool_calls" });
    const results = (first.tool_calls ?? []).map(({ id = "" }) => ({ role: "tool", tool_call_id: id, content: "[]" }));
    expect(new Set(results.map(({ tool_call_id: id }) => id)).size).toBe(2);
    const second = await client().invoke([{ role: "user", content: "go" }, first, ...results], {
      tools: [listMetrics],
    });
    expect(second.text).toBe("done");
  });

  it("gets the same ids for the same request, so that a conversation can be replayed", async () => {
    const call: WrittenAnswer = { call: { name: "list_metrics", input: { entity: "a" } } };
    const { client } = await answering(call, call, call);
    const ids = [];
    for (const text of ["a", "a", "b"])
      ids.push((await client().invoke(text, { tools: [listMetrics] })).tool_calls?.[0]?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it("gets JSON", async () => {
    const { client } = await answering({ answer: { cause: "disk" } });
    const message = await client().invoke("go", { response_format: verdict });
    expect(JSON.parse(message.text)).toEqual({ cause: "disk" });
  });

  it("streams text and tool calls, with usage", async () => {
    const { client } = await answering({ text: emoji, call: { name: "list_metrics", input: { entity: emoji } } });
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await client().stream("go", { tools: [listMetrics] })) chunks.push(chunk);
    const whole = chunks.slice(1).reduce<AIMessageChunk | undefined>((sum, chunk) => sum?.concat(chunk), chunks[0]);
    expect(chunks.length).toBeGreaterThan(10);
    expect(whole?.text).toBe(emoji);
    expect(whole?.tool_calls).toMatchObject([{ name: "list_metrics", args: { entity: emoji } }]);
    expect(whole).toMatchObject({ usage_metadata: { output_tokens: 2 * counter.text(emoji) + 6 } });
  });

  it("gets errors with their status", async () => {
    const { client, post } = await answering(
      { fail: { status: 429, message: "slow down", retryAfterSeconds: 7 } },
      { fail: { status: 500, message: "down" } },
      { fail: { status: 429, message: "slow down", retryAfterSeconds: 7 } },
    );
    await expect(client().invoke("go")).rejects.toMatchObject({
      status: 429,
      message: expect.stringMatching(/slow down/),
    });
    await expect(client().invoke("go")).rejects.toMatchObject({ status: 500 });
    const response = await post();
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  it("is refused when nobody has an answer, or the answer does not fit", async () => {
    const { client, failures } = await answering({ call: { name: "list_metrics", input: {} } });
    await expect(client().invoke("go", { tools: [listMetrics] })).rejects.toMatchObject({
      status: 410,
      message: expect.stringMatching(/list_metrics, entity/),
    });
    await expect(client().invoke("go")).rejects.toMatchObject({
      status: 410,
      message: expect.stringMatching(/no answer/),
    });
    expect(failures).toHaveLength(2);
  });
});

describe("the server", () => {
  it("answers one request at a time, in the order of arrival", async () => {
    const open: string[] = [];
    let most = 0;
    const { client } = await start({
      async answer({ number }) {
        open.push(`${number}`);
        most = Math.max(most, open.length);
        await new Promise((resolve) => setImmediate(resolve));
        open.pop();
        return { text: `${number}` };
      },
    });
    const texts = await Promise.all(["a", "b", "c"].map(async (text) => (await client().invoke(text)).text));
    expect(texts.toSorted()).toEqual(["1", "2", "3"]);
    expect(most).toBe(1);
  });

  it("withdraws a request whose client has gone, and answers the next", async () => {
    const gone = new AbortController();
    const { post, url, failures } = await start({
      async answer({ number }, signal) {
        if (number > 1) return { text: "next" };
        gone.abort();
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    });
    await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify(request()),
      signal: gone.signal,
    }).catch(() => null);
    expect((await post()).status).toBe(200);
    expect(failures).toEqual([expect.stringMatching(/client has gone/)]);
  });

  it("refuses pages of other sites and names that are not its own", async () => {
    const { post, url } = await answering({ text: "a" });
    expect((await post({ origin: "https://elsewhere.test" })).status).toBe(403);
    expect((await post({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    const byOtherName = await new Promise((resolve, reject) => {
      void import("node:http").then(({ get }) =>
        get(`${url}/v1/models`, { headers: { host: "rebound.test" } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).on("error", reject),
      );
    });
    expect(byOtherName).toBe(421);
  });

  it("lists a model, and explains what it does not have", async () => {
    const { url, post } = await answering();
    const models: unknown = await (await fetch(`${url}/v1/models`)).json();
    expect(models).toMatchObject({ object: "list", data: [{ id: "by-hand", object: "model" }] });
    const other = await fetch(`${url}/v1/embeddings`, { method: "POST", body: "{}" });
    expect([other.status, await other.text()]).toEqual([404, expect.stringContaining("POST /v1/chat/completions")]);
    const broken = await post({}, { model: "m", messages: [], n: 2 });
    expect([broken.status, await broken.text()]).toEqual([
      400,
      expect.stringMatching(/messages[^]*n = 1|n = 1[^]*messages/),
    ]);
  });
});

describe("a program", () => {
  let file = "";
  beforeEach(async () => {
    file = join(await tempDir(), "answer; echo $(id)"); // a name that a shell would run
  });
  const program = (body: string): Answerer => {
    writeFileSync(file, `#!${process.execPath}\n${body}`);
    chmodSync(file, 0o700);
    return fromProgram(file, { timeoutMs: HANG_MS, environment: { LANG: "C" } });
  };

  it("gets the request on its standard input, and nothing of the environment", async () => {
    const { client } = await start(
      program(`const { messages } = JSON.parse(require("fs").readFileSync(0, "utf8"));
        console.log(JSON.stringify({ text: messages[0].content + " " + Object.keys(process.env).filter((name) => !name.startsWith("__")) }));`),
    );
    expect((await client().invoke("$(id)")).text).toBe("$(id) LANG");
  });

  it.each([
    ["console.log('hm')", /no JSON: hm/],
    ["console.log('{}')", /no answer/],
    ["process.exit(3)", /status 3/],
  ])("that does %s is an error for the client", async (body, message) => {
    const { client } = await start(program(body));
    await expect(client().invoke("go")).rejects.toMatchObject({ status: 410, message: expect.stringMatching(message) });
  });
});
