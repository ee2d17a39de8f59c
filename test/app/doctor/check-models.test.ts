import { expect, it } from "vitest";
import { checkModels, type ModelPorts } from "../../../src/app/doctor/check-models.ts";
import { loadConfig, type ModelConfig } from "../../../src/config.ts";
import type { ModelProbe, ProbedPart } from "../../../src/domain/model-probe.ts";
import { NO_HOME } from "../../no-home.ts";

const YES: ProbedPart = { works: true, why: null };
const no = (why: string): ProbedPart => ({ works: false, why });
const ALL: ModelProbe = {
  parts: { chat: YES, stream: YES, tools: YES, schema: YES, json: YES },
  version: "m-1",
  firstTokenMs: 80,
  contextTokens: 8192,
  requests: 5,
  inputTokens: 300,
  outputTokens: 50,
};
const model: ModelConfig = { name: "m", baseUrl: "http://host/v1", apiKey: "k", timeoutMs: 1000 };

async function checked(
  probe: Partial<ModelProbe> | null,
  { status = 200, ...given }: Partial<ModelConfig> & { status?: number } = {},
) {
  const probeModel: ModelPorts["probeModel"] = probe === null ? null : async () => ({ ...ALL, ...probe });
  const plan = { ...loadConfig({ home: NO_HOME }, {}).modelPlan, models: [{ ...model, ...given }] };
  const checks = checkModels(
    { probe: async () => status, probeModel },
    { modelPlan: plan },
    new AbortController().signal,
  );
  return (await Promise.all(checks))[0];
}

it("says what works, the context, and what the try cost", async () => {
  expect(await checked({}, { price: { input: 1, cachedInput: 1, output: 2 } })).toEqual({
    name: "model",
    state: "ok",
    detail:
      "m at http://host/v1/models: HTTP 200; version m-1; chat: yes; stream: first part after 80 ms; tools: yes; " +
      "schema: yes; json: yes; context: 8192 tokens, by the server; 5 requests, 350 tokens, $0.000400",
  });
});
it.each<[string, Partial<ModelProbe>, string, RegExp]>([
  [
    "no tools",
    { parts: { ...ALL.parts, tools: no("the server refuses it") } },
    "ok",
    /tools: no, the server refuses it;.*go through JSON by schema;/,
  ],
  [
    "broken tools",
    { parts: { ...ALL.parts, tools: no("the server takes it, and the answer does not fit") } },
    "ok",
    /if you set capabilities\.tools to false/,
  ],
  [
    "JSON mode only",
    { parts: { chat: YES, tools: no("x"), schema: no("x"), json: YES } },
    "ok",
    /any JSON, with the schema in the prompt/,
  ],
  [
    "plain text only",
    { parts: { chat: YES, tools: no("x"), schema: no("x"), json: no("x") } },
    "warning",
    /go through plain text/,
  ],
  ["no chat", { parts: { chat: no("the server is down") } }, "broken", /the server is down$/],
  ["no token counts", { inputTokens: null, outputTokens: null }, "ok", /5 requests; the server counts no tokens$/],
  ["no context", { contextTokens: null }, "ok", /context: unknown, set contextTokens/],
])("explains %s", async (_, probe, state, detail) => {
  expect(await checked(probe)).toMatchObject({ state, detail: expect.stringMatching(detail) });
});
it("warns of a configured context that the server does not have", async () => {
  expect(await checked({}, { contextTokens: 32_768 })).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("32768 tokens are configured, and the server has 8192"),
  });
});
it("sends nothing that costs money when it is to be quick", async () => {
  expect(await checked(null)).toEqual({ name: "model", state: "ok", detail: "m at http://host/v1/models: HTTP 200" });
});
it("does not try a model whose key is refused", async () => {
  expect(await checked({}, { status: 401, place: "models.m" })).toMatchObject({
    name: "model m",
    state: "broken",
    detail: expect.stringMatching(/refuses the key; check models\.m\.apiKey$/),
  });
});
