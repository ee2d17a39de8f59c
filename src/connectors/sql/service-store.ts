import { sql as raw } from "kysely";
import type { ServiceStore } from "../../domain/service-store.ts";
import { alertRows } from "./alerts.ts";
import { changeRows } from "./changes.ts";
import { deliveryRows } from "./deliveries.ts";
import { feedbackRows } from "./feedback.ts";
import { incidentRows } from "./incidents.ts";
import { keyRows } from "./keys.ts";
import { progressRows } from "./progress.ts";
import { requestRows } from "./requests.ts";
import { requestSummaries } from "./request-summaries.ts";
import type { SqlDatabase } from "./tables.ts";
import { uploadRows } from "./uploads.ts";

/** The service's records in an open database of either dialect. */
export const sqlServiceStore = (sql: SqlDatabase): ServiceStore => ({
  ...incidentRows(sql),
  ...alertRows(sql),
  ...deliveryRows(sql),
  ...requestRows(sql),
  ...requestSummaries(sql),
  ...progressRows(sql),
  ...keyRows(sql),
  ...feedbackRows(sql),
  ...uploadRows(sql),
  ...changeRows(sql),
  forget: (beforeMs) =>
    sql.run(async () => void (await sql.db.deleteFrom("deliveries").where("at_ms", "<", beforeMs).execute())),
  ping: () => sql.run(async () => void (await raw`select 1`.execute(sql.db))),
  close: sql.close,
});
