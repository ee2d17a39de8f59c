import type { Kysely } from "kysely";
import { ProgressEvent } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { readJson } from "./stored-json.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const PROGRESS_SCHEMA = [
  `create table progress (
    analysis_id text not null,
    id integer not null,
    at_ms bigint not null,
    type text not null,
    data text not null
  )`,
  `create unique index progress_key on progress (analysis_id, id)`,
];

/** Progress events of running analyses. Only the process that holds the lease writes them. */
export const progressRows = ({
  db,
  run,
  transact,
}: SqlDatabase): Pick<ServiceStore, "addProgress" | "listProgress"> => ({
  addProgress: (analysisId, events) =>
    transact(function* (): Script<void> {
      for (const event of events) yield* addProgressEvent(db, analysisId, event);
    }),

  async listProgress(analysisId, afterId) {
    const rows = await run(() =>
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
      data: readJson(ProgressEvent.shape.data, data, `event ${id} of analysis ${analysisId}`),
    }));
  },
});

/** Adds an event with the next number. */
export function* addProgressEvent(
  db: Kysely<Tables>,
  analysisId: string,
  { atMs, type, data }: { atMs: number; type: Tables["progress"]["type"]; data: unknown },
): Script<void> {
  const [last] = yield* execute<{ id: number | null }>(
    db
      .selectFrom("progress")
      .where("analysis_id", "=", analysisId)
      .select(({ fn }) => fn.max("id").as("id")),
  );
  yield* execute(
    db.insertInto("progress").values({
      analysis_id: analysisId,
      id: Number(last?.id ?? 0) + 1,
      at_ms: atMs,
      type,
      data: JSON.stringify(data),
    }),
  );
}
