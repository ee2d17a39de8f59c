import type { Kysely } from "kysely";
import { AlertEvent } from "../../domain/alert-event.ts";
import type { PlacedAlert, ServiceStore } from "../../domain/service-store.ts";
import { batchesOf, execute, type Script } from "./script.ts";
import { contentKey, readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

/** `received_at_ms` was created as `told_at_ms`; renamed in `040-plain-names`. */
export const ALERT_SCHEMA = [
  `create table alerts (
    scope text not null,
    fingerprint text not null,
    starts_at_ms bigint not null,
    ends_at_ms bigint,
    status text not null,
    severity text not null,
    incident_id text not null,
    told_at_ms bigint not null,
    why text not null,
    body text not null
  )`,
  `create unique index alerts_key on alerts (scope, fingerprint, starts_at_ms)`,
  `create index alerts_by_incident_id on alerts (incident_id)`,
];

/** A longer fingerprint does not fit into an index. */
const MAX_FINGERPRINT = 200;
const MAX_FIRING = 10_000;
/** Alerts of other senders that a delivery is compared with. */
const MAX_CANDIDATES = 2_000;

/** A long fingerprint is stored as its hash. */
const fingerprintKey = ({ fingerprint }: Pick<AlertEvent, "fingerprint">): string =>
  fingerprint.length <= MAX_FINGERPRINT ? fingerprint : contentKey(fingerprint);

/** Alerts of incidents. */
export const alertRows = ({
  db,
  run,
}: SqlDatabase): Pick<ServiceStore, "listAlerts" | "pastAlerts" | "firingAlerts"> => ({
  async listAlerts(incidentId, limit) {
    const mine = db.selectFrom("alerts").where("incident_id", "=", incidentId);
    const rows = await run(() =>
      mine.select(["body", "why"]).orderBy("starts_at_ms", "desc").orderBy("fingerprint").limit(limit).execute(),
    );
    const { count } = await run(() =>
      mine.select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow(),
    );
    return {
      alerts: rows.map(({ body, why }) => ({ ...readJson(AlertEvent, body, `an alert of ${incidentId}`), why })),
      count: Number(count),
    };
  },

  async firingAlerts(source) {
    const rows = await run(() =>
      db
        .selectFrom("alerts")
        .select("body")
        .where("scope", "=", source)
        .where("status", "<>", "resolved")
        .orderBy("starts_at_ms", "desc")
        .limit(MAX_FIRING)
        .execute(),
    );
    return rows.map(({ body }) => readJson(AlertEvent, body, "an alert"));
  },

  async pastAlerts(excludeId, limit) {
    const latest = db
      .selectFrom("incidents")
      .select("id")
      .where("origin", "=", "alerts")
      .where("id", "<>", excludeId)
      .orderBy("opened_at_ms", "desc")
      .limit(limit);
    const rows = await run(() =>
      db
        .selectFrom("alerts")
        .select(["incident_id", "body"])
        .where("incident_id", "in", latest)
        .orderBy("starts_at_ms")
        .execute(),
    );
    return [...Map.groupBy(rows, (row) => row.incident_id).values()].map((alerts) =>
      alerts.map(({ body }) => readJson(AlertEvent, body, "an alert")),
    );
  },
});

const CONTEXT_COLUMNS = ["incident_id", "fingerprint", "starts_at_ms", "scope", "why", "body"] as const;
type ContextRow = Pick<Tables["alerts"], (typeof CONTEXT_COLUMNS)[number]>;

/**
 * Reads the stored alerts that belong together with those of a delivery: the same alerts of its scope, and any that
 * started within `reachMs` of them. A null `reachMs` reads the scope only. `scope` of an answer: null for this one.
 */
export function* alertsNear(
  db: Kysely<Tables>,
  { scope, alerts, reachMs }: { scope: string; alerts: readonly AlertEvent[]; reachMs: number | null },
): Script<PlacedAlert[]> {
  const stored = db.selectFrom("alerts").select(CONTEXT_COLUMNS);
  const rows: ContextRow[] = [];
  for (const fingerprints of batchesOf([...new Set(alerts.map(fingerprintKey))]))
    rows.push(
      ...(yield* execute<ContextRow>(stored.where("scope", "=", scope).where("fingerprint", "in", fingerprints))),
    );
  if (reachMs !== null) {
    const starts = alerts.map(({ startsAtMs }) => startsAtMs);
    const [firstMs, lastMs] = [starts.reduce((a, b) => Math.min(a, b)), starts.reduce((a, b) => Math.max(a, b))];
    rows.push(
      ...(yield* execute<ContextRow>(
        stored
          .where("starts_at_ms", ">=", firstMs - reachMs)
          .where("starts_at_ms", "<=", lastMs + reachMs)
          .orderBy("starts_at_ms", "desc")
          .limit(MAX_CANDIDATES),
      )),
    );
  }
  const distinct = new Map<string, ContextRow>();
  for (const row of rows) {
    const key = JSON.stringify([row.scope, row.fingerprint, row.starts_at_ms]);
    if (!distinct.has(key)) distinct.set(key, row);
  }
  return [...distinct.values()].map((row) => ({
    incidentId: row.incident_id,
    event: readJson(AlertEvent, row.body, "an alert"),
    why: row.why,
    scope: row.scope === scope ? null : row.scope,
  }));
}

/**
 * Reads the same alerts as other senders, or other groups of this one, reported them: the same rule about the same
 * entity and labels, with the same start, or within `joinMs` of the end or the start of that firing.
 */
export function* alertsElsewhere(
  db: Kysely<Tables>,
  { scope, alerts, joinMs }: { scope: string; alerts: readonly AlertEvent[]; joinMs: number },
): Script<PlacedAlert[]> {
  const found: PlacedAlert[] = [];
  for (const fingerprints of batchesOf([...new Set(alerts.map(fingerprintKey))])) {
    const rows = yield* execute<ContextRow>(
      db
        .selectFrom("alerts")
        .select(CONTEXT_COLUMNS)
        .where("scope", "<>", scope)
        .where("fingerprint", "in", fingerprints),
    );
    for (const row of rows) {
      const event = readJson(AlertEvent, row.body, "an alert");
      if (alerts.some((alert) => isSameAlert(alert, event, joinMs)))
        found.push({ incidentId: row.incident_id, event, why: row.why, scope: row.scope });
    }
  }
  return found;
}

/** A sender may number its alerts, so an equal fingerprint alone says nothing. */
const isSameAlert = (alert: AlertEvent, known: AlertEvent, joinMs: number): boolean =>
  alert.fingerprint === known.fingerprint &&
  alert.name === known.name &&
  alert.entity === known.entity &&
  (alert.startsAtMs === known.startsAtMs ||
    Math.abs(alert.startsAtMs - (known.endsAtMs ?? known.startsAtMs)) <= joinMs);

/** Adds alerts, or updates those that are stored. */
export function* writeAlerts(
  db: Kysely<Tables>,
  scope: string,
  alerts: readonly PlacedAlert[],
  nowMs: number,
): Script<void> {
  const rows = alerts.map(({ incidentId, why, event, scope: own }) => ({
    scope: own ?? scope,
    fingerprint: fingerprintKey(event),
    starts_at_ms: event.startsAtMs,
    ends_at_ms: event.endsAtMs,
    status: event.status,
    severity: event.severity,
    incident_id: incidentId,
    received_at_ms: nowMs,
    why,
    body: JSON.stringify(event),
  }));
  for (const batch of batchesOf(rows)) {
    const put = db.insertInto("alerts").values(batch);
    yield* execute(
      put.onConflict((conflict) =>
        conflict.columns(["scope", "fingerprint", "starts_at_ms"]).doUpdateSet(({ ref }) => ({
          ends_at_ms: ref("excluded.ends_at_ms"),
          status: ref("excluded.status"),
          severity: ref("excluded.severity"),
          incident_id: ref("excluded.incident_id"),
          received_at_ms: ref("excluded.received_at_ms"),
          body: ref("excluded.body"),
        })),
      ),
    );
  }
}
