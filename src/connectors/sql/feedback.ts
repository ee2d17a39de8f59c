import { Feedback } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase } from "./tables.ts";

/** `given_by` was created as `said_by`; renamed in `040-plain-names`. */
export const FEEDBACK_SCHEMA = [
  `create table feedback (
    analysis_id text not null,
    said_by text not null,
    at_ms bigint not null,
    body text not null
  )`,
  `create unique index feedback_key on feedback (analysis_id, said_by, at_ms)`,
];

/** Feedback on analyses. Every opinion is kept, also of a person who changed their mind. */
export const feedbackRows = ({ db, run }: SqlDatabase): Pick<ServiceStore, "addFeedback" | "listFeedback"> => ({
  async addFeedback(feedback) {
    const row = {
      analysis_id: feedback.analysisId,
      given_by: feedback.by,
      at_ms: feedback.atMs,
      body: JSON.stringify(feedback),
    };
    await run(() =>
      db
        .insertInto("feedback")
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(["analysis_id", "given_by", "at_ms"]).doUpdateSet({ body: row.body }),
        )
        .execute(),
    );
  },

  async listFeedback(analysisId) {
    const rows = await run(() =>
      db.selectFrom("feedback").select("body").where("analysis_id", "=", analysisId).orderBy("at_ms").execute(),
    );
    return rows.map(({ body }) => readJson(Feedback, body, `feedback on ${analysisId}`));
  },
});
