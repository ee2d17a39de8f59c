import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlertEvent } from "../../src/domain/alert-event.ts";
import { dependencyGraph } from "../../src/topology/graph.ts";
import { groupAlerts } from "../../src/triage/group-alerts.ts";
import { routeGroup } from "../../src/triage/route.ts";
import { severityOf } from "../../src/triage/severity.ts";
import { suppressAlerts } from "../../src/triage/suppress.ts";

const graph = dependencyGraph({
  nodes: [],
  edges: [
    ...[["web", "orders"], ["orders", "store"], ["web", "search"], ["search", "index"], ["batch", "archive"]].map(([from = "", to = ""]) => ({ from, to, kind: "calls" })),
    { from: "orders-0", to: "orders", kind: "member_of" }, { from: "orders-0", to: "node-1", kind: "runs_on" }, { from: "search-0", to: "node-1", kind: "runs_on" },
  ],
});
const MINUTE = 60_000;
const alert = (entity: string, minute: number, more: Partial<AlertEvent> = {}): AlertEvent => ({
  fingerprint: `${entity}/${more.name ?? "Latency"}`, status: "firing", severity: "warning", entity, name: "Latency", summary: `${entity} is slow`, startsAtMs: minute * MINUTE, endsAtMs: null,
  labels: {}, ...more,
});
const entities = (alerts: AlertEvent[]) => groupAlerts(alerts, graph).map((group) => group.alerts.map(({ entity }) => entity));

describe("grouping", () => {
  it("joins alerts that are near in time and on the topology, and says why", () => {
    const [group] = groupAlerts([alert("store", 0, { name: "PoolFull", summary: "pool is full" }), alert("orders", 1, { name: "Errors", summary: "5xx" })], graph);
    expect(group?.alerts).toHaveLength(2);
    expect(group?.why).toEqual(["orders is 1 hops from store, 60 s later"]);
  });

  it("keeps apart what is far on the topology and says other things, and what is far in time", () => {
    expect(entities([alert("store", 0, { summary: "pool is full", name: "PoolFull" }), alert("archive", 1, { summary: "backup late", name: "Backup" })])).toEqual([["store"], ["archive"]]);
    expect(entities([alert("store", 0), alert("orders", 40)])).toEqual([["store"], ["orders"]]);
  });

  it("joins what says the same, wherever it is", () => {
    expect(entities([alert("a", 0, { summary: "certificate of api expired" }), alert("b", 2, { summary: "certificate of api expired" })])).toEqual([["a", "b"]]);
  });

  it("cuts a chain of neighbours that would never end", () => {
    const chain = Array.from({ length: 20 }, (_, n) => alert(n % 2 ? "orders" : "store", n * 4, { fingerprint: `f${n}` }));
    const spans = groupAlerts(chain, graph).map(({ alerts }) => (alerts.at(-1)?.startsAtMs ?? 0) - (alerts[0]?.startsAtMs ?? 0));
    expect(spans.length).toBeGreaterThan(1);
    expect(Math.max(...spans)).toBeLessThanOrEqual(30 * MINUTE);
  });

  it("puts every alert into exactly one group, whatever the order of delivery", () => {
    const drawn = fc.array(fc.record({ entity: fc.constantFrom("web", "orders", "store", "archive", "x"), minute: fc.integer({ min: 0, max: 90 }) }), { maxLength: 20 });
    fc.assert(fc.property(drawn, (records) => {
      const alerts = records.map(({ entity, minute }, n) => alert(entity, minute, { fingerprint: `f${n}` }));
      const groups = groupAlerts(alerts, graph);
      expect(groups.flatMap((group) => group.alerts.map(({ fingerprint }) => fingerprint)).toSorted()).toEqual(alerts.map(({ fingerprint }) => fingerprint).toSorted());
      expect(groupAlerts(alerts.toReversed(), graph)).toEqual(groups);
    }), { seed: 5 });
  });
});

describe("suppression", () => {
  const decide = (alerts: AlertEvent[], history: AlertEvent[] = []) => suppressAlerts(alerts, history, graph).map(({ suppressed, why }) => [suppressed, why]);

  it("leaves a node's alert to speak for the pods on it", () => {
    expect(decide([alert("node-1", 0, { name: "NotReady" }), alert("orders-0", 1)])).toEqual([
      [false, expect.any(String)], [true, "orders-0 runs on node-1, where NotReady fires"],
    ]);
  });

  it("leaves a service's alert to speak for an instance that says the same, and only the same", () => {
    expect(decide([alert("orders", 0), alert("orders-0", 0), alert("orders-0", 0, { name: "Restarting" })]).map(([suppressed]) => suppressed)).toEqual([false, true, false]);
  });

  it("quiets what flaps, and says how often it changed", () => {
    const history = [1, 2, 3, 4].map((n) => alert("web", n, { status: n % 2 ? "firing" : "resolved", endsAtMs: n % 2 ? null : n * MINUTE }));
    expect(decide([alert("web", 5)], history)).toEqual([[true, "changed its state 4 times"]]);
    expect(decide([alert("web", 5)])).toEqual([[false, expect.any(String)]]);
  });

  it("does not let a resolved parent hide its children", () => {
    expect(decide([alert("node-1", 0, { status: "resolved" }), alert("orders-0", 1)])[1]?.[0]).toBe(false);
  });
});

describe("severity", () => {
  const of = (burnRate: number | null, alerts = [alert("store", 0)]) => severityOf({ alerts, burnRate, graph, entry: "web" });

  it.each([[null, "warning"], [0.5, "warning"], [7, "high"], [20, "critical"]])("is, at a burn of %s, %s", (burn, severity) => {
    expect(of(burn).severity).toBe(severity);
  });

  it("is never below what an alert says", () => {
    expect(of(7, [alert("store", 0, { severity: "critical" })]).severity).toBe("critical");
  });

  it("rises where many depend on what is ill", () => {
    const wide = dependencyGraph({ nodes: [], edges: ["a", "b", "c", "d", "web"].map((from) => ({ from, to: "store", kind: "calls" })) });
    expect(severityOf({ alerts: [alert("store", 0)], burnRate: null, graph: wide, entry: "web" })).toMatchObject({ severity: "high", why: expect.stringContaining("6 entities") });
  });
});

describe("routing", () => {
  const route = (entity: string, ownership: Parameters<typeof routeGroup>[1]) => routeGroup({ alerts: [alert(entity, 0)], why: [] }, ownership, graph);

  it("calls the owner, by the first pattern that fits", () => {
    expect(route("orders-0", [{ pattern: "ord*", team: "checkout" }, { pattern: "*", team: "platform" }])).toEqual({ team: "checkout", why: "checkout owns orders" });
  });

  it("calls the nearest caller's owner where nobody owns what is ill, and says so", () => {
    expect(route("store", [{ pattern: "web", team: "frontend" }, { pattern: "orders", team: "checkout" }]).team).toBe("checkout");
    expect(route("archive", [{ pattern: "web", team: "frontend" }])).toEqual({ team: null, why: "nobody owns archive, nor anything that calls it" });
  });

  it.each([["a*c", "abc", true], ["a*c", "ac", true], ["a*c", "ab", false], ["*b*", "abc", true], ["ab", "abc", false], ["a*a", "a", false]])("fits %s to %s: %s", (pattern, entity, fits) => {
    expect(route(entity, [{ pattern, team: "t" }]).team).toBe(fits ? "t" : null);
  });
});
