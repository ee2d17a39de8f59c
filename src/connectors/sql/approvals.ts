import { Action } from "../../domain/action.ts";
import { Approval } from "../../domain/approval.ts";
import { approvalEntry } from "../../domain/audit-entries.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { appendAudit } from "./audit.ts";
import { execute, type Script } from "./script.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase } from "./tables.ts";

/** `approver`: surface and id. A person's later approval of the same action replaces the earlier one. */
export const APPROVAL_SCHEMA = [
  `create table approvals (
    action_id text not null references actions (id),
    approver text not null,
    at_ms bigint not null,
    body text not null
  )`,
  `create unique index approvals_key on approvals (action_id, approver)`,
];

/** Approvals of single people. Each has a line in the audit log. */
export const approvalRows = ({
  db,
  run,
  transact,
  lock,
}: SqlDatabase): Pick<AnalysisStore, "recordApproval" | "listApprovals"> => ({
  recordApproval: (approval) =>
    transact(function* (): Script<void> {
      const { actionId, approver, atMs } = approval;
      const [row] = yield* execute<{ body: string }>(
        db.selectFrom("actions").select("body").where("id", "=", actionId),
      );
      const action = row === undefined ? null : readJson(Action, row.body, `action ${actionId}`);
      const values = {
        action_id: actionId,
        approver: `${approver.surface}:${approver.id}`,
        at_ms: atMs,
        body: JSON.stringify(approval),
      };
      yield* execute(
        db
          .insertInto("approvals")
          .values(values)
          .onConflict((conflict) =>
            conflict.columns(["action_id", "approver"]).doUpdateSet({ at_ms: values.at_ms, body: values.body }),
          ),
      );
      yield* appendAudit({ db, lock }, [approvalEntry(approval, action)]);
    }),

  async listApprovals(actionId) {
    const rows = await run(() =>
      db.selectFrom("approvals").select("body").where("action_id", "=", actionId).orderBy("at_ms").execute(),
    );
    return rows.map(({ body }) => readJson(Approval, body, `an approval of ${actionId}`));
  },
});
