import { sql as raw } from "kysely";
import { isNotFound } from "../../domain/errors.ts";
import { HeadSource } from "../../domain/incident-search.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { HEAD_VERSION, writeHead } from "./incident-heads.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase } from "./tables.ts";

/**
 * Heads that an older version of Causeway wrote, or never wrote. What is left to do follows from the rows themselves, so
 * the work goes on where it ended, and two processes may do it at the same time.
 */
export const staleHeads = ({
  db,
  run,
  transact,
}: SqlDatabase): Pick<ServiceStore, "reportsWithStaleHeads" | "writeHeadAgain"> => ({
  async reportsWithStaleHeads({ after, limit }) {
    const rows = await run(() =>
      db
        .selectFrom("reports")
        .innerJoin("analyses", "analyses.id", "reports.analysis_id")
        .leftJoin("incident_heads", "incident_heads.incident_id", "reports.incident_id")
        .select("reports.analysis_id")
        .where("reports.analysis_id", ">", after)
        .where((eb) =>
          eb.or([eb("incident_heads.version", "is", null), eb("incident_heads.version", "<", HEAD_VERSION)]),
        )
        // of an incident with several reports, the newest one
        .where(
          raw<boolean>`not exists (select 1 from analyses later join reports other on other.analysis_id = later.id
            where later.incident_id = analyses.incident_id and (later.started_at_ms > analyses.started_at_ms
              or (later.started_at_ms = analyses.started_at_ms and later.id > analyses.id)))`,
        )
        .orderBy("reports.analysis_id")
        .limit(limit)
        .execute(),
    );
    return rows.map((row) => row.analysis_id);
  },

  async writeHeadAgain(analysisId) {
    const row = await run(() =>
      db.selectFrom("reports").select("body").where("analysis_id", "=", analysisId).executeTakeFirst(),
    );
    if (row === undefined) return; // deleted meanwhile
    const source = readJson(HeadSource, row.body, `the report of analysis ${analysisId}`);
    await transact(() => writeHead(db, source, true)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error; // its analysis was deleted meanwhile
    });
  },
});
