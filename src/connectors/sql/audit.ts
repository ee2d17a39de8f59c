import type { Kysely } from "kysely";
import { AuditLine, type AuditEntry, type AuditLog, auditText, nextAuditLine } from "../../domain/audit.ts";
import { batchesOf, execute, type Script } from "./script.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

/** `body` holds the whole line. `action_id` repeats its subject, to find the lines of an action. */
export const AUDIT_SCHEMA = [
  `create table audit_lines (
    seq bigint primary key,
    action_id text,
    body text not null
  )`,
  `create index audit_lines_by_action_id on audit_lines (action_id, seq)`,
];

/** The audit log. */
export const auditRows = (sql: SqlDatabase): AuditLog => ({
  recordAudit: (entries) => sql.transact(() => appendAudit(sql, entries)),

  async readAudit({ afterSeq, limit, actionId }) {
    const all = sql.db.selectFrom("audit_lines").select(["seq", "body"]).where("seq", ">", afterSeq);
    const rows = await sql.run(() =>
      (actionId === undefined ? all : all.where("action_id", "=", actionId)).orderBy("seq").limit(limit).execute(),
    );
    return rows.map(({ seq, body }) => ({ seq: Number(seq), text: body }));
  },
});

/**
 * Appends lines within the transaction of the change that they record. A log whose last line cannot be read takes no
 * more lines, so that nothing is decided without a record.
 */
export function* appendAudit(
  { db, lock }: { db: Kysely<Tables>; lock: SqlDatabase["lock"] },
  entries: readonly AuditEntry[],
): Script<void> {
  if (entries.length === 0) return;
  yield* lock("audit"); // no other process may append between the last line and those below
  const [row] = yield* execute<{ body: string }>(
    db.selectFrom("audit_lines").select("body").orderBy("seq", "desc").limit(1),
  );
  let last = row === undefined ? null : readJson(AuditLine, row.body, "the last line of the audit log");
  const lines = entries.map((entry) => (last = nextAuditLine(entry, last)));
  for (const batch of batchesOf(lines))
    yield* execute(
      db
        .insertInto("audit_lines")
        .values(batch.map((line) => ({ seq: line.seq, action_id: line.subject.actionId, body: auditText(line) }))),
    );
}
