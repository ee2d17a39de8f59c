import { sql as raw } from "kysely";
import type { ServiceStore } from "../../domain/service-store.ts";
import { deliveryRows } from "./delivery-rows.ts";
import { feedbackRows } from "./feedback-rows.ts";
import { incidentRows } from "./incident-rows.ts";
import { keyRows } from "./key-rows.ts";
import { progressRows } from "./progress-rows.ts";
import { requestRows } from "./request-rows.ts";
import type { Sql } from "./tables.ts";
import { uploadRows } from "./upload-rows.ts";

/** What a running service keeps, in an open database of either dialect. */
export const sqlServiceStore = (sql: Sql): ServiceStore => ({
  ...incidentRows(sql),
  ...deliveryRows(sql),
  ...requestRows(sql),
  ...progressRows(sql),
  ...keyRows(sql),
  ...feedbackRows(sql),
  ...uploadRows(sql),
  forget: (beforeMs) =>
    sql.asking(async () => void (await sql.db.deleteFrom("deliveries").where("at_ms", "<", beforeMs).execute())),
  ping: () => sql.asking(async () => void (await raw`select 1`.execute(sql.db))),
  close: sql.close,
});
