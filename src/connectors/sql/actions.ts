import { Action, type Decision } from "../../domain/action.ts";
import type { AnalysisStore } from "../../domain/ports.ts";
import { readBody } from "./canonical.ts";
import { checkId, notThere } from "./ids.ts";
import type { Sql, Tables } from "./tables.ts";

/** Actions, and what people decided about them. */
export const actionRows = ({
  db,
  asking,
}: Sql): Pick<AnalysisStore, "putActions" | "getAction" | "listActions" | "recordDecision" | "getDecision"> => ({
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
    await asking(() =>
      db
        .insertInto("actions")
        .values(rows)
        // What was decided on stays as it was.
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
    const row = await asking(() =>
      db.selectFrom("actions").select("body").where("id", "=", actionId).executeTakeFirst(),
    );
    if (row) return readBody(Action, row.body, `action ${actionId}`);
    throw notThere(`action ${actionId}`, "`causeway show <analysis-id>` lists the actions of an analysis.");
  },

  async listActions(analysisId) {
    const rows = await asking(() =>
      db
        .selectFrom("actions")
        .select(["id", "body"])
        .where("analysis_id", "=", analysisId)
        .orderBy("position")
        .orderBy("id")
        .execute(),
    );
    return rows.map(({ id, body }) => readBody(Action, body, `action ${id}`));
  },

  async recordDecision({ actionId, decision, by, atMs, note, scriptSha256 }) {
    const row = { action_id: actionId, decision, decided_by: by, at_ms: atMs, note, script_sha256: scriptSha256 };
    const [result] = await asking(() =>
      db
        .insertInto("decisions")
        .values(row)
        .onConflict((conflict) => conflict.column("action_id").doNothing())
        .execute(),
    );
    return result?.numInsertedOrUpdatedRows === 1n;
  },

  async getDecision(actionId) {
    const row = await asking(() =>
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
