import { Action, ActionResult, type Decision, RejectionReason } from "../../domain/action.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { decisionEntry, effectEntry, proposalEntry } from "../../domain/audit-entries.ts";
import { appendAudit } from "./audit.ts";
import { checkId, notFound } from "./ids.ts";
import { execute, type Script } from "./script.ts";
import { refusePruned } from "./prunings.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const ACTION_SCHEMA = [
  `create table actions (
    id text primary key,
    analysis_id text not null references analyses (id),
    position integer not null,
    body text not null
  )`,
  `create index actions_by_analysis on actions (analysis_id, position)`,
  // the primary key allows one decision for each action
  `create table decisions (
    action_id text primary key references actions (id),
    decision text not null,
    decided_by text not null,
    at_ms bigint not null,
    note text,
    script_sha256 text not null
  )`,
];

export const ACTION_RESULT_SCHEMA = [
  `alter table decisions add column reason text`,
  `create table action_results (
    action_id text primary key references actions (id),
    at_ms bigint not null,
    body text not null
  )`,
];

/** Actions and the decisions about them. Each proposal and each decision has a line in the audit log. */
export const actionRows = (
  sql: SqlDatabase,
): Pick<
  AnalysisStore,
  | "putActions"
  | "getAction"
  | "listActions"
  | "recordDecision"
  | "getDecision"
  | "recordActionResult"
  | "getActionResult"
> => {
  const { db, run, transact } = sql;
  return {
    async putActions(actions, nowMs) {
      for (const { id } of actions) checkId("action", id);
      if (actions.length > 0) await transact(() => putActions(sql, actions, nowMs));
    },

    async getAction(actionId) {
      const row = await run(() =>
        db.selectFrom("actions").select("body").where("id", "=", actionId).executeTakeFirst(),
      );
      if (row) return readJson(Action, row.body, `action ${actionId}`);
      await refusePruned({ db, run }, actionId.replace(/-a\d+$/, ""), "analysis");
      throw notFound(`action ${actionId}`, "Run `causeway show <analysis-id>` to list the actions of an analysis.");
    },

    async listActions(analysisId) {
      const rows = await run(() =>
        db
          .selectFrom("actions")
          .select(["id", "body"])
          .where("analysis_id", "=", analysisId)
          .orderBy("position")
          .orderBy("id")
          .execute(),
      );
      return rows.map(({ id, body }) => readJson(Action, body, `action ${id}`));
    },

    recordDecision: (decision) => transact(() => recordDecision(sql, decision)),

    async getDecision(actionId) {
      const row = await run(() =>
        db.selectFrom("decisions").selectAll().where("action_id", "=", actionId).executeTakeFirst(),
      );
      return row ? toDecision(row) : null;
    },

    recordActionResult: (result) => transact(() => recordActionResult(sql, result)),

    async getActionResult(actionId) {
      const row = await run(() =>
        db.selectFrom("action_results").select("body").where("action_id", "=", actionId).executeTakeFirst(),
      );
      return row ? readJson(ActionResult, row.body, `the result of ${actionId}`) : null;
    },
  };
};

function* putActions({ db, lock }: SqlDatabase, actions: readonly Action[], nowMs: number): Script<void> {
  const ids = actions.map(({ id }) => id);
  const decided = db.selectFrom("decisions").select("action_id");
  const known = yield* execute<{ id: string; body: string }>(
    db.selectFrom("actions").select(["id", "body"]).where("id", "in", ids),
  );
  const final = yield* execute<{ action_id: string }>(decided.where("action_id", "in", ids));
  const bodyOf = new Map(known.map(({ id, body }) => [id, body]));
  const isFinal = new Set(final.map(({ action_id: id }) => id));
  const rows = actions.map((action, position) => ({
    id: action.id,
    analysis_id: action.analysisId,
    position,
    body: JSON.stringify(action),
  }));
  yield* execute(
    db
      .insertInto("actions")
      .values(rows)
      // an action that was decided on keeps its content
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet(({ ref }) => ({ position: ref("excluded.position"), body: ref("excluded.body") }))
          .where("actions.id", "not in", decided),
      ),
  );
  const fresh = actions.filter(({ id }, at) => !isFinal.has(id) && bodyOf.get(id) !== rows[at]?.body);
  yield* appendAudit(
    { db, lock },
    fresh.map((action) => proposalEntry(action, nowMs)),
  );
}

function* recordDecision({ db, lock }: SqlDatabase, decision: Decision): Script<boolean> {
  const { actionId, by, atMs, note, reason, scriptSha256 } = decision;
  const row = {
    action_id: actionId,
    decision: decision.decision,
    decided_by: by,
    at_ms: atMs,
    note,
    script_sha256: scriptSha256,
    reason: reason ?? null,
  };
  const added = yield* execute<{ action_id: string }>(
    db
      .insertInto("decisions")
      .values(row)
      .onConflict((conflict) => conflict.column("action_id").doNothing())
      .returning("action_id"),
  );
  if (added.length === 0) return false;
  const [action] = yield* execute<{ body: string }>(db.selectFrom("actions").select("body").where("id", "=", actionId));
  const subject = action === undefined ? null : readJson(Action, action.body, `action ${actionId}`);
  yield* appendAudit({ db, lock }, [decisionEntry(decision, subject)]);
  return true;
}

/** The latest result replaces an earlier one: a person may report what a measurement missed. */
function* recordActionResult({ db, lock }: SqlDatabase, result: ActionResult): Script<void> {
  const { actionId, atMs } = result;
  const [row] = yield* execute<{ body: string }>(db.selectFrom("actions").select("body").where("id", "=", actionId));
  if (row === undefined) throw notFound(`action ${actionId}`, "Run `causeway show <analysis-id>` to list its actions.");
  const values = { action_id: actionId, at_ms: atMs, body: JSON.stringify(result) };
  yield* execute(
    db
      .insertInto("action_results")
      .values(values)
      .onConflict((conflict) => conflict.column("action_id").doUpdateSet({ at_ms: atMs, body: values.body })),
  );
  yield* appendAudit({ db, lock }, [effectEntry(result, readJson(Action, row.body, `action ${actionId}`))]);
}

const toDecision = (row: Tables["decisions"]): Decision => ({
  actionId: row.action_id,
  decision: row.decision,
  by: row.decided_by,
  atMs: Number(row.at_ms),
  ...(row.reason === null ? {} : { reason: RejectionReason.parse(row.reason) }),
  note: row.note,
  scriptSha256: row.script_sha256,
});
