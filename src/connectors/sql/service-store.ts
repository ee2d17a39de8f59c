import { sql as raw } from "kysely";
import type { ServiceStore } from "../../domain/service-store.ts";
import { alertRows } from "./alerts.ts";
import { changeRows } from "./changes.ts";
import { deliveryRows } from "./deliveries.ts";
import { feedbackRows } from "./feedback.ts";
import { incidentHeads } from "./incident-heads.ts";
import { incidentRows } from "./incidents.ts";
import { keyRows } from "./keys.ts";
import { progressRows } from "./progress.ts";
import { requestRows } from "./requests.ts";
import { requestSummaries } from "./request-summaries.ts";
import { staleHeads } from "./stale-heads.ts";
import type { SqlDatabase } from "./tables.ts";
import { uploadRows } from "./uploads.ts";

/** A row that is written to see whether the store can be written to: a full disk still answers reads. */
export const WRITE_CHECK_SCHEMA = [`create table write_checks (name text primary key, times bigint not null)`];

/** The service's records in an open database of either dialect. */
export const sqlServiceStore = (sql: SqlDatabase): ServiceStore => ({
  ...incidentRows(sql),
  ...incidentHeads(sql),
  ...staleHeads(sql),
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
  ping: () =>
    sql.run(
      async () =>
        void (await raw`insert into write_checks (name, times) values ('ping', 1)
          on conflict (name) do update set times = write_checks.times + 1`.execute(sql.db)),
    ),
  close: sql.close,
});
