import type { Selectable } from "kysely";
import { AlertEvent } from "../../domain/alert-event.ts";
import { IncidentError } from "../../domain/errors.ts";
import { Incident } from "../../domain/incident.ts";
import type { KnownIncident } from "../../domain/service.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { canonicalJson, contentKey, readBody } from "./canonical.ts";
import { checkId } from "./ids.ts";
import { answeredBefore, recordAnswer } from "./answers.ts";
import { ask, type Script } from "./script.ts";
import type { Sql, Tables } from "./tables.ts";

/** Incidents that were posted or came of alerts, and their alerts. */
export const incidentRows = ({
  db,
  asking,
  transact,
}: Sql): Pick<ServiceStore, "addIncident" | "findIncident" | "listIncidents" | "listAlerts" | "pastAlerts"> => ({
  async addIncident(incident, { severity, idempotencyKey, nowMs }) {
    checkId("incident", incident.id);
    const row: Tables["incidents"] = {
      id: incident.id,
      title: incident.title,
      system: incident.system,
      origin: "posted",
      status: "open",
      severity,
      alarm_at_ms: incident.alarmAtMs,
      opened_at_ms: nowMs,
      closed_at_ms: null,
      group_key: null,
      merged_into: null,
      revision: 0,
      body: JSON.stringify(incident),
    };
    const request = contentKey(canonicalJson({ ...incident, id: null, severity }));
    return transact(function* (): Script<{ incident: KnownIncident; created: boolean }> {
      const before = idempotencyKey === null ? null : yield* answeredBefore(db, "incidents", idempotencyKey, request);
      const id = before === null ? incident.id : String(before);
      const [known] = yield* ask<Selectable<Tables["incidents"]>>(
        db.selectFrom("incidents").selectAll().where("id", "=", id),
      );
      if (before !== null && known) return { incident: toKnown(known), created: false };
      if (known)
        throw new IncidentError("REJECTED", `there is an incident ${id} already`, {
          hint: "Choose another id, or leave it out.",
        });
      yield* ask(db.insertInto("incidents").values(row));
      if (idempotencyKey !== null)
        yield* recordAnswer(db, { scope: "incidents", key: idempotencyKey, request, answer: id, nowMs });
      return { incident: toKnown(row), created: true };
    });
  },

  async findIncident(incidentId) {
    const row = await asking(() =>
      db.selectFrom("incidents").selectAll().where("id", "=", incidentId).executeTakeFirst(),
    );
    return row ? { known: toKnown(row), incident: readBody(Incident, row.body, `incident ${incidentId}`) } : null;
  },

  async listIncidents({ limit, after }) {
    const newest = db
      .selectFrom("incidents")
      .selectAll()
      .orderBy("opened_at_ms", "desc")
      .orderBy("id", "desc")
      .limit(limit);
    const asked =
      after === null
        ? newest
        : newest.where(({ eb, or, and }) =>
            or([
              eb("opened_at_ms", "<", after.openedAtMs),
              and([eb("opened_at_ms", "=", after.openedAtMs), eb("id", "<", after.id)]),
            ]),
          );
    return (await asking(() => asked.execute())).map(toKnown);
  },

  async listAlerts(incidentId, limit) {
    const mine = db.selectFrom("alerts").where("incident_id", "=", incidentId);
    const rows = await asking(() =>
      mine.select(["body", "why"]).orderBy("starts_at_ms", "desc").orderBy("fingerprint").limit(limit).execute(),
    );
    const { count } = await asking(() =>
      mine.select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow(),
    );
    return {
      alerts: rows.map(({ body, why }) => ({ ...readBody(AlertEvent, body, `an alert of ${incidentId}`), why })),
      count: Number(count),
    };
  },

  async pastAlerts(excludeId, limit) {
    const latest = db
      .selectFrom("incidents")
      .select("id")
      .where("origin", "=", "alerts")
      .where("id", "<>", excludeId)
      .orderBy("opened_at_ms", "desc")
      .limit(limit);
    const rows = await asking(() =>
      db
        .selectFrom("alerts")
        .select(["incident_id", "body"])
        .where("incident_id", "in", latest)
        .orderBy("starts_at_ms")
        .execute(),
    );
    return [...Map.groupBy(rows, (row) => row.incident_id).values()].map((alerts) =>
      alerts.map(({ body }) => readBody(AlertEvent, body, "an alert")),
    );
  },
});

const toKnown = (row: Tables["incidents"]): KnownIncident => ({
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
});
