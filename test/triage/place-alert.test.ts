import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOf, type AlertFiring, firingKey } from "../../src/triage/firing.ts";
import { groupAlerts } from "../../src/triage/group-alerts.ts";
import { linker } from "../../src/triage/link.ts";
import { type LiveIncident, placeAlert } from "../../src/triage/place-alert.ts";
import { alert, graph, MINUTE } from "./alerts.ts";

const linkOf = linker(graph);

/** The stored state after these deliveries, and the result of each. */
function deliver(updates: readonly AlertFiring[]) {
  let incidents: LiveIncident[] = [];
  const changes = updates.map((one, n) => {
    const placed = placeAlert(incidents, one, linkOf, `inc-${n}`);
    incidents = [
      ...incidents.filter(({ id }) => id !== placed.incident.id && !placed.absorbed.includes(id)),
      placed.incident,
    ];
    return placed;
  });
  return { incidents, changes };
}
const resolved = (one: AlertFiring, minute: number): AlertFiring => ({
  ...one,
  status: "resolved",
  endsAtMs: minute * MINUTE,
});
/** Which alerts are together, with their status; without the incident ids. */
const outcome = (updates: readonly AlertFiring[]): string[] =>
  deliver(updates)
    .incidents.map(({ alerts }) => JSON.stringify(alerts.map((one) => Object.entries(one).toSorted())))
    .toSorted();

describe("one update", () => {
  const store = alert("store", 0, { name: "PoolFull", summary: "pool is full" });

  it("opens an incident, joins it on the topology, and closes it with its last alert", () => {
    const orders = alert("orders", 1, { name: "Errors", summary: "5xx" });
    const { incidents, changes } = deliver([store, orders, resolved(store, 5), resolved(orders, 6)]);
    expect(changes.map(({ change, why }) => [change, why])).toEqual([
      ["opens", expect.stringContaining("PoolFull")],
      ["joins", "orders is 1 hop from store, 60 s later"],
      ["updates", "PoolFull on store is resolved"],
      ["closes", "Errors on orders was the last firing alert"],
    ]);
    expect(incidents.map(({ alerts }) => endOf(alerts))).toEqual([6 * MINUTE]);
  });

  it("reopens the incident if the alert fires again soon, and opens another if much later", () => {
    const { changes } = deliver([
      store,
      resolved(store, 5),
      { ...store, startsAtMs: 10 * MINUTE },
      { ...store, startsAtMs: 200 * MINUTE },
    ]);
    expect(changes.map(({ change }) => change)).toEqual(["opens", "closes", "reopens", "opens"]);
  });

  it("is not opened by a firing that arrives after its resolution", () => {
    const { incidents, changes } = deliver([resolved(store, 5), store]);
    expect(changes.map(({ change }) => change)).toEqual(["opens", "none"]);
    expect(incidents.map(({ alerts }) => endOf(alerts))).toEqual([5 * MINUTE]);
  });

  it("merges two incidents that a late alert links, under the older id", () => {
    const [early, between, late] = [
      alert("orders", 0),
      alert("orders", 4, { fingerprint: "other" }),
      alert("orders", 8, { fingerprint: "third" }),
    ];
    const { incidents, changes } = deliver([early, late, between]);
    expect(changes[2]).toMatchObject({ change: "joins", incident: { id: "inc-0" }, absorbed: ["inc-1"] });
    expect(incidents).toHaveLength(1);
  });

  it("follows the sender's grouping: together under one key however distant, apart under two however close", () => {
    const grouped = (entity: string, minute: number, groupKey: string): AlertFiring =>
      alert(entity, minute, { groupKey });
    expect(deliver([grouped("store", 0, "a"), grouped("archive", 30, "a")]).incidents).toHaveLength(1);
    expect(deliver([grouped("store", 0, "a"), grouped("orders", 0, "b")]).incidents).toHaveLength(2);
    expect(deliver([grouped("store", 0, "a"), grouped("archive", 61, "a")]).incidents).toHaveLength(2);
  });

  it("keeps the worst severity of an alert, in any order", () => {
    const [mild, grave] = [store, { ...store, severity: "critical" as const }];
    for (const updates of [
      [mild, grave],
      [grave, mild],
    ])
      expect(deliver(updates).incidents[0]?.alerts[0]?.severity).toBe("critical");
  });
});

describe("any deliveries", () => {
  const update = fc
    .record({
      entity: fc.constantFrom("web", "orders", "store", "archive", "x", "orders-0", "node-1"),
      name: fc.constantFrom("Latency", "Errors"),
      minute: fc.integer({ min: 0, max: 150 }),
      status: fc.constantFrom<AlertFiring["status"]>("firing", "firing", "resolved", "acknowledged"),
      lasts: fc.integer({ min: 1, max: 20 }),
      groupKey: fc.constantFrom(null, null, "g1", "g2"),
    })
    .map(({ entity, name, minute, status, lasts, groupKey }) => {
      const one = alert(entity, minute, {
        name,
        summary: `${name} of ${entity}`,
        status,
        endsAtMs: status === "resolved" ? (minute + lasts) * MINUTE : null,
      });
      // an alert's group follows from its labels, as its fingerprint does
      return {
        ...one,
        groupKeys: groupKey === null || entity === "x" ? [] : [`${groupKey}/${name}/${entity.length}`],
        fingerprint: `${one.fingerprint}/${groupKey}`,
      };
    });
  const updates = fc.array(update, { maxLength: 25 });
  const runs = { seed: 11, numRuns: 300 };

  it("give the same incidents in any order and with any repetition", () => {
    const shuffled = updates.chain((updates) =>
      fc.tuple(fc.constant(updates), fc.shuffledSubarray([...updates, ...updates], { minLength: updates.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([updates, again]) => {
        expect(outcome(again)).toEqual(outcome(updates));
      }),
      runs,
    );
  });

  it("change nothing when repeated", () => {
    fc.assert(
      fc.property(updates, (updates) => {
        const { incidents, changes } = deliver([...updates, ...updates]);
        expect(changes.slice(updates.length).map(({ change }) => change)).toEqual(updates.map(() => "none"));
        expect(incidents.flatMap(({ alerts }) => alerts.map(firingKey)).toSorted()).toEqual(
          [...new Set(updates.map(firingKey))].toSorted(),
        );
      }),
      runs,
    );
  });

  it("give the groups that all of them together make", () => {
    fc.assert(
      fc.property(updates, (updates) => {
        const keysOf = (groups: readonly { alerts: readonly AlertFiring[] }[]): string[] =>
          groups.map(({ alerts }) => alerts.map(firingKey).join()).toSorted();
        expect(keysOf(deliver(updates).incidents)).toEqual(keysOf(groupAlerts(updates, linkOf)));
      }),
      runs,
    );
  });
});
