import type { Kysely } from "kysely";
import { canonicalJson } from "../../domain/canonical-json.ts";
import type { Severity } from "../../domain/alert-event.ts";
import { IncidentError } from "../../domain/errors.ts";
import { NotInvestigated } from "../../domain/alert-manners.ts";
import { Incident } from "../../domain/incident.ts";
import type { KnownIncident } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { refusePruned } from "./prunings.ts";
import { contentKey, readJson } from "./stored-json.ts";
import { checkId } from "./ids.ts";
import { findAnswer, recordAnswer } from "./idempotency.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const INCIDENT_SCHEMA = [
  `create table incidents (
    id text not null,
    title text not null,
    system text,
    origin text not null,
    status text not null,
    severity text,
    alarm_at_ms bigint,
    opened_at_ms bigint not null,
    closed_at_ms bigint,
    group_key text,
    merged_into text,
    revision integer not null,
    body text not null
  )`,
  `create unique index incidents_key on incidents (id)`,
  `create index incidents_by_opened_at_ms_id on incidents (opened_at_ms, id)`,
  `create index incidents_by_group_key on incidents (group_key)`,
];

type IncidentRow = Tables["incidents"];
type IncidentMethods = Pick<ServiceStore, "addIncident" | "findIncident" | "listIncidents">;

/** Incidents, posted by a client or opened by alerts. */
export const incidentRows = ({ db, run, transact }: SqlDatabase): IncidentMethods => ({
  async addIncident(incident, { severity, idempotencyKey, nowMs }) {
    checkId("incident", incident.id);
    const row = openedRow(incident, { origin: "posted", severity, groupKey: null, nowMs });
    const request = contentKey(canonicalJson({ ...incident, id: null, severity }));
    return transact(function* (): Script<{ incident: KnownIncident; created: boolean }> {
      const before = idempotencyKey === null ? null : yield* findAnswer(db, "incidents", idempotencyKey, request);
      const id = before === null ? incident.id : String(before);
      const [known] = yield* execute<IncidentRow>(db.selectFrom("incidents").selectAll().where("id", "=", id));
      if (before !== null && known) return { incident: toKnown(known), created: false };
      if (known)
        throw new IncidentError("REJECTED", `incident ${id} already exists`, {
          hint: "Choose another id, or send none.",
        });
      yield* execute(db.insertInto("incidents").values(row));
      if (idempotencyKey !== null)
        yield* recordAnswer(db, { scope: "incidents", key: idempotencyKey, request, answer: id, nowMs });
      return { incident: toKnown(row), created: true };
    });
  },

  async findIncident(incidentId) {
    const row = await run(() => db.selectFrom("incidents").selectAll().where("id", "=", incidentId).executeTakeFirst());
    if (row) return { known: toKnown(row), incident: readJson(Incident, row.body, `incident ${incidentId}`) };
    await refusePruned({ db, run }, incidentId, "incident");
    return null;
  },

  async listIncidents({ limit, after }) {
    const newest = db
      .selectFrom("incidents")
      .selectAll()
      .orderBy("opened_at_ms", "desc")
      .orderBy("id", "desc")
      .limit(limit);
    const page =
      after === null
        ? newest
        : newest.where(({ eb, or, and }) =>
            or([
              eb("opened_at_ms", "<", after.openedAtMs),
              and([eb("opened_at_ms", "=", after.openedAtMs), eb("id", "<", after.id)]),
            ]),
          );
    return (await run(() => page.execute())).map(toKnown);
  },
});

/** An incident as lists show it. */
export const toKnown = (row: IncidentRow): KnownIncident => ({
  id: row.id,
  title: row.title,
  system: row.system,
  origin: row.origin,
  status: row.status,
  severity: row.severity,
  alarmAtMs: row.alarm_at_ms,
  openedAtMs: row.opened_at_ms,
  closedAtMs: row.closed_at_ms,
  mergedInto: row.merged_into,
  notInvestigated:
    row.not_investigated === null ? null : readJson(NotInvestigated, row.not_investigated, `incident ${row.id}`),
});

type Opening = { origin: IncidentRow["origin"]; severity: Severity | null; groupKey: string | null; nowMs: number };

/** The row of an incident that has just been opened. */
export const openedRow = (incident: Incident, { origin, severity, groupKey, nowMs }: Opening): IncidentRow => ({
  id: incident.id,
  title: incident.title,
  system: incident.system,
  origin,
  status: "open",
  severity,
  alarm_at_ms: incident.alarmAtMs,
  opened_at_ms: nowMs,
  closed_at_ms: null,
  group_key: groupKey,
  merged_into: null,
  revision: 0,
  body: JSON.stringify(incident),
  not_investigated: null,
});

type IncidentStatusRow = Pick<IncidentRow, "id" | "status" | "closed_at_ms" | "merged_into">;

/** The latest incident of a group, or the one it was merged into; null when the group is new. */
export function* latestOfGroup(db: Kysely<Tables>, groupKey: string): Script<IncidentStatusRow | null> {
  const incidents = db.selectFrom("incidents").select(["id", "status", "closed_at_ms", "merged_into"]);
  let [latest] = yield* execute<IncidentStatusRow>(
    incidents.where("group_key", "=", groupKey).orderBy("opened_at_ms", "desc").orderBy("id", "desc").limit(1),
  );
  while (latest !== undefined && latest.merged_into !== null)
    [latest] = yield* execute<IncidentStatusRow>(incidents.where("id", "=", latest.merged_into));
  return latest ?? null;
}
