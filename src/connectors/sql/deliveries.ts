import type { Kysely } from "kysely";
import { knownIncident } from "../../domain/incident.ts";
import { Severity } from "../../domain/alert-event.ts";
import { NotInvestigated } from "../../domain/alert-manners.ts";
import { AcceptedDelivery } from "../../domain/service.ts";
import type {
  DeliveryContext,
  DeliveryOutcome,
  DeliveryPlan,
  DeliveryRequest,
  ServiceStore,
} from "../../domain/service-store.ts";
import { alertsElsewhere, alertsNear, writeAlerts } from "./alerts.ts";
import { findAnswer, recordAnswer } from "./idempotency.ts";
import { latestOfGroup, openedRow } from "./incidents.ts";
import { cancelQueued, checkQueueCapacity, needsAnalysis } from "./queue.ts";
import { batchesOf, execute, type Script } from "./script.ts";
import { type OpenIncident, openWithoutAnalysis, startAnalysis } from "./start-analysis.ts";
import { contentKey, readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

const NOTHING: DeliveryPlan = { alerts: [], opens: [], absorbed: [], duplicates: 0, repeatedIn: [] };

/**
 * Deliveries of alerts. One transaction writes their alerts and incidents, queues and cancels analyses, and the answer.
 */
export const deliveryRows = ({ db, transact, lock }: SqlDatabase): Pick<ServiceStore, "acceptDelivery"> => ({
  acceptDelivery: (request) =>
    transact(function* (): Script<DeliveryOutcome> {
      const { delivery, deliveryId, nowMs, plan, maxQueued } = request;
      const groupKey = delivery.groupKey === null ? null : contentKey(delivery.groupKey);
      const scope = groupKey ?? delivery.source;
      const answerScope = `alerts ${delivery.source}`;
      yield* lock(groupKey ?? "alerts that triage groups");
      const before = yield* findAnswer(db, answerScope, deliveryId, deliveryId);
      if (before !== null) return repeated(before);
      const { alerts, opens, absorbed, duplicates, repeatedIn } =
        delivery.alerts.length === 0 ? NOTHING : plan(yield* readContext(db, { scope, groupKey }, request));
      if (opens.length > 0 && request.investigates) yield* checkQueueCapacity(db, maxQueued);
      yield* openIncidents(db, opens, groupKey, nowMs);
      yield* writeAlerts(db, scope, alerts, nowMs);
      for (const { from, into } of absorbed) yield* absorb(db, from, into, nowMs);
      const touched = [...new Set(alerts.map(({ incidentId }) => incidentId))].toSorted();
      const { queued, cancelled, closed, heldBack } = yield* settle({ db, lock }, { touched, repeatedIn }, request);
      for (const { from } of absorbed)
        cancelled.push(...(yield* cancelQueued(db, from, "its incident was merged into another", nowMs)));
      const incidentIds = [...new Set([...touched, ...repeatedIn])].toSorted();
      const notInvestigated = yield* notInvestigatedOf(db, incidentIds);
      const answer: AcceptedDelivery = {
        incidentIds,
        accepted: alerts.length,
        duplicates,
        repeated: false,
        notInvestigated,
      };
      yield* recordAnswer(db, { scope: answerScope, key: deliveryId, request: deliveryId, answer, nowMs });
      return { answer, queued, cancelled, opened: opens.length, closed, heldBack };
    }),
});

const repeated = (before: unknown): DeliveryOutcome => ({
  answer: { ...AcceptedDelivery.parse(before), repeated: true },
  queued: [],
  cancelled: [],
  opened: 0,
  closed: 0,
  heldBack: [],
});

/**
 * A sender that groups decides by itself what belongs together: only its latest incident matters then, and the same
 * alerts from elsewhere.
 */
function* readContext(
  db: Kysely<Tables>,
  { scope, groupKey }: { scope: string; groupKey: string | null },
  { delivery: { alerts }, reachMs, manners: { joinMs } }: DeliveryRequest,
): Script<DeliveryContext> {
  if (groupKey === null) return { alerts: yield* alertsNear(db, { scope, alerts, reachMs }), incidents: [] };
  const own = yield* alertsNear(db, { scope, alerts, reachMs: null });
  const stored = [...own, ...(yield* alertsElsewhere(db, { scope, alerts, joinMs }))];
  const latest = yield* latestOfGroup(db, groupKey);
  const incidents = latest === null ? [] : [{ id: latest.id, status: latest.status, closedAtMs: latest.closed_at_ms }];
  return { alerts: stored, incidents };
}

function* openIncidents(
  db: Kysely<Tables>,
  opens: DeliveryPlan["opens"],
  groupKey: string | null,
  nowMs: number,
): Script<void> {
  for (const { id, title, alarmAtMs } of opens) {
    const row = openedRow(knownIncident({ id, title, alarmAtMs }), {
      origin: "alerts",
      severity: null,
      groupKey,
      nowMs,
    });
    yield* execute(db.insertInto("incidents").values(row));
  }
}

/** Merges one incident into another. */
function* absorb(db: Kysely<Tables>, from: string, into: string, nowMs: number): Script<void> {
  yield* execute(db.updateTable("alerts").set({ incident_id: into }).where("incident_id", "=", from));
  yield* execute(
    db
      .updateTable("incidents")
      .set({ status: "closed", closed_at_ms: nowMs, merged_into: into })
      .where("id", "=", from),
  );
}

/** Those of the incidents that are open and not investigated. */
function* notInvestigatedOf(
  db: Kysely<Tables>,
  incidentIds: readonly string[],
): Script<AcceptedDelivery["notInvestigated"]> {
  const found: AcceptedDelivery["notInvestigated"] = [];
  for (const ids of batchesOf(incidentIds)) {
    const rows = yield* execute<{ id: string; not_investigated: string | null }>(
      db
        .selectFrom("incidents")
        .select(["id", "not_investigated"])
        .where("id", "in", ids)
        .where("status", "=", "open")
        .where("not_investigated", "is not", null)
        .orderBy("id"),
    );
    for (const { id, not_investigated: json } of rows)
      if (json !== null) found.push({ incidentId: id, ...readJson(NotInvestigated, json, `incident ${id}`) });
  }
  return found;
}

type Settled = Pick<DeliveryOutcome, "closed" | "heldBack"> & { queued: string[]; cancelled: string[] };

/**
 * Updates incidents from their alerts. An incident is open while one of its alerts is not resolved, and then has an
 * analysis queued unless it has one, or the manners forbid it. Otherwise it is closed, and its waiting analyses are
 * cancelled.
 *
 * @param touched those with new alerts. @param repeatedIn those whose alerts were only repeated.
 */
function* settle(
  { db, lock }: Pick<SqlDatabase, "db" | "lock">,
  { touched, repeatedIn }: { touched: readonly string[]; repeatedIn: readonly string[] },
  request: DeliveryRequest,
): Script<Settled> {
  const { nowMs, investigates, manners } = request;
  const queued: string[] = [];
  const cancelled: string[] = [];
  const heldBack: NotInvestigated["reason"][] = [];
  const waiting: OpenIncident[] = [];
  let closed = 0;
  for (const id of touched) {
    // locks the incident before counting its alerts: the second of two concurrent deliveries sees the alerts of both
    const [before] = yield* execute<{ status: string; not_investigated: string | null }>(
      db
        .updateTable("incidents")
        .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
        .where("id", "=", id)
        .returning(["status", "not_investigated"]),
    );
    const states = yield* execute<{ status: string; severity: Severity; first: number; last: number | null }>(
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
    yield* execute(
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
      if (before?.status === "open") closed += 1;
      cancelled.push(...(yield* cancelQueued(db, id, "its incident was resolved before the analysis began", nowMs)));
    } else if (investigates) {
      const isBack = before?.status === "closed";
      if (yield* needsAnalysis(db, id, { sinceMs: isBack ? nowMs - manners.joinMs : null, nowMs }))
        waiting.push({ id, severity, knownWhy: before?.not_investigated });
    }
  }
  if (investigates) {
    const repeats = repeatedIn.filter((id) => !touched.includes(id));
    waiting.push(...(yield* openWithoutAnalysis(db, repeats, nowMs)));
  }
  // Deliveries of other groups count at the same time. Taken last: whoever holds this lock waits for no row.
  if (waiting.length > 0 && manners.dailyCap !== null) yield* lock("daily cap of investigations");
  for (const incident of waiting) {
    const started = yield* startAnalysis(db, incident, request);
    if (started.analysisId !== null) queued.push(started.analysisId);
    if (started.heldBack !== null) heldBack.push(started.heldBack);
  }
  return { queued, cancelled, closed, heldBack };
}
