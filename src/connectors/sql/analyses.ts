import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { AnalysisRecord, AnalysisStore } from "../../domain/ports.ts";
import { Report } from "../../domain/report.ts";
import { refusePruned } from "./prunings.ts";
import { readJson } from "./stored-json.ts";
import { checkId, notFound } from "./ids.ts";
import { writeHead } from "./incident-heads.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

const Status = z.enum(["queued", "running", "waiting_for_review", "done", "failed"]);
const HINT = "Run `causeway analyses` to list them, or `causeway analyze <incident-id>` to start one.";

export const ANALYSIS_SCHEMA = [
  `create table analyses (
    id text primary key,
    incident_id text not null,
    status text not null,
    started_at_ms bigint not null
  )`,
  `create index analyses_by_incident on analyses (incident_id, started_at_ms)`,
  `create table reports (
    analysis_id text primary key references analyses (id),
    incident_id text not null,
    body text not null
  )`,
];

/** The order of the list of all analyses, so that its first page is read without sorting all of them. */
export const ANALYSIS_ORDER_SCHEMA = [`create index analyses_by_start on analyses (started_at_ms desc, id desc)`];

/** Analyses and their reports. */
export const analysisRows = ({
  db,
  run,
  transact,
}: SqlDatabase): Pick<
  AnalysisStore,
  "createAnalysis" | "setStatus" | "getAnalysis" | "listAnalyses" | "putReport" | "getReport"
> => ({
  async createAnalysis({ id, incidentId, status, startedAtMs }) {
    checkId("analysis", id);
    const row = { id, incident_id: incidentId, status, started_at_ms: startedAtMs };
    await run(() =>
      db
        .insertInto("analyses")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute(),
    );
    const stored = await run(() =>
      db.selectFrom("analyses").select("incident_id").where("id", "=", id).executeTakeFirst(),
    );
    await run(() => db.updateTable("incidents").set({ not_investigated: null }).where("id", "=", incidentId).execute());
    // the same analysis again: a step was retried
    if (stored?.incident_id === incidentId) return;
    throw new IncidentError("REJECTED", `analysis ${id} already exists, for another incident`, {
      hint: "Choose another id.",
    });
  },

  async setStatus(analysisId, status) {
    const { numUpdatedRows } = await run(() =>
      db.updateTable("analyses").set({ status }).where("id", "=", analysisId).executeTakeFirst(),
    );
    if (numUpdatedRows === 0n) throw notFound(`analysis ${analysisId}`, HINT);
  },

  async getAnalysis(analysisId) {
    const row = await run(() => db.selectFrom("analyses").selectAll().where("id", "=", analysisId).executeTakeFirst());
    if (row) return toRecord(row);
    await refusePruned({ db, run }, analysisId, "analysis");
    throw notFound(`analysis ${analysisId}`, HINT);
  },

  async listAnalyses(incidentId) {
    const all = db.selectFrom("analyses").selectAll().orderBy("started_at_ms", "desc").orderBy("id", "desc");
    const rows = await run(() =>
      (incidentId === undefined ? all : all.where("incident_id", "=", incidentId)).execute(),
    );
    return rows.map(toRecord);
  },

  async putReport(report) {
    const row = { analysis_id: report.analysis_id, incident_id: report.incident_id, body: JSON.stringify(report) };
    await transact(function* (): Script<void> {
      yield* execute(
        db
          .insertInto("reports")
          .values(row)
          .onConflict((conflict) => conflict.column("analysis_id").doUpdateSet({ body: row.body })),
      );
      yield* writeHead(db, report);
    });
  },

  async getReport(analysisId) {
    const row = await run(() =>
      db.selectFrom("reports").select("body").where("analysis_id", "=", analysisId).executeTakeFirst(),
    );
    if (row) return readJson(Report, row.body, `the report of analysis ${analysisId}`);
    await refusePruned({ db, run }, analysisId, "analysis");
    throw notFound(
      `report of analysis ${analysisId}`,
      "Check the id and the status with `causeway analyses`: a report exists once the analysis is done.",
    );
  },
});

const toRecord = ({ id, incident_id, status, started_at_ms }: Tables["analyses"]): AnalysisRecord => ({
  id,
  incidentId: incident_id,
  status: Status.parse(status),
  startedAtMs: Number(started_at_ms), // Postgres returns a bigint as text
});
