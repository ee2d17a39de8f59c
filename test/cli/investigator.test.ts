import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { Report } from "../../src/domain/report.ts";
import { nextCall, parseAnswer } from "../agent/investigating-model.ts";
import { series } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { type Answer, callOf, completionOf, refusal, type Script } from "../connectors/openai/scripted-answers.ts";
import { type ChatRequest, startFakeModel } from "../connectors/openai/server.ts";
import { HANG_MS } from "../hang.ts";
import { causeway } from "./run-cli.ts";

const Message = z.looseObject({
  role: z.string(),
  content: z.string().nullish(),
  tool_calls: z
    .array(z.looseObject({ id: z.string(), function: z.looseObject({ name: z.string(), arguments: z.string() }) }))
    .nullish(),
});

const isInvestigation = ({ tools = [] }: ChatRequest): boolean =>
  tools.some(({ function: { name } }) => name === "examine");

/** Investigates as the script of `investigating-model.ts` does, knowing the bytes of the request only. */
function investigate(request: ChatRequest, turn: number): Answer {
  const messages = z.array(Message).parse(request.messages);
  const calls = messages.flatMap((message) => message.tool_calls ?? []);
  const answers = messages.flatMap(({ role, content }) => (role === "tool" ? [parseAnswer(content ?? "")] : []));
  const { name, input } = nextCall({
    opening: messages.find(({ role }) => role === "user")?.content ?? "",
    turns: answers.map((answer, at) => ({
      call: { id: calls[at]?.id ?? "", name: calls[at]?.function.name ?? "", input: calls[at]?.function.arguments },
      answer,
    })),
  });
  return completionOf({ content: null, ...callOf(name, input, `call_${turn}`) }, { finish: "tool_calls" });
}

const NO_CLAIMS = completionOf({ content: '{"claims": []}' });
const investigating: Script = (request, turn) => (isInvestigation(request) ? investigate(request, turn) : NO_CLAIMS);

/** A folder with a small incident, in which two entities are equally suspect. */
async function doubtful(): Promise<string> {
  const dir = await tempDir();
  await writeCase(dir, "twins", {
    series: ["stock", "mail"].map((entity) => series(entity, "latency_p99_ms", 20, 900)),
  });
  return dir;
}

async function analyze(id: string, script: Script, extra: Record<string, string> = {}) {
  const model = await startFakeModel(script);
  onTestFinished(() => model[Symbol.asyncDispose]());
  const env = {
    CAUSEWAY_HOME: join(await tempDir(), "home"),
    CAUSEWAY_DATA: "fixtures/investigations",
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: "sk-test-0123456789abcdefghij",
    OPENAI_MODEL: "gpt-x",
    ...extra,
  };
  const run = (...argv: string[]) => causeway(argv, { env });
  const { stdout, stderr, code } = await run("analyze", id, "--json");
  return { report: Report.parse(JSON.parse(stdout)), stderr, code, run, model };
}

it.each([
  ["shop-101", "pricing"],
  ["shop-103", "inventory"],
])("finds the cause of %s with a scripted server", async (id, cause) => {
  const { report, code, run } = await analyze(id, investigating);
  expect([code, report.hypotheses[0]?.entity, report.investigation?.stopped_by]).toEqual([0, cause, "done"]);
  const shown = (await run("show", report.analysis_id)).stdout;
  expect(shown).toContain("What the model looked into");
  expect(shown).toMatch(/examined the traces of/);
  const [found] = report.investigation?.found_ids ?? [];
  const again = await run("evidence", report.analysis_id, found ?? "", "--rerun", "--json");
  expect(again.code).toBe(0);
});

it("shows each step on a terminal while it runs", async () => {
  const model = await startFakeModel((request, turn) =>
    turn === 0 && isInvestigation(request)
      ? completionOf({ content: null, ...callOf("list_names", { signal: "metric", entity: null }) })
      : NO_CLAIMS,
  );
  onTestFinished(() => model[Symbol.asyncDispose]());
  const data = await doubtful();
  const env = {
    CAUSEWAY_HOME: join(data, "home"),
    CAUSEWAY_DATA: data,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_MODEL: "gpt-x",
  };
  const { stderr } = await causeway(["analyze", "twins"], { env, tty: true });
  expect(stderr).toContain("twins: listed the metrics: 1");
});

const header = { "content-type": "application/json" };
it.each<[string, Answer, Record<string, string>?]>([
  ["refuses the key", refusal(401, "Incorrect API key provided")],
  ["does not know the model", refusal(404, "no such model")],
  ["limits requests", { ...refusal(429, "slow down"), headers: { "retry-after": "0" } }],
  ["fails", { ...refusal(500, "boom"), headers: { "retry-after": "0" } }],
  ["sends a login page", { text: "<!doctype html><title>Log in" }],
  ["cuts its JSON", { headers: header, text: '{"choices": [{"mess' }],
  ["sends JSON of another kind", { json: { hello: "world" } }],
  ["hangs up", { events: ["data: "], end: "drop" }],
  ["never ends its answer", { events: [": wait\n\n"], end: "hang" }, { CAUSEWAY_MODEL_TIMEOUT_MS: "60" }],
  ["has no room for the context", refusal(400, "maximum context length is 4096 tokens", "context_length_exceeded")],
  ["writes broken arguments", completionOf({ content: null, ...callOf("examine", "{broken") })],
  ["only talks", completionOf({ content: "The cause is the gateway." })],
])("ends in a report if the server %s", async (_, answer, extra) => {
  const data = await doubtful();
  const home = join(data, "home");
  await mkdir(home, { recursive: true });
  await writeFile(join(home, "config.yaml"), "model: { maxRetries: 0 }\n"); // a retry would wait
  const limits = { CAUSEWAY_HOME: home, CAUSEWAY_DATA: data, CAUSEWAY_MODEL_TIMEOUT_MS: String(HANG_MS), ...extra };
  const { report, code } = await analyze("twins", () => answer, limits);
  expect([code, report.verdict, report.hypotheses.length]).toEqual([0, "inconclusive", 2]);
  expect(report.investigation?.stopped_by).not.toBe("done");
  expect(report.not_checked.filter(({ source }) => source === "model")).not.toEqual([]);
});

it("does not investigate if the setting says so", async () => {
  const { report, model } = await analyze("twins", () => NO_CLAIMS, {
    CAUSEWAY_DATA: await doubtful(),
    CAUSEWAY_INVESTIGATION: "off",
  });
  expect(report).not.toHaveProperty("investigation");
  expect(model.requests.filter(({ body }) => isInvestigation(body))).toEqual([]);
});

it("keeps to the calls that the setting allows", async () => {
  let turn = 0;
  const names = ["stock", "mail", null];
  const endless: Script = (request) =>
    isInvestigation(request)
      ? completionOf({
          content: null,
          ...callOf("list_names", { signal: "metric", entity: names[turn++ % 3] }, `c${turn}`),
        })
      : NO_CLAIMS;
  const { report } = await analyze("twins", endless, {
    CAUSEWAY_DATA: await doubtful(),
    CAUSEWAY_INVESTIGATION: "2 calls",
  });
  expect(report.investigation).toMatchObject({
    stopped_by: "steps",
    failure: "the investigation by the model reached its budget of 2 calls",
  });
});
