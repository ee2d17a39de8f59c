import { ProgressEvent } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { readBody } from "./canonical.ts";
import { tellProgress } from "./queue-script.ts";
import type { Script } from "./script.ts";
import type { Sql } from "./tables.ts";

/** What analyses tell while they run. Only the process that holds an analysis tells of it. */
export const progressRows = ({ db, asking, transact }: Sql): Pick<ServiceStore, "addProgress" | "listProgress"> => ({
  addProgress: (analysisId, events) =>
    transact(function* (): Script<void> {
      for (const event of events) yield* tellProgress(db, analysisId, event);
    }),

  async listProgress(analysisId, afterId) {
    const rows = await asking(() =>
      db
        .selectFrom("progress")
        .selectAll()
        .where("analysis_id", "=", analysisId)
        .where("id", ">", afterId)
        .orderBy("id")
        .execute(),
    );
    return rows.map(({ id, at_ms, type, data }) => ({
      id,
      atMs: at_ms,
      type,
      data: readBody(ProgressEvent.shape.data, data, `event ${id} of analysis ${analysisId}`),
    }));
  },
});
