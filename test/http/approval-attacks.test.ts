import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditLines, checkAudit, lastAuditLines } from "../../src/app/audit.ts";
import { openAudit } from "../../src/compose/audit.ts";
import { loadConfig } from "../../src/config.ts";
import { startServer, type TestServer } from "./server.ts";

const HOUR_MS = 3_600_000;
const clock = { aheadMs: 0 };
let server: TestServer;
let action: { id: string; script_sha256: string };
const keys = { zoe: "", bob: "", carol: "" };

// one story: each test goes on from the one before
beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), "causeway-http-"));
  await writeFile(join(home, "policy.yaml"), "rules: [{ name: two, mode: two_approvers }]");
  server = await startServer({ home, workers: 1, now: () => Date.now() + clock.aheadMs });
  for (const name of ["zoe", "bob", "carol"] as const)
    keys[name] = (await server.service.createKey({ name, scopes: ["read", "analyse", "approve"] })).secret;
  const posted = await server.ask("/v1/incidents/shop-001/analyses", { method: "POST", key: keys.zoe });
  const path = `/v1/analyses/${String(posted.json.analysis_id)}`;
  await server.ask(`${path}/events`, { key: keys.zoe }); // ends with the analysis
  [action] = (await server.ask(path, { key: keys.zoe })).json.actions as [typeof action];
});
afterAll(() => server.stop());

const approve = async (key: string, more: object = {}) => {
  const { status, json } = await server.ask(`/v1/actions/${action.id}/approve`, {
    key,
    json: { script_sha256: action.script_sha256, ...more },
  });
  return { status, detail: String(json.detail ?? "") };
};
/** The word of the last audit line, after the whole log was found intact. */
const lastWord = async () => {
  const { log, close } = await openAudit(loadConfig({ home: server.home }, {}));
  const { problems } = await checkAudit(auditLines(log), []);
  const [line] = await lastAuditLines(log, 1);
  await close();
  expect(problems).toEqual([]);
  return `${line?.kind} ${String(line?.payload.reason)}`;
};

it("refuses the key that asked for the analysis, whatever name it gives", async () => {
  for (const more of [{}, { on_behalf_of: "carol" }, { note: "approved by carol and bob" }]) {
    expect(await approve(keys.zoe, more)).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/asked for the analysis/),
    });
    expect(await lastWord()).toBe("refusal proposer");
  }
});

it("refuses another hash than that of the script", async () => {
  expect(await approve(keys.bob, { script_sha256: "0".repeat(64) })).toMatchObject({ status: 409 });
  expect(await lastWord()).toBe("refusal presented_differs");
});

it("refuses a script that was changed after it was read", async () => {
  const db = new Database(join(server.home, "causeway.db"));
  const { body } = db.prepare("select body from actions where id = ?").get(action.id) as { body: string };
  const write = db.prepare("update actions set body = ? where id = ?");
  write.run(JSON.stringify({ ...JSON.parse(body), script: "#!/bin/sh\necho evil\n" }), action.id);
  expect(await approve(keys.bob)).toMatchObject({
    status: 409,
    detail: expect.stringMatching(/stored script changed/),
  });
  write.run(body, action.id);
  db.close();
  expect(await lastWord()).toBe("refusal script_changed");
});

it("refuses what expired", async () => {
  clock.aheadMs = 25 * HOUR_MS;
  expect(await approve(keys.bob)).toMatchObject({ status: 409, detail: expect.stringMatching(/expired/) });
  clock.aheadMs = 0;
  expect(await lastWord()).toBe("expiry expired");
});

it("counts one key once, and refuses a replay after the second person decided", async () => {
  expect(await approve(keys.bob)).toEqual({ status: 200, detail: "" });
  expect(await approve(keys.bob, { on_behalf_of: "carol" })).toMatchObject({ status: 409 });
  expect(await lastWord()).toBe("refusal same_person");
  expect(await approve(keys.carol)).toMatchObject({ status: 200 });
  expect(await approve(keys.carol)).toMatchObject({ status: 409, detail: expect.stringMatching(/was approved by/) });
  expect(await lastWord()).toBe("refusal decided_before");
});
