import type { ModelStore } from "../../domain/model-store.ts";
import { modelCallRows } from "./model-calls.ts";
import { modelReplyRows } from "./model-replies.ts";
import { modelSpendRows } from "./model-spend.ts";
import type { SqlDatabase } from "./tables.ts";

/** What is kept about models, in an open database of either dialect. */
export const sqlModelStore = (sql: SqlDatabase): ModelStore => ({
  ...modelCallRows(sql),
  ...modelSpendRows(sql),
  ...modelReplyRows(sql),
  async forgetCalls(beforeMs) {
    for (const table of ["model_calls", "model_spend"] as const)
      await sql.run(() => sql.db.deleteFrom(table).where("at_ms", "<", beforeMs).execute());
  },
});
