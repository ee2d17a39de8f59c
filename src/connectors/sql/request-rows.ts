import type { Kysely } from "kysely";
import type { AnalysisSummary } from "../../domain/service.ts";
import { WorkStatus } from "../../domain/service.ts";
import type { BegunAnalysis, ServiceStore } from "../../domain/service-store.ts";
import { answeredBefore, recordAnswer } from "./answers.ts";
import { inputOf } from "./input-script.ts";
import { checkRoom, queueAnalysis, tellProgress } from "./queue-script.ts";
import { ask, type Script } from "./script.ts";
import type { Sql, Tables } from "./tables.ts";

type Rows = Pick<
  ServiceStore,
  | "submit"
  | "begin"
  | "putBack"
  | "finish"
  | "revive"
  | "findSummary"
  | "listSummaries"
  | "unfinished"
  | "countQueued"
  | "deadLetters"
>;

/** Analyses that were asked for, from the request to the end. */
export const requestRows = ({ db, asking, transact, lock }: Sql): Rows => ({
  submit: ({ incidentId, analysisId, requestedBy, idempotencyKey, force, nowMs, maxQueued }) =>
    transact(function* (): Script<{ analysisId: string; created: boolean }> {
      yield* lock(`analyses of ${incidentId}`);
      const scope = "analyses";
      const before = idempotencyKey === null ? null : yield* answeredBefore(db, scope, idempotencyKey, incidentId);
      const live = before ?? (yield* findLive(db, { incidentId, force, nowMs }));
      if (live === null) {
        yield* checkRoom(db, maxQueued);
        yield* queueAnalysis(db, { analysisId, incidentId, requestedBy, nowMs });
      }
      const answer = live === null ? analysisId : String(live);
      if (idempotencyKey !== null && before === null)
        yield* recordAnswer(db, { scope, key: idempotencyKey, request: incidentId, answer, nowMs });
      return { analysisId: answer, created: live === null };
    }),

  begin: (analysisId, nowMs) =>
    transact(function* (): Script<BegunAnalysis | null> {
      // The record is locked by writing it as it is: who calls the analysis off at the same moment has done so before this, or comes too late.
      const [row] = yield* ask<{ status: string; incident_id: string }>(
        db
          .updateTable("analyses")
          .set(({ ref }) => ({ status: ref("status") }))
          .where("id", "=", analysisId)
          .returning(["status", "incident_id"]),
      );
      if (!row) return null;
      const [told] = yield* ask<Pick<Tables["requests"], "attempts" | "began_at_ms" | "finished_at_ms" | "input">>(
        db
          .selectFrom("requests")
          .select(["attempts", "began_at_ms", "finished_at_ms", "input"])
          .where("analysis_id", "=", analysisId),
      );
      if (!told || told.finished_at_ms !== null) return null;
      const finished = row.status === "done" || row.status === "waiting_for_review";
      // Who goes on from a checkpoint has read what there was at first.
      const input = told.began_at_ms === null ? yield* inputOf(db, row.incident_id) : told.input;
      if (!finished) yield* ask(db.updateTable("analyses").set({ status: "running" }).where("id", "=", analysisId));
      yield* ask(
        db
          .updateTable("requests")
          .where("analysis_id", "=", analysisId)
          .set({ attempts: told.attempts + 1, began_at_ms: told.began_at_ms ?? nowMs, input }),
      );
      return { incidentId: row.incident_id, attempts: told.attempts + 1, finished };
    }),

  putBack: (analysisId, why) =>
    transact(function* (): Script<void> {
      yield* ask(
        db
          .updateTable("analyses")
          .set({ status: "queued" })
          .where("id", "=", analysisId)
          .where("status", "in", ["running", "failed"]),
      );
      yield* ask(db.updateTable("requests").set({ why }).where("analysis_id", "=", analysisId));
    }),

  finish: (analysisId, { status, why, dead, nowMs, events }) =>
    transact(function* (): Script<boolean> {
      const first = yield* ask(
        db
          .updateTable("requests")
          .set({ finished_at_ms: nowMs, why, dead: dead ? 1 : 0 })
          .where("analysis_id", "=", analysisId)
          .where("finished_at_ms", "is", null)
          .returning("analysis_id"),
      );
      if (first.length === 0) return false;
      yield* ask(db.updateTable("analyses").set({ status }).where("id", "=", analysisId).where("status", "<>", "done")); // by a person who decided meanwhile
      for (const event of events) yield* tellProgress(db, analysisId, { atMs: nowMs, ...event });
      return true;
    }),

  revive: (analysisId) =>
    transact(function* (): Script<boolean> {
      const revived = yield* ask(
        db
          .updateTable("requests")
          .set({ dead: 0, why: null, finished_at_ms: null, attempts: 0 })
          .where("analysis_id", "=", analysisId)
          .where("dead", "=", 1)
          .returning("analysis_id"),
      );
      if (revived.length > 0)
        yield* ask(db.updateTable("analyses").set({ status: "queued" }).where("id", "=", analysisId));
      return revived.length > 0;
    }),

  async findSummary(analysisId) {
    const row = await asking(() => summaries(db).where("analyses.id", "=", analysisId).executeTakeFirst());
    return row ? toSummary(row) : null;
  },

  async listSummaries({ incidentId, limit }) {
    const newest = summaries(db).orderBy("analyses.started_at_ms", "desc").orderBy("analyses.id", "desc").limit(limit);
    return (
      await asking(() =>
        (incidentId === undefined ? newest : newest.where("analyses.incident_id", "=", incidentId)).execute(),
      )
    ).map(toSummary);
  },

  async unfinished(limit) {
    const rows = await asking(() =>
      db
        .selectFrom("requests")
        .select("analysis_id")
        .where("finished_at_ms", "is", null)
        .orderBy("requested_at_ms")
        .limit(limit)
        .execute(),
    );
    return rows.map((row) => row.analysis_id);
  },

  async countQueued() {
    const row = await asking(() =>
      db
        .selectFrom("analyses")
        .where("status", "=", "queued")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow(),
    );
    return Number(row.count);
  },

  async deadLetters(limit) {
    const rows = await asking(() =>
      db
        .selectFrom("requests")
        .selectAll()
        .where("dead", "=", 1)
        .orderBy("finished_at_ms", "desc")
        .limit(limit)
        .execute(),
    );
    return rows.map(({ analysis_id, incident_id, why, attempts, finished_at_ms }) => ({
      analysisId: analysis_id,
      incidentId: incident_id,
      why: why ?? "",
      attempts,
      failedAtMs: finished_at_ms ?? 0,
    }));
  },
});

/**
 * An analysis that answers for the incident as it is now: one that nobody has begun; one that is under way, or (without `force`) came to its end, having read all that there is
 * to read now. One of the command line is under way while a process holds it: a process that was killed there leaves a record that runs for ever.
 */
function* findLive(
  db: Kysely<Tables>,
  { incidentId, force, nowMs }: { incidentId: string; force: boolean; nowMs: number },
): Script<string | null> {
  const input = yield* inputOf(db, incidentId);
  const [live] = yield* ask<{ id: string }>(
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

const summaries = (db: Kysely<Tables>) =>
  db
    .selectFrom("analyses")
    .leftJoin("requests", "requests.analysis_id", "analyses.id")
    .select([
      "analyses.id",
      "analyses.incident_id",
      "analyses.status",
      "analyses.started_at_ms",
      "requests.requested_by",
      "requests.requested_at_ms",
      "requests.began_at_ms",
      "requests.finished_at_ms",
      "requests.attempts",
      "requests.why",
    ]);

/** One that was begun at the command line was asked for by no request. What was asked for runs until its end is told, whatever a process wrote that died on the way there. */
const toSummary = (row: Awaited<ReturnType<ReturnType<typeof summaries>["execute"]>>[number]): AnalysisSummary => ({
  id: row.id,
  incidentId: row.incident_id,
  why: row.why,
  status:
    row.status !== "queued" && row.requested_at_ms !== null && row.finished_at_ms === null
      ? "running"
      : WorkStatus.parse(row.status),
  requestedBy: row.requested_by ?? "cli",
  requestedAtMs: Number(row.requested_at_ms ?? row.started_at_ms),
  startedAtMs: row.requested_at_ms === null ? Number(row.started_at_ms) : row.began_at_ms,
  finishedAtMs: row.finished_at_ms,
  attempts: row.attempts ?? 1,
});
