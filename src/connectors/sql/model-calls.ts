import { ModelCall } from "../../domain/model-call.ts";
import type { ModelStore } from "../../domain/model-store.ts";
import { readJson } from "./stored-json.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase } from "./tables.ts";

/** No reference to `analyses`: a model may be called outside of one. */
export const MODEL_CALL_SCHEMA = [
  `create table model_calls (
    id text not null,
    at_ms bigint not null,
    analysis_id text,
    body text not null
  )`,
  `create unique index model_calls_key on model_calls (id)`,
  `create index model_calls_by_at_ms on model_calls (at_ms, id)`,
  `create index model_calls_by_analysis_id on model_calls (analysis_id)`,
];

type CallMethods = Pick<ModelStore, "putCall" | "judgeCall" | "listCalls">;

/** The ledger: one row for each call of a model. */
export const modelCallRows = ({ db, run, transact, lock }: SqlDatabase): CallMethods => ({
  async putCall(call) {
    const body = JSON.stringify(ModelCall.parse(call));
    const row = { id: call.id, at_ms: call.atMs, analysis_id: call.analysisId, body };
    await run(() =>
      db
        .insertInto("model_calls")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ body }))
        .execute(),
    );
  },

  judgeCall: (callId, judgement) =>
    transact(function* (): Script<boolean> {
      yield* lock(`model call ${callId}`);
      const [row] = yield* execute<{ body: string }>(
        db.selectFrom("model_calls").select("body").where("id", "=", callId),
      );
      if (row === undefined) return false;
      const body = JSON.stringify({ ...readJson(ModelCall, row.body, `model call ${callId}`), ...judgement });
      yield* execute(db.updateTable("model_calls").set({ body }).where("id", "=", callId));
      return true;
    }),

  async listCalls({ sinceMs = null, untilMs = null, analysisId = null }, { after, limit }) {
    let query = db.selectFrom("model_calls").select(["id", "body"]);
    if (sinceMs !== null) query = query.where("at_ms", ">=", sinceMs);
    if (untilMs !== null) query = query.where("at_ms", "<=", untilMs);
    if (analysisId !== null) query = query.where("analysis_id", "=", analysisId);
    if (after !== null)
      query = query.where(({ or, and, eb }) =>
        or([eb("at_ms", ">", after.atMs), and([eb("at_ms", "=", after.atMs), eb("id", ">", after.id)])]),
      );
    const rows = await run(() => query.orderBy("at_ms").orderBy("id").limit(limit).execute());
    return rows.map(({ id, body }) => readJson(ModelCall, body, `model call ${id}`));
  },
});
