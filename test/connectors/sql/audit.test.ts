import { describe, expect, it } from "vitest";
import { sql as raw } from "kysely";
import { auditLines, checkAudit } from "../../../src/app/audit.ts";
import { AuditLine } from "../../../src/domain/audit.ts";
import { sqlAnalysisStore } from "../../../src/connectors/sql/analysis-store.ts";
import { anAction } from "../../fakes.ts";
import { DATABASES } from "./databases.ts";

const decision = { actionId: "A1-a1", by: "ana", atMs: 5, note: null, scriptSha256: "a".repeat(64) } as const;

describe.each(DATABASES)("the audit log in $dialect", ({ newPlace, openSql }) => {
  async function opened() {
    const sql = await openSql(await newPlace());
    const store = sqlAnalysisStore(sql);
    await store.createAnalysis({ id: "A1", incidentId: "inc-1", status: "running", startedAtMs: 1 });
    await store.putActions([anAction({ id: "A1-a1" }), anAction({ id: "A1-a2" })], 1);
    const lines = async () =>
      (await store.readAudit({ afterSeq: 0, limit: 100 })).map(({ text }) => AuditLine.parse(JSON.parse(text)));
    return { sql, store, lines };
  }

  it("gets a line for each proposal that is new or changed, and for each decision, once", async () => {
    const { store, lines } = await opened();
    await store.putActions([anAction({ id: "A1-a1" }), anAction({ id: "A1-a2", title: "better" })], 2);
    await store.recordDecision({ ...decision, decision: "approved" });
    await store.recordDecision({ ...decision, decision: "rejected", by: "late" });
    await store.putActions([anAction({ id: "A1-a1", title: "too late" })], 3);
    expect((await lines()).map(({ kind, actor, subject }) => [kind, actor, subject.actionId])).toEqual([
      ["proposal", "causeway", "A1-a1"],
      ["proposal", "causeway", "A1-a2"],
      ["proposal", "causeway", "A1-a2"],
      ["decision", "ana", "A1-a1"],
    ]);
    expect(await checkAudit(auditLines(store), [])).toMatchObject({ lines: 4, problemCount: 0 });
  });

  it("stays one chain when many writers append at once", async () => {
    const { store, lines } = await opened();
    const subject = { incidentId: null, analysisId: null, actionId: null };
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        store.recordAudit([{ atMs: n, kind: "refusal", actor: `p${n}`, subject, payload: { n } }]),
      ),
    );
    expect(await checkAudit(auditLines(store), [])).toMatchObject({ lines: 22, problemCount: 0 });
    expect(new Set((await lines()).map(({ actor }) => actor)).size).toBe(21);
  });

  it("records nothing of a decision whose line cannot be written", async () => {
    const { sql, store } = await opened();
    await sql.run(async () => raw`update audit_lines set body = 'x' where seq = 2`.execute(sql.db));
    await expect(store.recordDecision({ ...decision, decision: "approved" })).rejects.toThrow(
      /the last line of the audit log/,
    );
    expect(await store.getDecision("A1-a1")).toBeNull();
  });

  it.each([
    ["an edited line", `update audit_lines set body = replace(body, 'proposal', 'approval') where seq = 1`, "changed"],
    ["a deleted line", `delete from audit_lines where seq = 1`, "missing"],
    ["a moved line", `update audit_lines set seq = 9 where seq = 1`, "missing"],
  ])("shows %s", async (_, statement, kind) => {
    const { sql, store } = await opened();
    await sql.run(async () => raw.raw(statement).execute(sql.db));
    const { problems } = await checkAudit(auditLines(store), []);
    expect(problems[0]?.kind).toBe(kind);
  });
});
