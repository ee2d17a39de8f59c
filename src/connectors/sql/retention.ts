import { sql as raw } from "kysely";
import { type HeldAnalysis, type HeldBytes, REPORT_ARTIFACTS, type RetentionStore } from "../../domain/retention.ts";
import { notePrunings } from "./prunings.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase } from "./tables.ts";

/** An action with a row in one of these stays, with the report that proposed it. */
const DECIDED_IN = ["decisions", "approvals", "executions", "action_results"] as const;

/** Retention in an open database of either dialect. */
export const sqlRetentionStore = (sql: SqlDatabase): RetentionStore => {
  const { db, run, transact, space } = sql;
  const bytesIn = async (
    table: "findings" | "artifacts" | "reports" | "progress",
    column: "body" | "data",
    ids: string[],
  ): Promise<{ id: string; bytes: number }[]> => {
    const { rows } = await run(() =>
      raw<{ id: string; bytes: number }>`select analysis_id as id, sum(${space.bytes(column)}) as bytes
        from ${raw.table(table)} where analysis_id in (${raw.join(ids)}) group by analysis_id`.execute(db),
    );
    return rows;
  };
  return {
    async listHeld() {
      const decided = db
        .selectFrom("actions")
        .select("actions.analysis_id")
        .where(({ or, exists, selectFrom }) =>
          or(
            DECIDED_IN.map((table) =>
              exists(selectFrom(table).select(`${table}.action_id`).whereRef(`${table}.action_id`, "=", "actions.id")),
            ),
          ),
        );
      const rows = await run(() =>
        db
          .selectFrom("analyses")
          .leftJoin("requests", "requests.analysis_id", "analyses.id")
          .select(({ fn, eb, exists, selectFrom }) => [
            "analyses.id as id",
            "analyses.incident_id as incidentId",
            "analyses.status as status",
            fn.coalesce("requests.finished_at_ms", "analyses.started_at_ms").as("endedAtMs"),
            eb("analyses.id", "in", decided).as("isDecided"),
            exists(
              selectFrom("findings").select("findings.key").whereRef("findings.analysis_id", "=", "analyses.id"),
            ).as("hasFindings"),
            exists(
              selectFrom("artifacts")
                .select("artifacts.name")
                .whereRef("artifacts.analysis_id", "=", "analyses.id")
                .where("artifacts.name", "not in", [...REPORT_ARTIFACTS]),
            ).as("hasArtifacts"),
          ])
          .where("analyses.status", "in", ["done", "failed", "waiting_for_review"])
          .where(({ or, eb }) =>
            or([eb("requests.analysis_id", "is", null), eb("requests.finished_at_ms", "is not", null)]),
          )
          .orderBy("endedAtMs")
          .orderBy("analyses.id")
          .execute(),
      );
      return rows.map(({ id, incidentId, status, endedAtMs, isDecided, hasFindings, hasArtifacts }): HeldAnalysis => ({
        id,
        incidentId,
        endedAtMs: Number(endedAtMs),
        isDone: status === "done",
        isDecided: Boolean(isDecided),
        hasEvidence: Boolean(hasFindings) || Boolean(hasArtifacts),
      }));
    },

    async bytesOf(ids) {
      if (ids.length === 0) return new Map();
      const held = new Map<string, HeldBytes>(ids.map((id) => [id, { report: 0, evidence: 0 }]));
      const parts = [
        ["reports", "body", "report"],
        ["findings", "body", "evidence"],
        ["artifacts", "body", "evidence"],
        ["progress", "data", "evidence"],
      ] as const;
      for (const [table, column, part] of parts)
        for (const { id, bytes } of await bytesIn(table, column, [...ids])) {
          const sizes = held.get(id);
          if (sizes) sizes[part] += Number(bytes);
        }
      return held;
    },

    async listUploads() {
      const rows = await run(() =>
        db
          .selectFrom("uploads")
          .select(["id", "incident_id", "at_ms", "bytes"])
          .where("complete", "=", 1)
          .orderBy("at_ms")
          .orderBy("id")
          .execute(),
      );
      return rows.map((row) => ({
        id: row.id,
        incidentId: row.incident_id,
        atMs: Number(row.at_ms),
        bytes: Number(row.bytes),
      }));
    },

    pruneEvidence: (ids, nowMs) => transact(() => deleteEvidence(sql, [...ids], nowMs)),

    pruneAnalyses: (ids, nowMs) =>
      transact(function* (): Script<void> {
        const all = [...ids];
        yield* deleteEvidence(sql, all, nowMs);
        for (const table of ["artifacts", "actions", "reports", "feedback", "leases", "requests"] as const)
          yield* execute(db.deleteFrom(table).where("analysis_id", "in", all));
        yield* execute(db.deleteFrom("analyses").where("id", "in", all));
        yield* notePrunings(db, "analysis", all, nowMs);
      }),

    pruneUploads: (ids) =>
      transact(function* (): Script<void> {
        yield* execute(db.deleteFrom("upload_chunks").where("upload_id", "in", [...ids]));
        yield* execute(db.deleteFrom("uploads").where("id", "in", [...ids]));
      }),

    async listEndedIncidents(beforeMs) {
      const rows = await run(() =>
        db
          .selectFrom("incidents")
          .select(({ fn, selectFrom }) => [
            "incidents.id as id",
            selectFrom("analyses")
              .select(fn.countAll<number>().as("count"))
              .whereRef("analyses.incident_id", "=", "incidents.id")
              .as("analyses"),
            selectFrom("uploads")
              .select(fn.countAll<number>().as("count"))
              .whereRef("uploads.incident_id", "=", "incidents.id")
              .as("uploads"),
          ])
          .where(({ fn, eb }) => eb(fn.coalesce("closed_at_ms", "opened_at_ms"), "<", beforeMs))
          // a posted incident has no alerts that could close it
          .where(({ or, eb }) => or([eb("status", "=", "closed"), eb("origin", "=", "posted")]))
          .orderBy("opened_at_ms")
          .execute(),
      );
      return rows.map(({ id, analyses, uploads }) => ({ id, analyses: Number(analyses), uploads: Number(uploads) }));
    },

    pruneIncidents: (ids, nowMs) =>
      transact(function* (): Script<void> {
        for (const table of ["alerts", "incident_notes", "chat_threads"] as const)
          yield* execute(db.deleteFrom(table).where("incident_id", "in", [...ids]));
        yield* execute(db.deleteFrom("incidents").where("id", "in", [...ids]));
        yield* notePrunings(db, "incident", ids, nowMs);
      }),

    space: space.space,
    giveBack: space.giveBack,
  };
};

function* deleteEvidence({ db }: Pick<SqlDatabase, "db">, ids: string[], nowMs: number): Script<void> {
  yield* execute(db.deleteFrom("findings").where("analysis_id", "in", ids));
  yield* execute(
    db
      .deleteFrom("artifacts")
      .where("analysis_id", "in", ids)
      .where("name", "not in", [...REPORT_ARTIFACTS]),
  );
  yield* execute(db.deleteFrom("progress").where("analysis_id", "in", ids));
  yield* notePrunings(db, "evidence", ids, nowMs);
}
