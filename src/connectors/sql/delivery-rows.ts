import type { Kysely } from "kysely";
import { AlertEvent, Severity } from "../../domain/alert-event.ts";
import type { AcceptedDelivery } from "../../domain/service.ts";
import { AcceptedDelivery as Answer } from "../../domain/service.ts";
import type {
  DeliveryContext,
  DeliveryOutcome,
  DeliveryPlan,
  DeliveryRequest,
  PlacedAlert,
  ServiceStore,
} from "../../domain/service-store.ts";
import { answeredBefore, recordAnswer } from "./answers.ts";
import { contentKey, readBody } from "./canonical.ts";
import { cancelQueued, checkRoom, needAnalysis, queueAnalysis } from "./queue-script.ts";
import { ask, batchesOf, type Script } from "./script.ts";
import type { Sql, Tables } from "./tables.ts";

/** Alerts of others that one delivery is held against. */
const MAX_NEIGHBOURS = 2_000;
/** Longer names than this do not fit into an index. */
const MAX_PRINT = 200;

const printOf = ({ fingerprint }: Pick<AlertEvent, "fingerprint">): string =>
  fingerprint.length <= MAX_PRINT ? fingerprint : contentKey(fingerprint);

const NOTHING: DeliveryPlan = { alerts: [], opens: [], absorbed: [], duplicates: 0 };

/** Deliveries of alerts: what they change, what work that makes and ends, and that they came, in one transaction. */
export const deliveryRows = ({ db, transact, lock }: Sql): Pick<ServiceStore, "acceptDelivery"> => ({
  acceptDelivery: (request) =>
    transact(function* (): Script<DeliveryOutcome> {
      const { delivery, deliveryId, nowMs, plan, maxQueued } = request;
      const groupKey = delivery.groupKey === null ? null : contentKey(delivery.groupKey);
      const scope = groupKey ?? delivery.source;
      yield* lock(groupKey ?? "alerts that triage groups");
      const before = yield* answeredBefore(db, `alerts ${delivery.source}`, deliveryId, deliveryId);
      if (before !== null)
        return { answer: { ...Answer.parse(before), repeated: true }, queued: [], cancelled: [], opened: 0, closed: 0 };
      const { alerts, opens, absorbed, duplicates } =
        delivery.alerts.length === 0 ? NOTHING : plan(yield* readContext(db, { scope, groupKey }, request));
      if (opens.length > 0) yield* checkRoom(db, maxQueued);
      yield* openIncidents(db, opens, groupKey, nowMs);
      yield* writeAlerts(db, scope, alerts, nowMs);
      for (const { from, into } of absorbed) yield* absorb(db, from, into, nowMs);
      const touched = [...new Set(alerts.map(({ incidentId }) => incidentId))].toSorted();
      const { queued, cancelled, closed } = yield* settle(db, touched, request);
      for (const { from } of absorbed)
        cancelled.push(...(yield* cancelQueued(db, from, "its incident turned out to be one with another", nowMs)));
      const incidentIds = [
        ...new Set([...touched, ...(duplicates > 0 ? yield* holders(db, scope, delivery.alerts) : [])]),
      ].toSorted();
      const answer: AcceptedDelivery = { incidentIds, accepted: alerts.length, duplicates, repeated: false };
      yield* recordAnswer(db, {
        scope: `alerts ${delivery.source}`,
        key: deliveryId,
        request: deliveryId,
        answer,
        nowMs,
      });
      return { answer, queued, cancelled, opened: opens.length, closed };
    }),
});

/** What stands in the way of reading more than the delivery can be one with. */
function* readContext(
  db: Kysely<Tables>,
  { scope, groupKey }: { scope: string; groupKey: string | null },
  { delivery, reachMs }: DeliveryRequest,
): Script<DeliveryContext> {
  const found = new Map<string, PlacedAlert>();
  const columns = ["incident_id", "fingerprint", "starts_at_ms", "scope", "why", "body"] as const;
  const keep = (rows: readonly Pick<Tables["alerts"], (typeof columns)[number]>[]): void => {
    for (const row of rows) {
      const key = JSON.stringify([row.scope, row.fingerprint, row.starts_at_ms]);
      if (!found.has(key))
        found.set(key, {
          incidentId: row.incident_id,
          event: readBody(AlertEvent, row.body, "an alert"),
          why: row.why,
        });
    }
  };
  for (const prints of batchesOf([...new Set(delivery.alerts.map(printOf))])) {
    keep(
      yield* ask(db.selectFrom("alerts").select(columns).where("scope", "=", scope).where("fingerprint", "in", prints)),
    );
  }
  if (groupKey !== null) {
    return { alerts: [...found.values()], incidents: yield* latestOf(db, groupKey) };
  }
  const starts = delivery.alerts.map(({ startsAtMs }) => startsAtMs);
  const [fromMs, toMs] = [
    starts.reduce((a, b) => Math.min(a, b)) - reachMs,
    starts.reduce((a, b) => Math.max(a, b)) + reachMs,
  ];
  keep(
    yield* ask(
      db
        .selectFrom("alerts")
        .select(columns)
        .where("starts_at_ms", ">=", fromMs)
        .where("starts_at_ms", "<=", toMs)
        .orderBy("starts_at_ms", "desc")
        .limit(MAX_NEIGHBOURS),
    ),
  );
  return { alerts: [...found.values()], incidents: [] };
}

type Standing = Pick<Tables["incidents"], "id" | "status" | "closed_at_ms" | "merged_into">;

/** The latest incident of a group, or the one that it turned out to be one with: there the group goes on. */
function* latestOf(db: Kysely<Tables>, groupKey: string): Script<DeliveryContext["incidents"]> {
  const asked = db.selectFrom("incidents").select(["id", "status", "closed_at_ms", "merged_into"]);
  let [latest] = yield* ask<Standing>(
    asked.where("group_key", "=", groupKey).orderBy("opened_at_ms", "desc").orderBy("id", "desc").limit(1),
  );
  while (latest !== undefined && latest.merged_into !== null)
    [latest] = yield* ask<Standing>(asked.where("id", "=", latest.merged_into));
  return latest === undefined ? [] : [{ id: latest.id, status: latest.status, closedAtMs: latest.closed_at_ms }];
}

function* openIncidents(
  db: Kysely<Tables>,
  opens: DeliveryPlan["opens"],
  groupKey: string | null,
  nowMs: number,
): Script<void> {
  for (const { id, title, alarmAtMs } of opens) {
    const incident = {
      id,
      title,
      system: null,
      suite: null,
      alarmAtMs,
      window: null,
      baseline: { window: null, shared: null },
      excludeBaseline: [],
      asOfMs: null,
      entry: null,
      target: null,
      vocabulary: null,
    };
    const row: Tables["incidents"] = {
      id,
      title,
      system: null,
      origin: "alerts",
      status: "open",
      severity: null,
      alarm_at_ms: alarmAtMs,
      opened_at_ms: nowMs,
      closed_at_ms: null,
      group_key: groupKey,
      merged_into: null,
      revision: 0,
      body: JSON.stringify(incident),
    };
    yield* ask(db.insertInto("incidents").values(row));
  }
}

function* writeAlerts(db: Kysely<Tables>, scope: string, alerts: readonly PlacedAlert[], nowMs: number): Script<void> {
  const rows = alerts.map(({ incidentId, why, event }) => ({
    scope,
    fingerprint: printOf(event),
    starts_at_ms: event.startsAtMs,
    ends_at_ms: event.endsAtMs,
    status: event.status,
    severity: event.severity,
    incident_id: incidentId,
    told_at_ms: nowMs,
    why,
    body: JSON.stringify(event),
  }));
  for (const batch of batchesOf(rows)) {
    const put = db.insertInto("alerts").values(batch);
    yield* ask(
      put.onConflict((conflict) =>
        conflict.columns(["scope", "fingerprint", "starts_at_ms"]).doUpdateSet(({ ref }) => ({
          ends_at_ms: ref("excluded.ends_at_ms"),
          status: ref("excluded.status"),
          severity: ref("excluded.severity"),
          incident_id: ref("excluded.incident_id"),
          told_at_ms: ref("excluded.told_at_ms"),
          body: ref("excluded.body"),
        })),
      ),
    );
  }
}

function* absorb(db: Kysely<Tables>, from: string, into: string, nowMs: number): Script<void> {
  yield* ask(db.updateTable("alerts").set({ incident_id: into }).where("incident_id", "=", from));
  yield* ask(
    db
      .updateTable("incidents")
      .set({ status: "closed", closed_at_ms: nowMs, merged_into: into })
      .where("id", "=", from),
  );
}

/** Brings incidents in line with their alerts: open while one of them is not resolved, with an analysis queued where there is none; closed otherwise, with none waiting. */
function* settle(
  db: Kysely<Tables>,
  incidentIds: readonly string[],
  { nowMs, newAnalysisId }: DeliveryRequest,
): Script<{ queued: string[]; cancelled: string[]; closed: number }> {
  const queued: string[] = [];
  const cancelled: string[] = [];
  let closed = 0;
  for (const id of incidentIds) {
    // Locks the incident before its alerts are counted: of two deliveries that bring it alerts at once, the second sees those of both.
    const [was] = yield* ask<{ status: string }>(
      db
        .updateTable("incidents")
        .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
        .where("id", "=", id)
        .returning("status"),
    );
    const states = yield* ask<{ status: string; severity: Severity; first: number; last: number | null }>(
      db
        .selectFrom("alerts")
        .where("incident_id", "=", id)
        .groupBy(["status", "severity"])
        .select(({ fn }) => [
          "status",
          "severity",
          fn.min("starts_at_ms").as("first"),
          fn.max("ends_at_ms").as("last"),
        ]),
    );
    const isOpen = states.some(({ status }) => status !== "resolved");
    const severity = Severity.options.find((worse) => states.some((state) => state.severity === worse)) ?? null;
    const lastMs = states.reduce<number | null>(
      (latest, { last }) => (last === null ? latest : Math.max(latest ?? last, last)),
      null,
    );
    yield* ask(
      db
        .updateTable("incidents")
        .where("id", "=", id)
        .set({
          status: isOpen ? "open" : "closed",
          closed_at_ms: isOpen ? null : (lastMs ?? nowMs),
          severity,
          alarm_at_ms: Math.min(...states.map(({ first }) => first)),
        }),
    );
    if (!isOpen) {
      if (was?.status === "open") closed += 1;
      cancelled.push(...(yield* cancelQueued(db, id, "its incident was over before it was begun", nowMs)));
    } else if (yield* needAnalysis(db, id)) {
      const analysisId = newAnalysisId();
      yield* queueAnalysis(db, { analysisId, incidentId: id, requestedBy: "alerts", nowMs });
      queued.push(analysisId);
    }
  }
  return { queued, cancelled, closed };
}

/** Whose alerts a delivery told of, new or not. */
function* holders(db: Kysely<Tables>, scope: string, alerts: readonly AlertEvent[]): Script<string[]> {
  const found = new Set<string>();
  for (const prints of batchesOf([...new Set(alerts.map(printOf))])) {
    const rows = yield* ask<{
      incident_id: string;
      fingerprint: string;
      starts_at_ms: number;
      ends_at_ms: number | null;
    }>(
      db
        .selectFrom("alerts")
        .select(["incident_id", "fingerprint", "starts_at_ms", "ends_at_ms"])
        .where("scope", "=", scope)
        .where("fingerprint", "in", prints),
    );
    for (const alert of alerts) {
      const told = rows
        .filter((row) => row.fingerprint === printOf(alert))
        .toSorted((a, b) => b.starts_at_ms - a.starts_at_ms);
      const held = told.find((row) => row.starts_at_ms <= alert.startsAtMs) ?? told[0];
      if (held) found.add(held.incident_id);
    }
  }
  return [...found].toSorted();
}
