import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import {
  type Answer,
  callOf,
  completionOf,
  refusal,
  type Script,
  streamOf,
} from "../connectors/openai/scripted-answers.ts";
import { type ChatRequest, startFakeModel } from "../connectors/openai/server.ts";
import { HANG_MS } from "../hang.ts";
import { causeway } from "./run-cli.ts";

/** One whole `causeway analyze` with the server as its model. */
async function analysed(script: Script, model: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  await using server = await startFakeModel(script);
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const home = join(dir, "home");
  await mkdir(home);
  const all = { baseUrl: server.baseUrl, apiKey: "sk-test-secret", name: "test-model", maxRetries: 0, ...model };
  const file = JSON.stringify({ model: { timeoutMs: HANG_MS, ...all }, ...more });
  await writeFile(join(home, "config.yaml"), file.replaceAll("SERVER", server.baseUrl));
  const env = { CAUSEWAY_HOME: home, CAUSEWAY_DATA: dir };
  const { code, stdout, stderr } = await causeway(["analyze", "sick", "--json"], { env });
  const report = Report.parse(JSON.parse(stdout));
  expect(stdout + stderr).not.toContain("sk-test-secret");
  const why = report.not_checked.find(({ source }) => source === "model")?.why;
  return { code, report, why, requests: server.requests };
}

/** Claims that cite the first finding of the prompt, through the tool if there is one. */
function good(body: ChatRequest): Answer {
  const id = /"id":"(E\d+)"/.exec(JSON.stringify(body.messages).replaceAll("\\", ""))?.[1] ?? "E1";
  const claims = { claims: [{ text: "The first suspect explains the incident.", evidenceIds: [id] }] };
  const tool = body.tools?.[0]?.function.name;
  const message = tool === undefined ? { content: JSON.stringify(claims) } : callOf(tool, claims);
  return body.stream === true ? streamOf([message]) : completionOf(message);
}

const part = { choices: [{ index: 0, delta: { content: '{"claims": [' }, finish_reason: null }] };
const json = { "content-type": "application/json" };

describe("a report is written, and says what happened, when the model's server", () => {
  const FAULTS: [string, Answer, RegExp, Record<string, unknown>?][] = [
    ["limits requests", refusal(429, "slow down"), /limits requests \(HTTP 429\)/],
    [
      "limits requests for a day",
      { ...refusal(429, "slow down"), headers: { "retry-after": "86400" } },
      /HTTP 429/,
      { maxRetries: 2 },
    ],
    [
      "limits requests for no time, again and again",
      { ...refusal(429, "slow down"), headers: { "retry-after": "0" } },
      /HTTP 429/,
      { maxRetries: 2 },
    ],
    ["fails", refusal(500, "boom"), /failed \(HTTP 500\): .*boom/],
    ["sends a login page", { text: "<!doctype html><title>Log in" }, /a page of HTML.*login page or a proxy/],
    ["cuts its JSON", { headers: json, text: '{"choices": [{"mess' }, /a body that is not JSON/],
    ["cuts the JSON of an event", { events: [part, 'data: {"choices": [{"del\n\n'] }, /not a chat completion/],
    ["sends JSON of another kind", { json: { hello: "world" } }, /not a chat completion/],
    [
      "answers in the wrong schema",
      completionOf({ content: '{"claims": "all is well"}' }),
      /did not return valid claims, even after one correction/,
    ],
    [
      "answers in prose",
      completionOf({ content: "It is the cache, I think." }),
      /one correction: the answer was no JSON object/,
    ],
    [
      "stops in the middle",
      { events: [part], end: "hang" },
      /stopped sending its answer for 100 ms/,
      { idleTimeoutMs: 100 },
    ],
    ["never answers", { events: [], end: "hang" }, /did not answer within 300 ms/, { timeoutMs: 300 }],
    ["drops the connection", { events: [part], end: "drop" }, /closed the connection before its answer/],
    [
      "has too short a context",
      refusal(400, "This model's maximum context length is 512 tokens."),
      /longer than its context of 512 tokens/,
    ],
    ["declines", completionOf({ content: null, refusal: "I cannot." }), /declined to answer/],
    ["refuses the key", refusal(401, "Incorrect API key provided: sk-test-secret"), /refused the key/],
    ["does not know the model", refusal(404, "no such model"), /not found/],
  ];
  it.each(FAULTS)("%s", async (_, answer, words, model = {}) => {
    const { code, report, why } = await analysed(() => answer, model);
    expect(code).toBe(0);
    expect(report).toMatchObject({ verdict: "root_cause", mode: "deterministic", model: null });
    expect(report.claims.length).toBeGreaterThan(0);
    expect(why).toMatch(words);
  });
});

describe("a report is written by the model", () => {
  it("after a retry", async () => {
    const busy = { ...refusal(429, "slow down"), headers: { "retry-after": "0" } };
    const { report, why } = await analysed((body, turn) => (turn === 0 ? busy : good(body)), { maxRetries: 2 });
    expect(report).toMatchObject({ mode: "llm", model: "test-model" });
    expect(why).toBeUndefined();
  });
  it("after one correction", async () => {
    const { report, requests } = await analysed((body, turn) =>
      turn === 0 ? completionOf({ content: "{" }) : good(body),
    );
    expect(report.mode).toBe("llm");
    expect(requests).toHaveLength(2);
  });
  it("within a context of 4096 tokens", async () => {
    const { report, requests } = await analysed(good, { contextTokens: 4096 });
    expect(report.mode).toBe("llm");
    expect(JSON.stringify(requests[0]?.body).length).toBeLessThan(4096 * 3);
  });
  it("that thinks aloud, on a server with plain text only", async () => {
    const { report } = await analysed((body) => {
      if (body.tools !== undefined || body.response_format !== undefined) return refusal(400, "not supported");
      const { json: whole } = completionOf({ content: "" });
      const claims = JSON.stringify(
        (good({ ...body, stream: false }).json as { choices: { message: { content: string } }[] }).choices[0]?.message
          .content,
      );
      return {
        json: {
          ...(whole as object),
          choices: [{ message: { content: `<think>Hm.</think>\n${JSON.parse(claims)}` }, finish_reason: "stop" }],
        },
      };
    });
    expect(report.mode).toBe("llm");
  });
  it("that is larger, if the small one does not cite its evidence", async () => {
    const bad = completionOf({
      content: JSON.stringify({ claims: [{ text: "It is the moon.", evidenceIds: ["E999"] }] }),
    });
    const { report, requests } = await analysed(
      (body) => (body.model === "small" ? bad : good(body)),
      {},
      { models: { small: { baseUrl: "SERVER" }, large: { baseUrl: "SERVER" } } },
    );
    expect(report).toMatchObject({ mode: "llm", model: "large" });
    expect(requests.map(({ body }) => body.model)).toEqual(["small", "large"]);
  });
});
