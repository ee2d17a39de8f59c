import { expect, it } from "vitest";
import type { AlertDelivery, AlertEvent } from "../../src/domain/alert-event.ts";
import type { DeliveryContext, DeliveryPlan } from "../../src/domain/service-store.ts";
import { dependencyGraph } from "../../src/topology/graph.ts";
import { linker } from "../../src/triage/link.ts";
import { planDelivery } from "../../src/triage/plan-delivery.ts";

const MINUTE = 60_000;
const NOTHING: DeliveryContext = { alerts: [], incidents: [] };

const event = (given: Partial<AlertEvent> = {}): AlertEvent => ({
  fingerprint: "f1",
  status: "firing",
  severity: "warning",
  entity: "orders",
  name: "HighLatency",
  summary: "orders is slow",
  startsAtMs: 100 * MINUTE,
  endsAtMs: null,
  labels: {},
  ...given,
});
const resolved = (given: Partial<AlertEvent> = {}): AlertEvent =>
  event({ status: "resolved", endsAtMs: 110 * MINUTE, ...given });
const group = (alerts: AlertEvent[], groupKey: string | null = "alertmanager:g"): AlertDelivery => ({
  source: "alertmanager",
  groupKey,
  alerts,
  truncatedAlerts: 0,
});

/** Plans one delivery after the other, each against what the ones before left. */
function planned(...deliveries: AlertDelivery[]): {
  plans: DeliveryPlan[];
  held: Map<string, { incidentId: string; status: string }>;
} {
  let ids = 0;
  const linkOf = linker(dependencyGraph({ nodes: [], edges: [] }));
  const alerts = new Map<string, DeliveryContext["alerts"][number]>();
  const plans = deliveries.map((delivery) => {
    const incidentIds = [...new Set([...alerts.values()].map(({ incidentId }) => incidentId))];
    const incidents = incidentIds.map((id) => {
      const own = [...alerts.values()].filter(({ incidentId }) => incidentId === id).map((alert) => alert.event);
      const isOpen = own.some(({ status }) => status !== "resolved");
      return {
        id,
        status: isOpen ? ("open" as const) : ("closed" as const),
        closedAtMs: isOpen ? null : Math.max(...own.map(({ endsAtMs }) => endsAtMs ?? 0)),
      };
    });
    const plan = planDelivery(
      delivery,
      { alerts: [...alerts.values()], incidents: delivery.groupKey === null ? [] : incidents.toReversed() },
      { linkOf, newId: () => `i${(ids += 1)}` },
    );
    for (const alert of plan.alerts) alerts.set(`${alert.event.startsAtMs} ${alert.event.fingerprint}`, alert);
    for (const { from, into } of plan.absorbed)
      for (const [key, alert] of alerts) if (alert.incidentId === from) alerts.set(key, { ...alert, incidentId: into });
    return plan;
  });
  return {
    plans,
    held: new Map(
      [...alerts].map(([key, alert]) => [key, { incidentId: alert.incidentId, status: alert.event.status }]),
    ),
  };
}

it("makes one incident of a sender's group, including later alerts", () => {
  const { plans } = planned(
    group([event()]),
    group([event(), event({ fingerprint: "f2", entity: "cart", startsAtMs: 200 * MINUTE })]),
  );
  expect(plans.map(({ opens }) => opens.length)).toEqual([1, 0]);
  expect(plans[1]?.alerts).toMatchObject([{ incidentId: plans[0]?.opens[0]?.id, event: { fingerprint: "f2" } }]);
  expect(plans[1]?.duplicates).toBe(1);
});

it("changes nothing for repeated, late or reordered updates", () => {
  const firing = group([event()]);
  const over = group([resolved()]);
  expect(planned(firing, over, firing).held).toEqual(planned(firing, over).held);
  expect([...planned(over, firing).held.values()]).toEqual([expect.objectContaining({ status: "resolved" })]);
  expect(planned(over, firing).plans[1]).toMatchObject({ alerts: [], opens: [], duplicates: 1 });
});

it("takes a firing with another start for the known one, within its duration", () => {
  expect(planned(group([event()]), group([event({ startsAtMs: 105 * MINUTE })])).plans[1]).toMatchObject({
    alerts: [],
    duplicates: 1,
  });
  expect(
    planned(group([event()]), group([resolved()]), group([event({ startsAtMs: 105 * MINUTE })])).plans[2],
  ).toMatchObject({ alerts: [], duplicates: 1 });
});

it("ends the earlier firing if the sender gives no start with the end", () => {
  const { held } = planned(group([event()]), group([resolved({ startsAtMs: 110 * MINUTE })]));
  expect([...held.values()].map(({ status }) => status)).toEqual(["resolved"]);
});

it("takes a group that fires again soon for the same incident, and much later for a new one", () => {
  const soon = planned(group([event()]), group([resolved()]), group([event({ startsAtMs: 130 * MINUTE })]));
  expect(soon.plans[2]?.opens).toEqual([]);
  const later = planned(group([event()]), group([resolved()]), group([event({ startsAtMs: 300 * MINUTE })]));
  expect(later.plans[2]?.opens).toHaveLength(1);
});

it("does not lower a severity", () => {
  const { plans } = planned(group([event({ severity: "critical" })]), group([event({ severity: "info" })]));
  expect(plans[1]).toMatchObject({ alerts: [], duplicates: 1 });
});

it("groups ungrouped alerts by their texts, and merges two incidents", () => {
  const a = event({ fingerprint: "a", entity: "orders", name: "Slow", summary: "requests take long" });
  const b = event({
    fingerprint: "b",
    entity: "cart",
    name: "Disk",
    summary: "volume nearly full",
    startsAtMs: 101 * MINUTE,
  });
  const { plans, held } = planned(
    group([a], null),
    group([b], null),
    group([event({ ...a, fingerprint: "c", entity: "cart", startsAtMs: 102 * MINUTE })], null),
  );
  expect(plans.map(({ opens }) => opens.length)).toEqual([1, 1, 0]);
  expect(plans[2]?.absorbed).toEqual([{ from: "i2", into: "i1" }]);
  expect(new Set([...held.values()].map(({ incidentId }) => incidentId))).toEqual(new Set(["i1"]));
});

it("refuses too many alerts without a group key", () => {
  const many = Array.from({ length: 501 }, (_, i) => event({ fingerprint: `f${i}` }));
  expect(() => planDelivery(group(many, null), NOTHING, { linkOf: () => null, newId: () => "i" })).toThrow(
    /without a group key/,
  );
});

it("takes ten thousand alerts of one group quickly", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => event({ fingerprint: `f${i}` }));
  const { plans } = planned(group(many));
  expect(plans[0]?.alerts).toHaveLength(10_000);
});
