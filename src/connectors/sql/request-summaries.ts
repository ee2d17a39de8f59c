import type { Kysely } from "kysely";
import { type AnalysisSummary, BY_HAND, WorkStatus } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { refusePruned } from "./prunings.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

type SummaryMethods = Pick<
  ServiceStore,
  "findSummary" | "listSummaries" | "unfinished" | "countQueued" | "deadLetters"
>;

/** Reads of requested analyses: their state, the queue's length and the dead letters. */
export const requestSummaries = ({ db, run }: SqlDatabase): SummaryMethods => ({
  async findSummary(analysisId) {
    const row = await run(() => summaries(db).where("analyses.id", "=", analysisId).executeTakeFirst());
    if (row) return toSummary(row);
    await refusePruned({ db, run }, analysisId, "analysis");
    return null;
  },

  async listSummaries({ incidentId, limit }) {
    const newest = summaries(db).orderBy("analyses.started_at_ms", "desc").orderBy("analyses.id", "desc").limit(limit);
    return (
      await run(() =>
        (incidentId === undefined ? newest : newest.where("analyses.incident_id", "=", incidentId)).execute(),
      )
    ).map(toSummary);
  },

  async unfinished(limit) {
    const rows = await run(() =>
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
    const row = await run(() =>
      db
        .selectFrom("analyses")
        .where("status", "=", "queued")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow(),
    );
    return Number(row.count);
  },

  async deadLetters(limit) {
    const rows = await run(() =>
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

/**
 * A requested analysis counts as running until its end is recorded, whatever status a process wrote before it died.
 */
export const statusOf = (row: {
  status: string;
  requested_at_ms: number | null;
  finished_at_ms: number | null;
}): WorkStatus =>
  row.status !== "queued" && row.requested_at_ms !== null && row.finished_at_ms === null
    ? "running"
    : WorkStatus.parse(row.status);

/** An analysis of the command line has no request. */
const toSummary = (row: Awaited<ReturnType<ReturnType<typeof summaries>["execute"]>>[number]): AnalysisSummary => ({
  id: row.id,
  incidentId: row.incident_id,
  why: row.why,
  status: statusOf(row),
  requestedBy: row.requested_by ?? BY_HAND,
  requestedAtMs: Number(row.requested_at_ms ?? row.started_at_ms),
  startedAtMs: row.requested_at_ms === null ? Number(row.started_at_ms) : row.began_at_ms,
  finishedAtMs: row.finished_at_ms,
  attempts: row.attempts ?? 1,
});
