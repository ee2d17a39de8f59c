import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { Causeway } from "../../src/app/causeway.ts";
import { loadConfig } from "../../src/config.ts";
import { openCauseway } from "../../src/compose/open-causeway.ts";
import { openAudit } from "../../src/compose/audit.ts";
import { checkAudit, auditLines, lastAuditLines } from "../../src/app/audit.ts";
import { openDatabase as openPostgres } from "../../src/connectors/postgres/open-database.ts";
import { openDatabase as openSqlite } from "../../src/connectors/sqlite/open-database.ts";
import type { SqlDatabase } from "../../src/connectors/sql/tables.ts";
import type { Approver } from "../../src/domain/approver.ts";
import { silentLog } from "../agent/fakes.ts";
import { tempDir, writeCase } from "../compose/recorded-suite.ts";

export const MINUTE_MS = 60_000;
export const ada: Approver = { surface: "cli", id: "ada", name: "ada" };
export const bob: Approver = { surface: "cli", id: "bob", name: "bob" };
export const POLICY = `
people:
  ada: { cli: ada, http: ada-laptop, slack: U1, roles: sre }
  bob: { cli: bob, slack: U2, roles: sre }
  eve: { cli: eve }
rules:
  - { name: two, when: { risk: [low, medium, high] }, mode: two_approvers, roles: sre }
`;

/** An analysis that `zoe` asked for; its first action waits. `databaseUrl`: of Postgres; null is SQLite in the home. */
export async function waiting(policy: string | null = POLICY, databaseUrl: string | null = null) {
  const dir = await tempDir();
  await writeCase(dir, "inc-1");
  const home = join(dir, "home");
  mkdirSync(home, { mode: 0o700 });
  if (policy !== null) writeFileSync(join(home, "policy.yaml"), policy);
  const config = loadConfig({ home, data: [dir] }, databaseUrl === null ? {} : { DATABASE_URL: databaseUrl });
  const clock = { ms: Date.now() };
  const open = async (): Promise<Causeway> => {
    const causeway = await openCauseway(config, { log: silentLog, now: () => clock.ms });
    onTestFinished(() => causeway.close());
    return causeway;
  };
  const causeway = await open();
  const { report } = await causeway.analyse("inc-1", { by: "zoe" });
  const [action] = report.actions;
  if (!action) throw new Error("the fixture no longer yields an action");
  const approve = (approver: Approver, by = approver.name, through: Causeway = causeway) =>
    through.decide({ actionId: action.id, decision: "approved", by, note: null, approver }).then(
      ({ missing, scriptPath }) => ({ missing, exported: scriptPath !== null }),
      (error: Error) => error.message.replace(/^.*?cannot be approved: /, ""),
    );
  /** Changes stored rows, as somebody with access to the database would. */
  const edit = async (change: (db: SqlDatabase["db"]) => Promise<unknown>): Promise<void> => {
    const sql = databaseUrl === null ? await openSqlite(join(home, "causeway.db")) : await openPostgres(databaseUrl);
    await change(sql.db);
    await sql.close();
  };
  /** Changes the stored action. */
  const editAction = (change: (stored: Record<string, unknown>) => object): Promise<void> =>
    edit(async (db) => {
      const { body } = await db
        .selectFrom("actions")
        .select("body")
        .where("id", "=", action.id)
        .executeTakeFirstOrThrow();
      const next = JSON.stringify(change(JSON.parse(body) as Record<string, unknown>));
      expect(next).not.toBe(body);
      await db.updateTable("actions").set({ body: next }).where("id", "=", action.id).execute();
    });
  /** The last line of the log, after the whole log was found intact. */
  const lastLine = async () => {
    const { log, close } = await openAudit(config);
    const { problems } = await checkAudit(auditLines(log), []);
    const [line] = await lastAuditLines(log, 1);
    await close();
    return { problems, kind: line?.kind, actor: line?.actor, reason: line?.payload.reason };
  };
  return { causeway, open, clock, action, report, approve, edit, editAction, lastLine, home };
}
/** The last audit line after a refused attempt; the log is intact. */
export const refused = (actor: string, reason: string, kind = "refusal") => ({ problems: [], kind, actor, reason });
