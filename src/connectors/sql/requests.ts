import type { Kysely } from "kysely";
import type { BegunAnalysis, ServiceStore } from "../../domain/service-store.ts";
import { findAnswer, recordAnswer } from "./idempotency.ts";
import { addNotices } from "./notices.ts";
import { addProgressEvent } from "./progress.ts";
import { checkQueueCapacity, queueAnalysis } from "./queue.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const REQUEST_SCHEMA = [
  `create table requests (
    analysis_id text not null,
    incident_id text not null,
    input integer not null,
    requested_by text not null,
    requested_at_ms bigint not null,
    began_at_ms bigint,
    finished_at_ms bigint,
    attempts integer not null,
    why text,
    dead integer not null
  )`,
  `create unique index requests_key on requests (analysis_id)`,
  `create index requests_by_dead on requests (dead)`,
];

type RequestMethods = Pick<ServiceStore, "submit" | "begin" | "putBack" | "finish" | "revive">;

/** Requested analyses, from the request to the end. `request-summaries.ts` reads them. */
export const requestRows = ({ db, transact, lock }: SqlDatabase): RequestMethods => ({
  submit: ({ incidentId, analysisId, requestedBy, idempotencyKey, force, nowMs, maxQueued }) =>
    transact(function* (): Script<{ analysisId: string; created: boolean }> {
      yield* lock(`analyses of ${incidentId}`);
      const scope = "analyses";
      const before = idempotencyKey === null ? null : yield* findAnswer(db, scope, idempotencyKey, incidentId);
      const live = before ?? (yield* findLive(db, { incidentId, force, nowMs }));
      if (live === null) {
        yield* checkQueueCapacity(db, maxQueued);
        yield* queueAnalysis(db, { analysisId, incidentId, requestedBy, isAutomatic: false, nowMs });
      }
      const answer = live === null ? analysisId : String(live);
      if (idempotencyKey !== null && before === null)
        yield* recordAnswer(db, { scope, key: idempotencyKey, request: incidentId, answer, nowMs });
      return { analysisId: answer, created: live === null };
    }),

  begin: (analysisId, nowMs) =>
    transact(function* (): Script<BegunAnalysis | null> {
      // writing the row unchanged locks it: a concurrent cancellation comes either before this or too late
      const [row] = yield* execute<{ status: string; incident_id: string }>(
        db
          .updateTable("analyses")
          .set(({ ref }) => ({ status: ref("status") }))
          .where("id", "=", analysisId)
          .returning(["status", "incident_id"]),
      );
      if (!row) return null;
      const [request] = yield* execute<
        Pick<Tables["requests"], "attempts" | "began_at_ms" | "finished_at_ms" | "input">
      >(
        db
          .selectFrom("requests")
          .select(["attempts", "began_at_ms", "finished_at_ms", "input"])
          .where("analysis_id", "=", analysisId),
      );
      if (!request || request.finished_at_ms !== null) return null;
      const finished = row.status === "done" || row.status === "waiting_for_review";
      // an analysis that resumes from a checkpoint has read what there was when it first began
      const input = request.began_at_ms === null ? yield* countInput(db, row.incident_id) : request.input;
      if (!finished) yield* execute(db.updateTable("analyses").set({ status: "running" }).where("id", "=", analysisId));
      yield* execute(
        db
          .updateTable("requests")
          .where("analysis_id", "=", analysisId)
          .set({ attempts: request.attempts + 1, began_at_ms: request.began_at_ms ?? nowMs, input }),
      );
      return { incidentId: row.incident_id, attempts: request.attempts + 1, finished };
    }),

  putBack: (analysisId, why) =>
    transact(function* (): Script<void> {
      yield* execute(
        db
          .updateTable("analyses")
          .set({ status: "queued" })
          .where("id", "=", analysisId)
          .where("status", "in", ["running", "failed"]),
      );
      yield* execute(db.updateTable("requests").set({ why }).where("analysis_id", "=", analysisId));
    }),

  finish: (analysisId, { status, why, dead, nowMs, events, notices = [] }) =>
    transact(function* (): Script<boolean> {
      const first = yield* execute(
        db
          .updateTable("requests")
          .set({ finished_at_ms: nowMs, why, dead: dead ? 1 : 0 })
          .where("analysis_id", "=", analysisId)
          .where("finished_at_ms", "is", null)
          .returning("analysis_id"),
      );
      if (first.length === 0) return false;
      yield* execute(
        db.updateTable("analyses").set({ status }).where("id", "=", analysisId).where("status", "<>", "done"),
      ); // by a person who decided meanwhile
      for (const event of events) yield* addProgressEvent(db, analysisId, { atMs: nowMs, ...event });
      if (notices.length > 0) yield* execute(addNotices(db, notices, { nowMs }));
      return true;
    }),

  revive: (analysisId) =>
    transact(function* (): Script<boolean> {
      const revived = yield* execute(
        db
          .updateTable("requests")
          .set({ dead: 0, why: null, finished_at_ms: null, attempts: 0 })
          .where("analysis_id", "=", analysisId)
          .where("dead", "=", 1)
          .returning("analysis_id"),
      );
      if (revived.length > 0)
        yield* execute(db.updateTable("analyses").set({ status: "queued" }).where("id", "=", analysisId));
      return revived.length > 0;
    }),
});

/**
 * Counts what an incident holds to read: deliveries that changed it, uploaded logs and notes. An analysis that began
 * at a lower count has not read everything.
 */
function* countInput(db: Kysely<Tables>, incidentId: string): Script<number> {
  const [incident] = yield* execute<{ revision: number }>(
    db.selectFrom("incidents").select("revision").where("id", "=", incidentId),
  );
  const [uploads] = yield* execute<{ count: number }>(
    db
      .selectFrom("uploads")
      .where("incident_id", "=", incidentId)
      .where("complete", "=", 1)
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  const [notes] = yield* execute<{ count: number }>(
    db
      .selectFrom("incident_notes")
      .where("incident_id", "=", incidentId)
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  return Number(incident?.revision ?? 0) + Number(uploads?.count ?? 0) + Number(notes?.count ?? 0);
}

/**
 * Finds an analysis that covers the incident as it is now: one that has not begun, or one that runs or (without
 * `force`) has ended and has read everything there is now. An analysis of the command line runs while a process holds
 * its lease: a killed process leaves a record that says `running` for ever.
 */
function* findLive(
  db: Kysely<Tables>,
  { incidentId, force, nowMs }: { incidentId: string; force: boolean; nowMs: number },
): Script<string | null> {
  const input = yield* countInput(db, incidentId);
  const [live] = yield* execute<{ id: string }>(
    db
      .selectFrom("analyses")
      .leftJoin("requests", "requests.analysis_id", "analyses.id")
      .leftJoin("leases", "leases.analysis_id", "analyses.id")
      .select("analyses.id")
      .where("analyses.incident_id", "=", incidentId)
      .where(({ or, and, eb, fn, val }) => {
        const hasReadAll = eb(fn.coalesce("requests.input", val(0)), "=", input);
        const underWay = and([
          eb("requests.requested_at_ms", "is not", null),
          eb("requests.finished_at_ms", "is", null),
          or([eb("requests.began_at_ms", "is", null), hasReadAll]),
        ]);
        const byHand = and([
          eb("requests.requested_at_ms", "is", null),
          eb("analyses.status", "=", "running"),
          eb("leases.until_ms", ">", nowMs),
          hasReadAll,
        ]);
        const ended = and([eb("analyses.status", "in", ["waiting_for_review", "done"]), hasReadAll]);
        return or(force ? [underWay, byHand] : [underWay, byHand, ended]);
      })
      .orderBy("analyses.started_at_ms", "desc")
      .limit(1),
  );
  return live?.id ?? null;
}
