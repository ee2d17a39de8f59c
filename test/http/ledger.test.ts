import { expect, it, onTestFinished } from "vitest";
import { startFakeModel } from "../connectors/openai/server.ts";
import { eventually } from "../eventually.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startServer } from "./server.ts";

it("sums up the calls of workers for an admin, and counts them in the metrics as they end", async () => {
  const model = await startFakeModel("good");
  onTestFinished(() => model[Symbol.asyncDispose]());
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const server = await startServer({
    workers: 1,
    env: {
      CAUSEWAY_API_KEY: "the-key-of-this-test",
      CAUSEWAY_DATA: dir,
      OPENAI_BASE_URL: model.baseUrl,
      OPENAI_MODEL: "gpt-x",
      CAUSEWAY_MODEL_PRICE: "1, 10",
    },
  });
  onTestFinished(() => server.stop());
  const key = await server.newKey("analyse", "read", "admin");
  const { json } = await server.ask("/v1/incidents/sick/analyses", { method: "POST", json: {}, key });
  await eventually(async () => {
    const { status } = await server.ask(`/v1/analyses/${String(json.analysis_id)}/report`, { key });
    expect(status).toBe(200);
  });

  const ledger = await server.ask("/v1/ledger?by=task&since=2026-01-01T00:00:00Z", { key });
  expect(ledger.json).toMatchObject({
    schema_version: "causeway.ledger/1",
    by: "task",
    since: "2026-01-01T00:00:00.000Z",
    rows: [{ key: "explain", calls: 1, input_tokens: 120, output_tokens: 30, unpriced: 0 }],
    total: { usd: 0.00042 },
  });
  expect((await server.ask("/v1/ledger?by=colour", { key })).status).toBe(422);
  expect((await server.ask("/v1/ledger", { key: await server.newKey("read") })).status).toBe(403);

  const { text } = await server.ask("/metrics", { key });
  expect(text).toContain('causeway_llm_calls_total{model="gpt-x",task="explain",outcome="answered"} 1');
  expect(text).toContain('causeway_llm_tokens_total{model="gpt-x",direction="in"} 120');
  expect(text).toMatch(/causeway_llm_cost_usd_total\{model="gpt-x"\} 0\.00042/);
  expect(text).toContain('causeway_llm_call_duration_seconds_count{model="gpt-x"} 1');
});
