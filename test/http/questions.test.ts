import { afterAll, beforeAll, expect, it } from "vitest";
import { Conversation, Exchange } from "../../src/domain/conversation.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

it("answers questions, keeps them, and needs the scope to analyze", async () => {
  const dir = await tempDir();
  await writeCase(dir, "sick");
  const own = await startServer({ settings: { data: [dir] } });
  try {
    const { report } = await own.service.analyse("sick");
    const path = `/v1/analyses/${report.analysis_id}/questions`;
    const found = await own.ask(path, { json: { question: "could it be the cache?" } });
    expect(found.status).toBe(200);
    expect(Exchange.parse(found.json)).toMatchObject({ via: "http", answer: { noted: true, written_by: "code" } });
    const plan = await own.ask(path, { json: { plan: { select: "metrics", by: ["entity"] } } });
    expect(Exchange.parse(plan.json).answer.table?.matched).toBeGreaterThan(0);
    const misfit = await own.ask(path, { json: { question: "metrics | max(value) by entitty" } });
    expect(Exchange.parse(misfit.json).answer.refusal?.nearest_text).toContain("by entity");
    const kept = Conversation.parse((await own.ask(path)).json);
    expect(kept.exchanges).toHaveLength(3);
    expect((await own.ask(path, { json: { question: "why?", plan: { select: "logs" } } })).status).toBe(422);
    expect((await own.ask(path, { json: {} })).status).toBe(422);
    const reader = await own.newKey("read");
    expect((await own.ask(path, { key: reader })).status).toBe(200);
    expect((await own.ask(path, { key: reader, json: { question: "why?" } })).status).toBe(403);
  } finally {
    await own.stop();
  }
});

it("says that there is no such analysis", async () => {
  expect((await server.ask("/v1/analyses/an-nothing/questions", { json: { question: "why?" } })).status).toBe(404);
  expect((await server.ask("/v1/analyses/an-nothing/questions")).status).toBe(404);
});
