import { describe, expect, it, onTestFinished } from "vitest";
import { sha256Of } from "../../../src/remediation/script.ts";
import { auditLines, checkAudit, lastAuditLines } from "../../../src/app/audit.ts";
import { executions } from "../../../src/app/execute/executions.ts";
import type { SqlDatabase } from "../../../src/connectors/sql/tables.ts";
import { existsSync, readFileSync } from "node:fs";
import { tempDir } from "../../compose/recorded-suite.ts";
import { DATABASES } from "../../connectors/sql/databases.ts";
import { storeApproved } from "./approved-action.ts";
import { ada, partsIn } from "./parts.ts";

type Db = SqlDatabase["db"];
type Stored = Record<string, unknown>;

const editAction = async (db: Db, change: (stored: Stored) => Stored): Promise<void> => {
  const { id, body } = await db.selectFrom("actions").select(["id", "body"]).executeTakeFirstOrThrow();
  await db
    .updateTable("actions")
    .set({ body: JSON.stringify(change(JSON.parse(body) as Stored)) })
    .where("id", "=", id)
    .execute();
};
const editApproval = async (db: Db, change: (body: string) => string): Promise<void> => {
  const { body } = await db.selectFrom("approvals").select("body").executeTakeFirstOrThrow();
  expect(change(body)).not.toBe(body);
  await db
    .updateTable("approvals")
    .set({ body: change(body) })
    .execute();
};
/** Script, hash and decision agree with each other, and not with what was approved. */
const replaceAll = async (db: Db): Promise<void> => {
  const { body } = await db.selectFrom("actions").select("body").executeTakeFirstOrThrow();
  const script = `${(JSON.parse(body) as { script: string }).script}echo evil\n`;
  await editAction(db, (stored) => ({ ...stored, script, scriptSha256: sha256Of(script) }));
  await db
    .updateTable("decisions")
    .set({ script_sha256: sha256Of(script) })
    .execute();
  await editApproval(db, (text) => text.replace(/"script":"[0-9a-f]{64}"/, `"script":"${sha256Of(script)}"`));
};

describe.each(DATABASES)("an approved action in $dialect", ({ newPlace, openStore, openSql }) => {
  it.each<[string, string, number, (db: Db) => Promise<unknown>]>([
    [
      "script was edited",
      "changed",
      0,
      (db) => editAction(db, ({ script, ...rest }) => ({ ...rest, script: `${script}echo evil\n` })),
    ],
    [
      "target was edited",
      "changed",
      0,
      (db) => editAction(db, (stored) => ({ ...stored, target: { kind: "service", id: "billing" } })),
    ],
    ["parameters were edited", "changed", 0, (db) => editAction(db, (stored) => ({ ...stored, parameters: [] }))],
    ["preconditions were edited", "changed", 0, (db) => editAction(db, (stored) => ({ ...stored, preconditions: [] }))],
    ["script, hash, approval and decision were edited together", "changed", 0, replaceAll],
    [
      "approval was given to another person",
      "changed",
      0,
      (db) => editApproval(db, (body) => body.replace('"id":"ada"', '"id":"bob"')),
    ],
    [
      "expired approval was made longer",
      "changed",
      1_900_000,
      (db) => editApproval(db, (body) => body.replace(/"expiresAtMs":\d+/, '"expiresAtMs":9999999999999')),
    ],
    ["decision was edited", "changed", 0, (db) => db.updateTable("decisions").set({ decided_by: "eve" }).execute()],
    ["decision was deleted", "not_approved", 0, (db) => db.deleteFrom("decisions").execute()],
    ["approvals were deleted", "not_approved", 0, (db) => db.deleteFrom("approvals").execute()],
  ])("is not run when its %s", async (_, reason, aheadMs, attack) => {
    const home = await tempDir();
    const at = await newPlace();
    const [store, sql] = [await openStore(at), await openSql(at)];
    onTestFinished(async () => {
      await store.close();
      await sql.close();
    });
    const { id } = await storeApproved(store, Date.now());
    const parts = partsIn(home, store, { now: () => Date.now() + aheadMs });
    await attack(sql.db);
    await expect(executions(parts, 10_000).execute({ actionId: id, by: ada })).rejects.toThrow(`(${reason})`);
    const calls = existsSync(parts.notes) ? readFileSync(parts.notes, "utf8") : "";
    expect(calls).toBe("");
    expect(await store.getExecution(id)).toBeNull();
    expect((await checkAudit(auditLines(store), [])).problems).toEqual([]);
    const [line] = await lastAuditLines(store, 1);
    expect(line).toMatchObject({ kind: "refusal", actor: "ada", payload: { reason } });
  });

  it("is not run when a rejection was turned into its approval", async () => {
    const home = await tempDir();
    const at = await newPlace();
    const [store, sql] = [await openStore(at), await openSql(at)];
    onTestFinished(async () => {
      await store.close();
      await sql.close();
    });
    const { id, ...rest } = await storeApproved(store, Date.now());
    const other = { ...rest, id: id.replace(/1$/, "2") };
    await store.putActions([other], Date.now());
    const decision = await store.getDecision(id);
    if (decision === null) throw new Error("it was decided");
    await store.recordDecision({ ...decision, actionId: other.id, decision: "rejected" });
    await sql.db.updateTable("decisions").set({ decision: "approved" }).where("action_id", "=", other.id).execute();
    const parts = partsIn(home, store);
    await expect(executions(parts, 10_000).execute({ actionId: other.id, by: ada })).rejects.toThrow("(changed)");
    expect((await lastAuditLines(store, 1))[0]).toMatchObject({ kind: "refusal", payload: { reason: "changed" } });
    expect(await store.getExecution(other.id)).toBeNull();
  });
});
