import { Action, type Decision } from "../../domain/action.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { readJson } from "./stored-json.ts";
import { checkId, notFound } from "./ids.ts";
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

/** Actions and the decisions about them. */
export const actionRows = ({
  db,
  run,
}: SqlDatabase): Pick<
  AnalysisStore,
  "putActions" | "getAction" | "listActions" | "recordDecision" | "getDecision"
> => ({
  async putActions(actions) {
    for (const { id } of actions) checkId("action", id);
    if (actions.length === 0) return;
    const rows = actions.map((action, position) => ({
      id: action.id,
      analysis_id: action.analysisId,
      position,
      body: JSON.stringify(action),
    }));
    const decided = db.selectFrom("decisions").select("action_id");
    await run(() =>
      db
        .insertInto("actions")
        .values(rows)
        // an action that was decided on keeps its content
        .onConflict((conflict) =>
          conflict
            .column("id")
            .doUpdateSet(({ ref }) => ({ position: ref("excluded.position"), body: ref("excluded.body") }))
            .where("actions.id", "not in", decided),
        )
        .execute(),
    );
  },

  async getAction(actionId) {
    const row = await run(() => db.selectFrom("actions").select("body").where("id", "=", actionId).executeTakeFirst());
    if (row) return readJson(Action, row.body, `action ${actionId}`);
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

  async recordDecision({ actionId, decision, by, atMs, note, scriptSha256 }) {
    const row = { action_id: actionId, decision, decided_by: by, at_ms: atMs, note, script_sha256: scriptSha256 };
    const [result] = await run(() =>
      db
        .insertInto("decisions")
        .values(row)
        .onConflict((conflict) => conflict.column("action_id").doNothing())
        .execute(),
    );
    return result?.numInsertedOrUpdatedRows === 1n;
  },

  async getDecision(actionId) {
    const row = await run(() =>
      db.selectFrom("decisions").selectAll().where("action_id", "=", actionId).executeTakeFirst(),
    );
    return row ? toDecision(row) : null;
  },
});

const toDecision = ({
  action_id,
  decision,
  decided_by,
  at_ms,
  note,
  script_sha256,
}: Tables["decisions"]): Decision => ({
  actionId: action_id,
  decision,
  by: decided_by,
  atMs: Number(at_ms),
  note,
  scriptSha256: script_sha256,
});
