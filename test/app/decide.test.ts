import { FIXED_PART } from "../../src/remediation/fixed-part.ts";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../src/config.ts";
import type { Causeway } from "../../src/app/causeway.ts";
import { openCauseway } from "../../src/compose/open-causeway.ts";
import { silentLog } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";

const program = join(import.meta.dirname, "../../bin/causeway.js");
const DAY_MS = 24 * 3_600_000;

async function open(home: string, data: string, now?: () => number): Promise<Causeway> {
  const causeway = await openCauseway(loadConfig({ home, data: [data] }, {}), {
    log: silentLog,
    ...(now ? { now } : {}),
  });
  onTestFinished(() => causeway.close());
  return causeway;
}
/** An analysis that waits for review, with the first of its actions. */
async function waiting() {
  const dir = await tempDir();
  await writeCase(dir, "inc-1");
  const home = join(dir, "home");
  const causeway = await open(home, dir);
  const { report, status, analysisId } = await causeway.analyse("inc-1");
  const [first, second] = report.actions;
  if (!first || !second) throw new Error("the fixture no longer yields two actions");
  return { dir, home, causeway, report, status, analysisId, first, second };
}
const by = "ada";

it("waits for review when there is something to approve", async () => {
  const { causeway, status, analysisId } = await waiting();
  expect(status).toBe("waiting_for_review");
  expect(await causeway.getAnalysis(analysisId)).toMatchObject({
    status: "waiting_for_review",
    actions: [{ decision: null }, { decision: null }],
  });
});

it("exports exactly the approved bytes, executable by the owner, and records who approved and why", async () => {
  const { causeway, home, first, analysisId } = await waiting();
  const { scriptPath } = await causeway.decide({ actionId: first.id, decision: "approved", by, note: "go" });
  expect(scriptPath?.startsWith(home)).toBe(true);
  expect(
    createHash("sha256")
      .update(readFileSync(scriptPath ?? ""))
      .digest("hex"),
  ).toBe(first.script_sha256);
  expect(statSync(scriptPath ?? "").mode & 0o777).toBe(0o700);
  const { actions } = await causeway.getAnalysis(analysisId);
  expect(actions[0]?.decision).toMatchObject({
    decision: "approved",
    by: "ada",
    note: "go",
    scriptSha256: first.script_sha256,
  });
});

it("waits until every action is decided, then is done", async () => {
  const { causeway, first, second, analysisId } = await waiting();
  const one = await causeway.decide({ actionId: first.id, decision: "rejected", by, note: null });
  expect(one).toMatchObject({ scriptPath: null, outcome: { status: "waiting_for_review" } });
  const two = await causeway.decide({ actionId: second.id, decision: "approved", by, note: null });
  expect(two.outcome.status).toBe("done");
  expect((await causeway.getAnalysis(analysisId)).status).toBe("done");
});

it("accepts one decision for each action", async () => {
  const { causeway, first } = await waiting();
  await causeway.decide({ actionId: first.id, decision: "rejected", by, note: null });
  await expect(causeway.decide({ actionId: first.id, decision: "approved", by: "bob", note: null })).rejects.toThrow(
    `${first.id} was rejected by ada`,
  );
});

it("accepts one of two simultaneous decisions, and informs the other person", async () => {
  const { causeway, dir, home, first, analysisId } = await waiting();
  const other = await open(home, dir);
  const results = await Promise.allSettled([
    causeway.decide({ actionId: first.id, decision: "rejected", by: "ada", note: null }),
    other.decide({ actionId: first.id, decision: "rejected", by: "bob", note: null }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const winner = results[0]?.status === "fulfilled" ? "ada" : "bob";
  expect((await causeway.getAnalysis(analysisId)).actions[0]?.decision?.by).toBe(winner);
});

it("refuses a script that was edited in the store after the report, and keeps the action open", async () => {
  const { causeway, home, first, analysisId } = await waiting();
  const db = new Database(join(home, "causeway.db"));
  const table = db.prepare("select name from sqlite_master where type = 'table' and name = 'actions'").pluck().get();
  expect(table).toBe("actions");
  const columns = db.prepare("select name from pragma_table_info('actions')").pluck().all() as string[];
  for (const column of columns)
    db.prepare(
      `update actions set "${column}" = replace("${column}", 'Add one replica', 'Remove all replicas') ` +
        `where "${column}" like '%Add one replica%'`,
    ).run();
  db.close();
  await expect(causeway.decide({ actionId: first.id, decision: "approved", by, note: null })).rejects.toThrow(
    /cannot be approved: .*(sha256|script)/,
  );
  expect(existsSync(join(home, "approved")) ? readdirSync(join(home, "approved")) : []).toEqual([]);
  expect((await causeway.getAnalysis(analysisId)).actions[0]?.decision).toBeNull();
});

it("refuses a script edited together with its hash and the report: the checkpoint holds the original", async () => {
  const { causeway, home, first } = await waiting();
  const evil = "#!/usr/bin/env bash\nrm -rf /\n";
  const sha256 = createHash("sha256").update(evil).digest("hex");
  const db = new Database(join(home, "causeway.db"));
  const edit = (table: string, column: string, key: string, id: string, change: (text: string) => string): void => {
    const text = db.prepare(`select "${column}" from "${table}" where "${key}" = ?`).pluck().get(id) as string;
    expect(change(text)).not.toBe(text);
    db.prepare(`update "${table}" set "${column}" = ? where "${key}" = ?`).run(change(text), id);
  };
  const forged = (text: string): string =>
    text.replaceAll(JSON.stringify(first.script), JSON.stringify(evil)).replaceAll(first.script_sha256, sha256);
  edit("actions", "body", "id", first.id, forged);
  edit("reports", "body", "analysis_id", first.id.replace(/-a\d+$/, ""), forged);
  db.close();
  await expect(causeway.decide({ actionId: first.id, decision: "approved", by, note: null })).rejects.toThrow(
    /cannot be approved: .*changed after the proposal/,
  );
  expect(existsSync(join(home, "approved"))).toBe(false);
});

it("approves only the script with the given hash", async () => {
  const { causeway, first } = await waiting();
  await expect(
    causeway.decide({ actionId: first.id, decision: "approved", by, note: null, presentedSha256: "0".repeat(64) }),
  ).rejects.toThrow(/the presented hash is 0000/);
  await expect(
    causeway.decide({ actionId: first.id, decision: "approved", by, note: null, presentedSha256: first.script_sha256 }),
  ).resolves.toMatchObject({ decision: { decision: "approved" } });
});

it("refuses an approval after its expiry, but still accepts a rejection", async () => {
  const { dir, home, first } = await waiting();
  const later = await open(home, dir, () => Date.now() + 400 * DAY_MS);
  await expect(later.decide({ actionId: first.id, decision: "approved", by, note: null })).rejects.toThrow(/expired/);
  await expect(later.decide({ actionId: first.id, decision: "rejected", by, note: null })).resolves.toMatchObject({
    scriptPath: null,
  });
});

it("leaves no approved script when an approval was interrupted and a rejection followed", async () => {
  const { causeway, home, first, second } = await waiting();
  const { scriptPath } = await causeway.decide({ actionId: second.id, decision: "approved", by, note: null });
  const cutOff = basename(scriptPath ?? "")
    .replace(second.id, first.id)
    .replace(second.step, first.step)
    .replace(second.script_sha256.slice(0, 12), first.script_sha256.slice(0, 12));
  writeFileSync(join(home, "approved", cutOff), first.script); // by a process that died before it recorded the approval
  await causeway.decide({ actionId: first.id, decision: "rejected", by, note: null });
  expect(readdirSync(join(home, "approved")).toSorted()).toEqual(
    [basename(scriptPath ?? ""), FIXED_PART.fileName].toSorted(),
  );
});

it("names an unknown action", async () => {
  const { causeway } = await waiting();
  await expect(causeway.decide({ actionId: "an-0-a9", decision: "approved", by, note: null })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

it("survives SIGKILL while it waits: another process approves, and the decision is recorded once", async () => {
  const dir = await tempDir();
  await writeCase(dir, "inc-1");
  const home = join(dir, "home");
  const child = spawn(process.execPath, [join(import.meta.dirname, "waiting-process.ts"), home, dir, "inc-1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  child.kill("SIGKILL");
  await once(child, "exit");
  const actionIds = JSON.parse(line.toString()) as string[];

  const env = { PATH: process.env.PATH ?? "", CAUSEWAY_HOME: home };
  const answers = await Promise.all(
    actionIds
      .map((id) => id)
      .slice(0, 1)
      .map((id) => promisify(execFile)(process.execPath, [program, "approve", id, "--by", "ada", "--json"], { env })),
  );
  expect(JSON.parse(answers[0]?.stdout ?? "")).toMatchObject({
    decision: "approved",
    by: "ada",
    analysis_status: "waiting_for_review",
  });
  for (const id of actionIds.slice(1))
    await promisify(execFile)(process.execPath, [program, "reject", id, "--by", "ada"], { env });

  const causeway = await open(home, dir);
  const [record] = await causeway.listAnalyses({ incidentId: "inc-1", limit: 1 });
  const shown = await causeway.getAnalysis(record?.id ?? "");
  expect(shown.status).toBe("done");
  expect(shown.actions.map(({ decision }) => decision?.decision)).toEqual([
    "approved",
    ...actionIds.slice(1).map(() => "rejected"),
  ]);
  const db = new Database(join(home, "causeway.db"), { readonly: true });
  expect(db.prepare("select count(*) from decisions").pluck().get()).toBe(actionIds.length);
  db.close();
});

it("writes proposals, refusals, decisions, exports and late attempts into one chain", async () => {
  const { home, causeway, dir, first, second } = await waiting();
  const approve = (actionId: string, presentedSha256?: string) =>
    causeway.decide({ actionId, decision: "approved", by, note: null, presentedSha256 }).catch(() => null);
  await approve(first.id, "0".repeat(64));
  const decided = await approve(first.id);
  await approve(first.id);
  const later = await open(home, dir, () => Date.now() + 400 * DAY_MS);
  await later.decide({ actionId: second.id, decision: "approved", by: "bob", note: null }).catch(() => null);
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [program, "audit", ...args], { env: { CAUSEWAY_HOME: home } });
  const lines = (await run("export")).stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ kind, actor, payload }) => [kind, actor, payload.reason ?? payload.path ?? null])).toEqual([
    ["proposal", "causeway", null],
    ["proposal", "causeway", null],
    ["refusal", "ada", "presented_differs"],
    ["approval", "ada", null],
    ["decision", "ada", null],
    ["export", "ada", decided?.scriptPath],
    ["refusal", "ada", "decided_before"],
    ["expiry", "bob", "expired"],
  ]);
  expect((await run("verify", "--head", lines.at(-1).sha256)).stdout).toContain("intact: 8 lines");
  const db = new Database(join(home, "causeway.db"));
  db.prepare("update audit_lines set body = replace(body, 'bob', 'ada') where seq = 8").run();
  db.close();
  await expect(run("verify")).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining("line 8 was changed") });
});
