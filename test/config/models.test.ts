import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig, masked } from "../../src/config.ts";
import type { IncidentError } from "../../src/domain/errors.ts";
import { tempDir } from "../compose/recorded-suite.ts";

/** The configuration from this text of config.yaml. */
async function configOf(yaml: string, env: Record<string, string> = {}) {
  const home = await tempDir();
  await writeFile(join(home, "config.yaml"), yaml);
  return loadConfig({}, { CAUSEWAY_HOME: home, ...env });
}
const refused = (yaml: string): Promise<string> =>
  configOf(yaml).then(
    () => "accepted",
    ({ message, hint }: IncidentError) => `${message} ${hint}`,
  );

const TWO = `
models:
  small:
    model: qwen2.5-7b-instruct
    baseUrl: http://gpu-1:8000/v1
    contextTokens: 4096
    capabilities: { tools: false }
  large:
    baseUrl: https://example.openai.azure.com
    apiKey: sk-large
    azure: { apiVersion: "2024-10-21", deployment: gpt }
    headers: { x-team: payments }
    price: { input: 1, output: 2 }
    temperature: 0
`;

it("reads several models in their order, with what each of them needs", async () => {
  const { model, modelPlan } = await configOf(TWO);
  expect(modelPlan.models).toEqual([
    {
      name: "small",
      place: "models.small",
      model: "qwen2.5-7b-instruct",
      baseUrl: "http://gpu-1:8000/v1",
      apiKey: null,
      timeoutMs: 60_000,
      contextTokens: 4096,
      capabilities: { tools: false },
    },
    {
      name: "large",
      place: "models.large",
      baseUrl: "https://example.openai.azure.com",
      apiKey: "sk-large",
      timeoutMs: 60_000,
      azure: { apiVersion: "2024-10-21", deployment: "gpt" },
      headers: { "x-team": "payments" },
      price: { input: 1, output: 2, cachedInput: 1 },
      temperature: 0,
    },
  ]);
  expect(model?.name).toBe("small");
});
it("uses all models for each task, and each model once, unless a route says otherwise", async () => {
  const routed = `${TWO}model:\n  routes: { investigate: large, ask: [large, small], judge: [] }\n  vote: { k: 3 }\n`;
  const { modelPlan } = await configOf(routed);
  expect(modelPlan.votes).toBe(3);
  expect(modelPlan.routes).toEqual({
    explain: ["small", "large"],
    investigate: ["large"],
    ask: ["large", "small"],
    judge: [],
    runbook: ["small", "large"],
  });
});
it("needs no list for one model", async () => {
  const { model, modelPlan } = await configOf("model: { name: m, baseUrl: http://host/v1, contextTokens: 8192 }\n");
  expect(model).toEqual({
    name: "m",
    baseUrl: "http://host/v1",
    apiKey: null,
    timeoutMs: 60_000,
    contextTokens: 8192,
  });
  expect(modelPlan.routes.explain).toEqual(["m"]);
});
it("puts a model without an address on the shared server, with its key", async () => {
  const { modelPlan } = await configOf("models: { a: {}, b: { baseUrl: http://other/v1 } }\n", {
    OPENAI_API_KEY: "sk-shared",
  });
  expect(modelPlan.models.map(({ baseUrl, apiKey }) => [baseUrl, apiKey])).toEqual([
    ["https://api.openai.com/v1", "sk-shared"],
    ["http://other/v1", null], // the key is sent only to the server it belongs to
  ]);
});
it("lets OPENAI_MODEL choose one of the models, or another, for every task", async () => {
  const one = await configOf(`${TWO}model: { routes: { explain: small } }\n`, { OPENAI_MODEL: "large" });
  expect(one.modelPlan.models.map(({ name }) => name)).toEqual(["large"]);
  expect(one.modelPlan.routes.explain).toEqual(["large"]);
  const other = await configOf(TWO, { OPENAI_MODEL: "gpt-x", OPENAI_API_KEY: "k" });
  expect(other.modelPlan.models.map(({ name }) => name)).toEqual(["gpt-x"]);
});
it("reads a key from a file", async () => {
  const path = join(await tempDir(), "key");
  await writeFile(path, "sk-from-file\n");
  expect((await configOf(`models: { a: { apiKeyFile: ${path} } }\n`)).modelPlan.models[0]?.apiKey).toBe("sk-from-file");
  expect(await refused("models: { a: { apiKeyFile: /nowhere/key } }\n")).toContain(
    "models.a.apiKeyFile names /nowhere/key, which does not exist",
  );
});
it("masks keys, headers and user info", async () => {
  const config = await configOf(TWO.replace("https://example", "https://user:hunter2@example"));
  const shown = JSON.stringify(masked(config));
  for (const secret of ["sk-large", "payments", "hunter2"]) expect(shown).not.toContain(secret);
  expect(shown).toContain("x-team");
});
it.each([
  ["models: { a: { contextToken: 1 } }", /contextToken.*Did you mean contextTokens/s],
  ["models: { a: { capabilities: { tool: false } } }", /Did you mean tools/],
  ["models: { a: { azure: {} } }", /apiVersion/],
  ["models: { a: { headers: { 'x y': z } } }", /no spaces/],
  ["models: { 'a b': {} }", /Invalid key.*models/s],
  [`${TWO}model: { routes: { explain: lage } }`, /model\.routes\.explain names the model lage.*Did you mean large/s],
  [`${TWO}model: { routes: { explian: large } }`, /Did you mean explain/],
  [`${TWO}model: { routes: { ask: gpt } }`, /There are: small, large/],
  [`${TWO}model: { caps: { day: { usd: 1 } } }`, /the price of the model small is not known/],
  ["model: { vote: { k: 0 } }", /vote/],
])("refuses %s", async (yaml, words) => {
  expect(await refused(yaml)).toMatch(words);
});
