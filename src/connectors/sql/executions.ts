import type { Action } from "../../domain/action.ts";
import { IncidentError } from "../../domain/errors.ts";
import { executionEntry, resultEntry, rollbackEntry } from "../../domain/audit-entries.ts";
import { Execution, type ExecutionStore, isOpen, OPEN_STATES } from "../../domain/execution.ts";
import { appendAudit } from "./audit.ts";
import { execute, type Script } from "./script.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

/** The primary key allows one execution of an action. `body` holds the rest, without owner and lease. */
export const EXECUTION_SCHEMA = [
  `create table executions (
    action_id text primary key references actions (id),
    analysis_id text not null,
    state text not null,
    owner text not null,
    until_ms bigint not null,
    started_at_ms bigint not null,
    body text not null
  )`,
  `create index executions_by_started_at on executions (started_at_ms)`,
  `create index executions_by_analysis on executions (analysis_id)`,
];

/** Executions. Their beginning, a rollback and their end have a line in the audit log, in the same transaction. */
export const executionRows = ({ db, run, transact, lock }: SqlDatabase): ExecutionStore => ({
  claimExecution: (execution) =>
    transact(function* (): Script<{ claimed: boolean; execution: Execution }> {
      const { actionId, scriptSha256 } = execution;
      const [decision] = yield* execute<{ decision: string; script_sha256: string }>(
        db.selectFrom("decisions").select(["decision", "script_sha256"]).where("action_id", "=", actionId),
      );
      if (decision?.decision !== "approved" || decision.script_sha256 !== scriptSha256) throw notApproved(actionId);
      const added = yield* execute<{ action_id: string }>(
        db
          .insertInto("executions")
          .values(rowOf(execution))
          .onConflict((conflict) => conflict.column("action_id").doNothing())
          .returning("action_id"),
      );
      if (added.length > 0) {
        yield* appendAudit({ db, lock }, [executionEntry(execution)]);
        return { claimed: true, execution };
      }
      const [row] = yield* execute<Tables["executions"]>(
        db.selectFrom("executions").selectAll().where("action_id", "=", actionId),
      );
      return { claimed: false, execution: row === undefined ? execution : toExecution(row) };
    }),

  changeExecution: (next, from) =>
    transact(function* (): Script<boolean> {
      const { state, body, owner, until_ms } = rowOf(next);
      const changed = yield* execute<{ action_id: string }>(
        db
          .updateTable("executions")
          .set({ state, body, owner, until_ms })
          .where("action_id", "=", next.actionId)
          .where("state", "=", from.state)
          .where("owner", "=", from.owner)
          .returning("action_id"),
      );
      if (changed.length === 0) return false;
      if (next.state === "rolling_back" && from.state !== "rolling_back")
        yield* appendAudit({ db, lock }, [rollbackEntry(next)]);
      if (!isOpen(next)) yield* appendAudit({ db, lock }, [resultEntry(next)]);
      return true;
    }),

  async renewExecution(actionId, { owner, untilMs }) {
    const { numUpdatedRows } = await run(() =>
      db
        .updateTable("executions")
        .set({ until_ms: untilMs })
        .where("action_id", "=", actionId)
        .where("owner", "=", owner)
        .where("state", "in", OPEN_STATES)
        .executeTakeFirst(),
    );
    return numUpdatedRows === 1n;
  },

  async getExecution(actionId) {
    const row = await run(() =>
      db.selectFrom("executions").selectAll().where("action_id", "=", actionId).executeTakeFirst(),
    );
    return row === undefined ? null : toExecution(row);
  },

  async listExecutions({ limit, open = false, analysisId }) {
    const all = db.selectFrom("executions").selectAll();
    const wanted = open ? all.where("state", "in", OPEN_STATES) : all;
    const rows = await run(() =>
      (analysisId === undefined ? wanted : wanted.where("analysis_id", "=", analysisId))
        .orderBy("started_at_ms", "desc")
        .orderBy("action_id")
        .limit(limit)
        .execute(),
    );
    return rows.map(toExecution);
  },
});

const rowOf = (execution: Execution): Tables["executions"] => ({
  action_id: execution.actionId,
  analysis_id: execution.analysisId,
  state: execution.state,
  owner: execution.owner,
  until_ms: execution.leaseUntilMs,
  started_at_ms: execution.startedAtMs,
  body: JSON.stringify(execution),
});

/** The columns count: a renewal changes them alone. */
const toExecution = ({ action_id, body, owner, until_ms }: Tables["executions"]): Execution => ({
  ...readJson(Execution, body, `the execution of ${action_id}`),
  owner,
  leaseUntilMs: Number(until_ms),
});

const notApproved = (actionId: Action["id"]): IncidentError =>
  new IncidentError("REJECTED", `${actionId} cannot be executed: it was not approved with this script`, {
    hint: `Read it, then approve it with \`causeway approve ${actionId}\`.`,
  });
