import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";
import { causeway } from "./run-cli.ts";

const HOUR_MS = 3_600_000;

/** An analysis of the command line whose first action waits. */
async function waiting(policy: string | null = null) {
  const dir = await tempDir();
  await writeCase(dir, "inc-1");
  const home = join(dir, "home");
  mkdirSync(home, { mode: 0o700 });
  if (policy !== null) writeFileSync(join(home, "policy.yaml"), policy);
  const env = { CAUSEWAY_HOME: home, CAUSEWAY_DATA: dir };
  const run = (argv: string[], now?: () => number) => causeway(argv, { env, ...(now === undefined ? {} : { now }) });
  const { actions } = JSON.parse((await run(["analyze", "inc-1", "--json"])).stdout) as { actions: { id: string }[] };
  const id = actions[0]?.id;
  if (id === undefined) throw new Error("the fixture no longer yields an action");
  const edit = (path: string): void => {
    const db = new Database(join(home, "causeway.db"));
    expect(db.prepare("update actions set body = json_set(body, ?, 'evil') where id = ?").run(path, id).changes).toBe(
      1,
    );
    db.close();
  };
  /** What `causeway audit export` has as its last line; the log verifies. */
  const lastWord = async () => {
    expect((await run(["audit", "verify"])).code).toBe(0);
    const { stdout } = await run(["audit", "export"]);
    const { kind, payload } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
      kind: string;
      payload: { reason?: string };
    };
    return `${kind} ${payload.reason ?? ""}`;
  };
  return { run, id, edit, lastWord };
}

it.each([
  ["script", "$.script", /stored script changed/, "script_changed"],
  ["target", "$.target.id", /now targets/, "target_changed"],
])("refuses a changed %s with a sentence and an audit line", async (_, path, message, word) => {
  const { run, id, edit, lastWord } = await waiting();
  edit(path);
  expect(await run(["approve", id])).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(message) });
  expect(await lastWord()).toBe(`refusal ${word}`);
});

it("refuses what expired, and a replay", async () => {
  const { run, id, lastWord } = await waiting();
  const late = await run(["approve", id], () => Date.now() + 25 * HOUR_MS);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining("expired") });
  expect(await lastWord()).toBe("expiry expired");
  expect((await run(["approve", id])).code).toBe(0);
  expect(await run(["approve", id])).toMatchObject({ code: 1, stderr: expect.stringContaining("a decision is final") });
  expect(await lastWord()).toBe("refusal decided_before");
});

it("refuses who asked for the analysis where two are needed, whatever name they type", async () => {
  const { run, id, lastWord } = await waiting("rules: [{ name: two, mode: two_approvers }]");
  for (const more of [[], ["--by", "ada"], ["--note", "approved by ada and bob"]]) {
    const refused = await run(["approve", id, ...more]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("asked for the analysis") });
    expect(await lastWord()).toBe("refusal proposer");
  }
});
