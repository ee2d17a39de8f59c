import { Feedback } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { readBody } from "./canonical.ts";
import type { Sql } from "./tables.ts";

/** What people said about analyses. Nothing is overwritten: who changed their mind said both. */
export const feedbackRows = ({ db, asking }: Sql): Pick<ServiceStore, "addFeedback" | "listFeedback"> => ({
  async addFeedback(feedback) {
    const row = {
      analysis_id: feedback.analysisId,
      said_by: feedback.by,
      at_ms: feedback.atMs,
      body: JSON.stringify(feedback),
    };
    await asking(() =>
      db
        .insertInto("feedback")
        .values(row)
        .onConflict((conflict) => conflict.columns(["analysis_id", "said_by", "at_ms"]).doUpdateSet({ body: row.body }))
        .execute(),
    );
  },

  async listFeedback(analysisId) {
    const rows = await asking(() =>
      db.selectFrom("feedback").select("body").where("analysis_id", "=", analysisId).orderBy("at_ms").execute(),
    );
    return rows.map(({ body }) => readBody(Feedback, body, `feedback on ${analysisId}`));
  },
});
