import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Severity } from "../../src/domain/alert-event.ts";
import { dependencyGraph } from "../../src/topology/graph.ts";
import { burnRateOf, severityOf } from "../../src/triage/severity.ts";
import { type AlertFiring, firingKey } from "../../src/triage/firing.ts";
import { groupAlerts } from "../../src/triage/group-alerts.ts";
import { linker } from "../../src/triage/link.ts";
import { type Ownership, routeTo } from "../../src/triage/route.ts";
import { suppressAlerts } from "../../src/triage/suppress.ts";
import { alert, graph, MINUTE } from "./alerts.ts";

const linkOf = linker(graph);
const entities = (alerts: AlertFiring[]) =>
  groupAlerts(alerts, linkOf).map((group) => group.alerts.map(({ entity }) => entity));

describe("grouping", () => {
  it("joins alerts that are close in time and on the topology, and says why", () => {
    const [group] = groupAlerts(
      [
        alert("store", 0, { name: "PoolFull", summary: "pool is full" }),
        alert("orders", 1, { name: "Errors", summary: "5xx" }),
      ],
      linkOf,
    );
    expect(group?.alerts).toHaveLength(2);
    expect(group?.why).toEqual(["orders is 1 hop from store, 60 s later"]);
  });

  it("keeps alerts apart that are distant on the topology with different texts, or distant in time", () => {
    expect(
      entities([
        alert("store", 0, { summary: "pool is full", name: "PoolFull" }),
        alert("archive", 1, { summary: "backup late", name: "Backup" }),
      ]),
    ).toEqual([["store"], ["archive"]]);
    expect(entities([alert("store", 0), alert("orders", 40)])).toEqual([["store"], ["orders"]]);
  });

  it("joins alerts with similar texts, wherever they are", () => {
    expect(
      entities([
        alert("a", 0, { summary: "certificate of api expired" }),
        alert("b", 2, { summary: "certificate of api expired" }),
      ]),
    ).toEqual([["a", "b"]]);
  });

  it("joins alerts on one entity without a topology", () => {
    const unmapped = linker(dependencyGraph({ nodes: [], edges: [] }));
    const groups = groupAlerts(
      [
        alert("store", 0),
        alert("store", 1, { name: "Errors", summary: "5xx" }),
        alert("orders", 1, { name: "Errors", summary: "timeouts" }),
      ],
      unmapped,
    );
    expect(groups.map(({ alerts }) => alerts.length)).toEqual([2, 1]);
  });

  it("counts a repeated alert once", () => {
    const [group] = groupAlerts(
      [alert("store", 0), { ...alert("store", 0), status: "resolved", endsAtMs: MINUTE }],
      linkOf,
    );
    expect(group?.alerts).toMatchObject([{ status: "resolved", endsAtMs: MINUTE }]);
  });

  it("puts every alert into exactly one group, in any order of delivery", () => {
    const drawn = fc.array(
      fc.record({
        entity: fc.constantFrom("web", "orders", "store", "archive", "x"),
        minute: fc.integer({ min: 0, max: 90 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(drawn, (records) => {
        const alerts = records.map(({ entity, minute }, n) => alert(entity, minute, { fingerprint: `f${n}` }));
        const groups = groupAlerts(alerts, linkOf);
        expect(groups.flatMap((group) => group.alerts.map(firingKey)).toSorted()).toEqual(
          alerts.map(firingKey).toSorted(),
        );
        expect(groupAlerts(alerts.toReversed(), linkOf)).toEqual(groups);
      }),
      { seed: 5 },
    );
  });

  it("puts two alerts together exactly if a chain of links connects them", () => {
    const drawn = fc.array(
      fc.record({
        entity: fc.constantFrom("web", "orders", "store", "x"),
        minute: fc.integer({ min: 0, max: 150 }),
        key: fc.constantFrom(null, "g", "h"),
      }),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(drawn, (records) => {
        const alerts = records.map(({ entity, minute, key }, n) =>
          alert(entity, minute, { groupKey: key, fingerprint: `${entity}/${n % 4}/${key}` }),
        );
        const distinct = [...new Map(alerts.map((one) => [firingKey(one), one])).values()];
        const label = new Map(distinct.map((one, n) => [one, n]));
        for (let round = 0; round < distinct.length; round++)
          for (const a of distinct)
            for (const b of distinct)
              if (linkOf(a, b) !== null) label.set(a, Math.min(label.get(a) ?? 0, label.get(b) ?? 0));
        const chained = [...Map.groupBy(distinct, (one) => label.get(one)).values()]
          .map((members) => members.map(firingKey).toSorted().join())
          .toSorted();
        expect(
          groupAlerts(alerts, linkOf)
            .map((group) => group.alerts.map(firingKey).toSorted().join())
            .toSorted(),
        ).toEqual(chained);
      }),
      { seed: 6, numRuns: 200 },
    );
  });
});

describe("suppression", () => {
  const decide = (alerts: AlertFiring[]) =>
    suppressAlerts(alerts, graph).map(({ suppressed, why }) => [suppressed, why]);

  it("suppresses alerts of pods if their node has an alert, and names it", () => {
    const [node, pod] = [alert("node-1", 0, { name: "NotReady" }), alert("orders-0", 1)];
    expect(suppressAlerts([node, pod], graph)).toMatchObject([
      { suppressed: false, parent: null },
      { suppressed: true, parent: node.fingerprint, why: "orders-0 runs on node-1, where NotReady fires" },
    ]);
  });

  it("suppresses an instance's alert if its service has the same alert, and only the same", () => {
    expect(
      decide([alert("orders", 0), alert("orders-0", 0), alert("orders-0", 0, { name: "Restarting" })]).map(
        ([suppressed]) => suppressed,
      ),
    ).toEqual([false, true, false]);
  });

  it("suppresses a flapping alert and counts its changes, but not one that flapped long ago", () => {
    const over = (minute: number): AlertFiring =>
      alert("web", minute, { status: "resolved", endsAtMs: (minute + 1) * MINUTE });
    expect(decide([over(1), over(3), alert("web", 5)])).toEqual([
      [true, "it changed its state 4 times within an hour"],
    ]);
    expect(decide([over(1), over(3), alert("web", 90)])[0]?.[0]).toBe(false);
    expect(decide([alert("web", 5)])).toEqual([[false, expect.any(String)]]);
  });

  it("does not let a resolved parent hide its children", () => {
    expect(decide([alert("node-1", 0, { status: "resolved" }), alert("orders-0", 1)])[1]?.[0]).toBe(false);
  });
});

describe("severity", () => {
  const of = (burnRate: number | null, alertSeverities: Severity[] = ["warning"]) =>
    severityOf({ alertSeverities, affected: ["store"], burnRate, graph, entry: "web" });

  it.each([
    [null, "warning"],
    [0.5, "warning"],
    [7, "high"],
    [20, "critical"],
  ])("at a burn rate of %s is %s", (burn, severity) => {
    expect(of(burn).severity).toBe(severity);
  });

  it("is never below the severity of an alert", () => {
    expect(of(7, ["low", "critical", "info"])).toMatchObject({
      severity: "critical",
      why: "the worst alert is critical",
    });
  });

  it("rises with a wide blast radius, and names it", () => {
    const wide = dependencyGraph({
      nodes: [],
      edges: ["a", "b", "c", "d", "web"].map((from) => ({ from, to: "store", kind: "calls" })),
    });
    expect(
      severityOf({ alertSeverities: ["warning"], affected: ["store"], burnRate: null, graph: wide, entry: "web" }),
    ).toEqual({
      severity: "high",
      why: "6 entities are in the blast radius, including the entry web",
      blastRadius: ["a", "b", "c", "d", "store", "web"],
    });
  });

  it.each([
    [{ burn_rate: "7.5" }, 7.5],
    [{ long: "1h", short: "5m" }, 14.4],
    [{ long_window: "3d" }, 1],
    [{ long: "soon" }, null],
    [{ burn_rate: "-1" }, null],
    [{}, null],
  ])("reads the burn rate of %j as %s", (labels, rate) => {
    expect(burnRateOf([{ labels: {} }, { labels }])).toBe(rate);
  });
});

describe("routing", () => {
  const route = (entity: string, ownership: Ownership, labels = {}) => routeTo({ entity, labels }, ownership, graph);

  it("calls the owner by the first matching pattern", () => {
    expect(
      route("orders-0", [
        { pattern: "ord*", team: "checkout" },
        { pattern: "*", team: "platform" },
      ]),
    ).toEqual({ team: "checkout", why: "checkout owns orders" });
  });

  it("prefers the team in the alert's labels", () => {
    expect(route("orders", [{ pattern: "*", team: "platform" }], { owner: "ada", team: " payments " })).toEqual({
      team: "payments",
      why: 'the alert on orders names it in its label "team"',
    });
  });

  it("calls the nearest caller's owner if the entity has none, and says so", () => {
    expect(
      route("store", [
        { pattern: "web", team: "frontend" },
        { pattern: "orders", team: "checkout" },
      ]).team,
    ).toBe("checkout");
    expect(route("archive", [{ pattern: "web", team: "frontend" }])).toEqual({
      team: null,
      why: "archive and its callers have no owner; set owners in config.yaml",
    });
  });

  it.each([
    ["a*c", "abc", true],
    ["a*c", "ac", true],
    ["a*c", "ab", false],
    ["*b*", "abc", true],
    ["ab", "abc", false],
    ["a*a", "a", false],
  ])("matches %s with %s: %s", (pattern, entity, fits) => {
    expect(route(entity, [{ pattern, team: "t" }]).team).toBe(fits ? "t" : null);
  });
});
