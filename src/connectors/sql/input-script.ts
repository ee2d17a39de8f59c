import type { Kysely } from "kysely";
import { ask, type Script } from "./script.ts";
import type { Tables } from "./tables.ts";

/** How much there is to read of an incident, stored or recorded: grows with each delivery that told something new of it, each log that was given for it, and each note. */
export function* inputOf(db: Kysely<Tables>, incidentId: string): Script<number> {
  const [incident] = yield* ask<{ revision: number }>(
    db.selectFrom("incidents").select("revision").where("id", "=", incidentId),
  );
  const [uploads] = yield* ask<{ count: number }>(
    db
      .selectFrom("uploads")
      .where("incident_id", "=", incidentId)
      .where("complete", "=", 1)
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  const [notes] = yield* ask<{ count: number }>(
    db
      .selectFrom("incident_notes")
      .where("incident_id", "=", incidentId)
      .select(({ fn }) => fn.countAll<number>().as("count")),
  );
  return Number(incident?.revision ?? 0) + Number(uploads?.count ?? 0) + Number(notes?.count ?? 0);
}
