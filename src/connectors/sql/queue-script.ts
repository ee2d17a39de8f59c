import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { ask, type Script } from "./script.ts";
import type { Tables } from "./tables.ts";

/** What a person waits who is put off, milliseconds. */
const RETRY_AFTER_MS = 15_000;

function* countQueued(db: Kysely<Tables>): Script<number> {
  const [row] = yield* ask<{ count: number }>(
    db
      .selectFrom("analyses")
      .where("status", "=", "queued")
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  return Number(row?.count ?? 0);
}

/** @throws {IncidentError} BUSY */
export function* checkRoom(db: Kysely<Tables>, maxQueued: number): Script<void> {
  const count = yield* countQueued(db);
  if (count < maxQueued) return;
  throw new IncidentError("BUSY", `${count} analyses wait already`, {
    hint: "Send it again later; more workers shorten the wait.",
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** The record of an analysis that nobody has begun. */
export function* queueAnalysis(
  db: Kysely<Tables>,
  told: { analysisId: string; incidentId: string; requestedBy: string; nowMs: number },
): Script<void> {
  const { analysisId, incidentId, requestedBy, nowMs } = told;
  yield* ask(
    db
      .insertInto("analyses")
      .values({ id: analysisId, incident_id: incidentId, status: "queued", started_at_ms: nowMs }),
  );
  yield* ask(
    db.insertInto("requests").values({
      analysis_id: analysisId,
      incident_id: incidentId,
      input: 0,
      requested_by: requestedBy,
      requested_at_ms: nowMs,
      began_at_ms: null,
      finished_at_ms: null,
      attempts: 0,
      why: null,
      dead: 0,
    }),
  );
}

/** Whether no analysis of the incident was asked for, or only such as were called off before they began. */
export function* needAnalysis(db: Kysely<Tables>, incidentId: string): Script<boolean> {
  const rows = yield* ask<{ id: string }>(
    db
      .selectFrom("analyses")
      .leftJoin("requests", "requests.analysis_id", "analyses.id")
      .select("analyses.id")
      .where("analyses.incident_id", "=", incidentId)
      .where(({ or, eb }) => or([eb("analyses.status", "<>", "failed"), eb("requests.began_at_ms", "is not", null)]))
      .limit(1),
  );
  return rows.length === 0;
}

/** Calls off what nobody has begun; what was begun and put back goes on. @returns the ids. */
export function* cancelQueued(db: Kysely<Tables>, incidentId: string, why: string, nowMs: number): Script<string[]> {
  const unbegun = db
    .selectFrom("requests")
    .select("analysis_id")
    .where("incident_id", "=", incidentId)
    .where("began_at_ms", "is", null);
  const rows = yield* ask<{ id: string }>(
    db
      .updateTable("analyses")
      .set({ status: "failed" })
      .where("incident_id", "=", incidentId)
      .where("status", "=", "queued")
      .where("id", "in", unbegun)
      .returning("id"),
  );
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return ids;
  yield* ask(
    db
      .updateTable("requests")
      .set({ why: `cancelled: ${why}`, finished_at_ms: nowMs })
      .where("analysis_id", "in", ids),
  );
  for (const id of ids)
    yield* tellProgress(db, id, {
      atMs: nowMs,
      type: "error",
      data: {
        message: `cancelled: ${why}`,
        hint: "Ask for an analysis of the incident to have one all the same.",
        willRetry: false,
      },
    });
  return ids;
}

/** Adds an event under the next number. */
export function* tellProgress(
  db: Kysely<Tables>,
  analysisId: string,
  { atMs, type, data }: { atMs: number; type: Tables["progress"]["type"]; data: unknown },
): Script<void> {
  const [last] = yield* ask<{ id: number | null }>(
    db
      .selectFrom("progress")
      .where("analysis_id", "=", analysisId)
      .select(({ fn }) => fn.max("id").as("id")),
  );
  yield* ask(
    db.insertInto("progress").values({
      analysis_id: analysisId,
      id: Number(last?.id ?? 0) + 1,
      at_ms: atMs,
      type,
      data: JSON.stringify(data),
    }),
  );
}
