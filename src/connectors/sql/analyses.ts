import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import type { AnalysisRecord, AnalysisStore } from "../../domain/ports.ts";
import { Report } from "../../domain/report.ts";
import { readBody } from "./canonical.ts";
import { checkId, notThere } from "./ids.ts";
import type { Sql, Tables } from "./tables.ts";

const Status = z.enum(["queued", "running", "waiting_for_review", "done", "failed"]);
const LISTED = "`causeway analyses` lists them; `causeway analyze <incident-id>` makes one.";

/** Analyses and their reports. */
export const analysisRows = ({
  db,
  asking,
}: Sql): Pick<
  AnalysisStore,
  "createAnalysis" | "setStatus" | "getAnalysis" | "listAnalyses" | "putReport" | "getReport"
> => ({
  async createAnalysis({ id, incidentId, status, startedAtMs }) {
    checkId("analysis", id);
    const row = { id, incident_id: incidentId, status, started_at_ms: startedAtMs };
    await asking(() =>
      db
        .insertInto("analyses")
        .values(row)
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute(),
    );
    const stored = await asking(() =>
      db.selectFrom("analyses").select("incident_id").where("id", "=", id).executeTakeFirst(),
    );
    // The same again is a step that was retried.
    if (stored?.incident_id === incidentId) return;
    throw new IncidentError("REJECTED", `analysis ${id} exists already, of another incident`, {
      hint: "Choose another id.",
    });
  },

  async setStatus(analysisId, status) {
    const { numUpdatedRows } = await asking(() =>
      db.updateTable("analyses").set({ status }).where("id", "=", analysisId).executeTakeFirst(),
    );
    if (numUpdatedRows === 0n) throw notThere(`analysis ${analysisId}`, LISTED);
  },

  async getAnalysis(analysisId) {
    const row = await asking(() =>
      db.selectFrom("analyses").selectAll().where("id", "=", analysisId).executeTakeFirst(),
    );
    if (row) return toRecord(row);
    throw notThere(`analysis ${analysisId}`, LISTED);
  },

  async listAnalyses(incidentId) {
    const all = db.selectFrom("analyses").selectAll().orderBy("started_at_ms", "desc").orderBy("id", "desc");
    const rows = await asking(() =>
      (incidentId === undefined ? all : all.where("incident_id", "=", incidentId)).execute(),
    );
    return rows.map(toRecord);
  },

  async putReport(report) {
    const row = { analysis_id: report.analysis_id, incident_id: report.incident_id, body: JSON.stringify(report) };
    await asking(() =>
      db
        .insertInto("reports")
        .values(row)
        .onConflict((conflict) => conflict.column("analysis_id").doUpdateSet({ body: row.body }))
        .execute(),
    );
  },

  async getReport(analysisId) {
    const row = await asking(() =>
      db.selectFrom("reports").select("body").where("analysis_id", "=", analysisId).executeTakeFirst(),
    );
    if (row) return readBody(Report, row.body, `the report of analysis ${analysisId}`);
    throw notThere(`report of analysis ${analysisId}`, "The analysis has not come that far, or its id is another.");
  },
});

const toRecord = ({ id, incident_id, status, started_at_ms }: Tables["analyses"]): AnalysisRecord => ({
  id,
  incidentId: incident_id,
  status: Status.parse(status),
  startedAtMs: Number(started_at_ms), // Postgres gives a bigint as text
});
