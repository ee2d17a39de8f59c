import type { Kysely } from "kysely";
import { Severity } from "../../domain/alert-event.ts";
import { AcceptedDelivery } from "../../domain/service.ts";
import type {
  DeliveryContext,
  DeliveryOutcome,
  DeliveryPlan,
  DeliveryRequest,
  ServiceStore,
} from "../../domain/service-store.ts";
import { alertsNear, incidentsHolding, writeAlerts } from "./alerts.ts";
import { findAnswer, recordAnswer } from "./idempotency.ts";
import { latestOfGroup, openedRow } from "./incidents.ts";
import { cancelQueued, checkQueueCapacity, needsAnalysis, queueAnalysis } from "./queue.ts";
import { execute, type Script } from "./script.ts";
import { contentKey } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

const NOTHING: DeliveryPlan = { alerts: [], opens: [], absorbed: [], duplicates: 0 };

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
      const { alerts, opens, absorbed, duplicates } =
        delivery.alerts.length === 0 ? NOTHING : plan(yield* readContext(db, { scope, groupKey }, request));
      if (opens.length > 0) yield* checkQueueCapacity(db, maxQueued);
      yield* openIncidents(db, opens, groupKey, nowMs);
      yield* writeAlerts(db, scope, alerts, nowMs);
      for (const { from, into } of absorbed) yield* absorb(db, from, into, nowMs);
      const touched = [...new Set(alerts.map(({ incidentId }) => incidentId))].toSorted();
      const { queued, cancelled, closed } = yield* settle(db, touched, request);
      for (const { from } of absorbed)
        cancelled.push(...(yield* cancelQueued(db, from, "its incident was merged into another", nowMs)));
      const repeatedFor = duplicates > 0 ? yield* incidentsHolding(db, scope, delivery.alerts) : [];
      const incidentIds = [...new Set([...touched, ...repeatedFor])].toSorted();
      const answer: AcceptedDelivery = { incidentIds, accepted: alerts.length, duplicates, repeated: false };
      yield* recordAnswer(db, { scope: answerScope, key: deliveryId, request: deliveryId, answer, nowMs });
      return { answer, queued, cancelled, opened: opens.length, closed };
    }),
});

const repeated = (before: unknown): DeliveryOutcome => ({
  answer: { ...AcceptedDelivery.parse(before), repeated: true },
  queued: [],
  cancelled: [],
  opened: 0,
  closed: 0,
});

/** A sender that groups decides by itself what belongs together: only its latest incident matters then. */
function* readContext(
  db: Kysely<Tables>,
  { scope, groupKey }: { scope: string; groupKey: string | null },
  { delivery: { alerts }, reachMs }: DeliveryRequest,
): Script<DeliveryContext> {
  if (groupKey === null) return { alerts: yield* alertsNear(db, { scope, alerts, reachMs }), incidents: [] };
  const stored = yield* alertsNear(db, { scope, alerts, reachMs: null });
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
    const row = openedRow(incident, { origin: "alerts", severity: null, groupKey, nowMs });
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

/**
 * Updates incidents from their alerts. An incident is open while one of its alerts is not resolved, and then has an
 * analysis queued unless it has one. Otherwise it is closed, and its waiting analyses are cancelled.
 */
function* settle(
  db: Kysely<Tables>,
  incidentIds: readonly string[],
  { nowMs, newAnalysisId }: DeliveryRequest,
): Script<{ queued: string[]; cancelled: string[]; closed: number }> {
  const queued: string[] = [];
  const cancelled: string[] = [];
  let closed = 0;
  for (const id of incidentIds) {
    // locks the incident before counting its alerts: the second of two concurrent deliveries sees the alerts of both
    const [before] = yield* execute<{ status: string }>(
      db
        .updateTable("incidents")
        .set(({ eb }) => ({ revision: eb("revision", "+", 1) }))
        .where("id", "=", id)
        .returning("status"),
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
    } else if (yield* needsAnalysis(db, id)) {
      const analysisId = newAnalysisId();
      yield* queueAnalysis(db, { analysisId, incidentId: id, requestedBy: "alerts", nowMs });
      queued.push(analysisId);
    }
  }
  return { queued, cancelled, closed };
}
