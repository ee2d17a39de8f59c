import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { Report } from "../../src/domain/report.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { type Behaviour, startFakeModel } from "../connectors/openai/server.ts";
import { causeway } from "./run-cli.ts";

const KEY = "sk-test-0123456789abcdefghij";

/** A home with one recorded incident, and a scripted model. */
async function withModel(behaviour: Behaviour, extra: Record<string, string> = {}) {
  const model = await startFakeModel(behaviour);
  onTestFinished(() => model[Symbol.asyncDispose]());
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const env = {
    CAUSEWAY_HOME: join(dir, "home"),
    CAUSEWAY_DATA: dir,
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: KEY,
    OPENAI_MODEL: "gpt-x",
    ...extra,
  };
  const run = (...argv: string[]) => causeway(argv, { env });
  const analyse = async () => Report.parse(JSON.parse((await run("analyze", "sick", "--json")).stdout));
  return { model, run, analyse };
}

const PRICED = { CAUSEWAY_MODEL_PRICE: "1, 10" };

it("sends nothing and costs nothing when the same incident is analyzed again", async () => {
  const { model, analyse, run } = await withModel("good", PRICED);
  const first = await analyse();
  const sent = model.requests.length;
  expect(sent).toBeGreaterThan(0);
  const second = await analyse();
  expect(model.requests).toHaveLength(sent);
  expect(second.claims).toEqual(first.claims);
  expect(second.bundle_sha256).toBe(first.bundle_sha256);
  expect(first.cost).toMatchObject({ calls: sent, cached_calls: 0, models: ["gpt-x"] });
  expect(first.cost.usd).toBeCloseTo((first.cost.input_tokens * 1 + first.cost.output_tokens * 10) / 1e6, 12);
  expect(second.cost).toMatchObject({ input_tokens: 0, output_tokens: 0, usd: 0, calls: 0, cached_calls: sent });
  const { stdout } = await run("ledger", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    by: "model",
    rows: [{ key: "gpt-x", calls: 2 * sent, cached: sent, failed: 0, cached_share: 0.5, unsupported_share: 0 }],
  });
});

it("shows the cost in the report's last line, and an unknown price as unknown", async () => {
  const priced = await withModel("good", PRICED);
  const { stdout } = await priced.run("analyze", "sick");
  expect(stdout).toMatch(/written by gpt-x · 1 call · 150 tokens ·\s+\$0\.00042/);
  const unpriced = await withModel("good");
  expect((await unpriced.run("analyze", "sick")).stdout).toMatch(/1 call · 150 tokens · cost\s+unknown/);
  expect((await unpriced.run("analyze", "sick")).stdout).toMatch(/1 from the cache · 0 tokens · \$0/);
});

it("ends in a report that names the cap when a cap has no room, and sends nothing", async () => {
  const { model, analyse, run } = await withModel("good", { CAUSEWAY_MODEL_CAPS_DAY: "10 tokens" });
  const report = await analyse();
  expect(model.requests).toHaveLength(0);
  expect(report.verdict).toBe("root_cause");
  expect(report.claims.length).toBeGreaterThan(0);
  const [gap] = report.not_checked.filter(({ source }) => source === "model");
  expect(gap?.why).toContain("the cap on tokens for this day (UTC) (10) leaves no room for another call");
  expect((await run("ledger")).stdout).toMatch(/gpt-x +1 +0 +0 +1 +0 +0 +\$0/);
});

it("warns in the report when a cap is nearly used", async () => {
  const { analyse } = await withModel("good", { CAUSEWAY_MODEL_CAPS_ANALYSIS: "1 calls, none tokens" });
  expect((await analyse()).cost.warnings).toEqual(["100 % of the cap on calls for this analysis (1) is used"]);
});

const Line = z.object({
  input: z.object({ ref: z.string(), prompt: z.string(), analysis_id: z.string() }),
  output: z.object({
    ref: z.string().nullable(),
    model: z.string(),
    verdict: z.string(),
    error: z.string().nullable(),
  }),
  scores: z.object({ accepted: z.number().nullable(), supported_claims: z.number().nullable() }).loose(),
});

it("prints each call for evaluation tools, with what became of its answer and without prompt or key", async () => {
  const { model, run } = await withModel("invented-id");
  await run("analyze", "sick");
  const { stdout } = await run("ledger", "--jsonl", "--since", "1d");
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => Line.parse(JSON.parse(line)));
  expect(lines).toHaveLength(model.requests.length);
  expect(lines[0]).toMatchObject({
    input: { prompt: "explain" },
    output: { model: "gpt-x", verdict: "partial", error: null },
    scores: { accepted: 0.5, supported_claims: 0.5 },
  });
  for (const held of [KEY, "The network is at fault", "<findings>"]) expect(stdout).not.toContain(held);
});

it("records malformed and failed calls, with the code of the error only", async () => {
  const malformed = await withModel("malformed");
  await malformed.run("analyze", "sick");
  expect(JSON.parse((await malformed.run("ledger", "--json")).stdout)).toMatchObject({ total: { malformed_share: 1 } });
  const refused = await withModel("echo-key");
  await refused.run("analyze", "sick");
  const { stdout } = await refused.run("ledger", "--jsonl");
  expect(stdout).toContain('"error":"REJECTED"');
  expect(stdout).not.toContain(KEY);
});

it("says that there are no calls, and refuses a time that it cannot read", async () => {
  const { run } = await withModel("good");
  expect((await run("ledger")).stdout).toBe("No calls of a model are on record.\n");
  const wrong = await run("ledger", "--since", "yesterday");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("Give a time such as 7d");
});

it("refuses a cap in dollars for a model whose price is not known", async () => {
  const { run } = await withModel("good", { CAUSEWAY_MODEL_CAPS_DAY: "5 usd" });
  const { code, stderr } = await run("analyze", "sick");
  expect(code).not.toBe(0);
  expect(stderr).toContain("model.caps.day.usd is set, but the price of the model gpt-x is not known");
  expect(stderr).toContain("CAUSEWAY_MODEL_PRICE");
});
