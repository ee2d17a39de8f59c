import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOf, type AlertFiring, firingKey } from "../../src/triage/firing.ts";
import { groupAlerts } from "../../src/triage/group-alerts.ts";
import { linker } from "../../src/triage/link.ts";
import { type LiveIncident, placeAlert } from "../../src/triage/place-alert.ts";
import { alert, graph, MINUTE } from "./alerts.ts";

const linkOf = linker(graph);

/** What a service would hold after these deliveries, and what each came to. */
function deliver(told: readonly AlertFiring[]) {
  let incidents: LiveIncident[] = [];
  const changes = told.map((one, n) => {
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
/** Who is together with whom, and how each stands; not what the incidents are called. */
const outcome = (told: readonly AlertFiring[]): string[] =>
  deliver(told)
    .incidents.map(({ alerts }) => JSON.stringify(alerts.map((one) => Object.entries(one).toSorted())))
    .toSorted();

describe("one telling", () => {
  const store = alert("store", 0, { name: "PoolFull", summary: "pool is full" });

  it("opens an incident, joins it on the topology, and closes it with its last alert", () => {
    const orders = alert("orders", 1, { name: "Errors", summary: "5xx" });
    const { incidents, changes } = deliver([store, orders, resolved(store, 5), resolved(orders, 6)]);
    expect(changes.map(({ change, why }) => [change, why])).toEqual([
      ["opens", expect.stringContaining("PoolFull")],
      ["joins", "orders is 1 hop from store, 60 s later"],
      ["updates", "PoolFull on store is resolved"],
      ["closes", "Errors on orders was the last that fired"],
    ]);
    expect(incidents.map(({ alerts }) => endOf(alerts))).toEqual([6 * MINUTE]);
  });

  it("reopens what was over when the alert fires again soon, and opens another when it does much later", () => {
    const { changes } = deliver([
      store,
      resolved(store, 5),
      { ...store, startsAtMs: 10 * MINUTE },
      { ...store, startsAtMs: 200 * MINUTE },
    ]);
    expect(changes.map(({ change }) => change)).toEqual(["opens", "closes", "reopens", "opens"]);
  });

  it("knows an alert that was resolved before its firing came in, and is not opened again by it", () => {
    const { incidents, changes } = deliver([resolved(store, 5), store]);
    expect(changes.map(({ change }) => change)).toEqual(["opens", "none"]);
    expect(incidents.map(({ alerts }) => endOf(alerts))).toEqual([5 * MINUTE]);
  });

  it("makes one of two incidents that a late alert ties together, under the name of the older", () => {
    const [early, between, late] = [
      alert("orders", 0),
      alert("orders", 4, { fingerprint: "other" }),
      alert("orders", 8, { fingerprint: "third" }),
    ];
    const { incidents, changes } = deliver([early, late, between]);
    expect(changes[2]).toMatchObject({ change: "joins", incident: { id: "inc-0" }, absorbed: ["inc-1"] });
    expect(incidents).toHaveLength(1);
  });

  it("keeps to how senders group: together under one key wherever they are, apart under two however near", () => {
    const grouped = (entity: string, minute: number, groupKey: string): AlertFiring =>
      alert(entity, minute, { groupKey });
    expect(deliver([grouped("store", 0, "a"), grouped("archive", 30, "a")]).incidents).toHaveLength(1);
    expect(deliver([grouped("store", 0, "a"), grouped("orders", 0, "b")]).incidents).toHaveLength(2);
    expect(deliver([grouped("store", 0, "a"), grouped("archive", 61, "a")]).incidents).toHaveLength(2);
  });

  it("takes the worst severity that was told of an alert, whichever came last", () => {
    const [mild, grave] = [store, { ...store, severity: "critical" as const }];
    for (const told of [
      [mild, grave],
      [grave, mild],
    ])
      expect(deliver(told).incidents[0]?.alerts[0]?.severity).toBe("critical");
  });
});

describe("any deliveries", () => {
  const telling = fc
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
  const tellings = fc.array(telling, { maxLength: 25 });
  const runs = { seed: 11, numRuns: 300 };

  it("come to the same incidents in any order, and however often each is repeated", () => {
    const shuffled = tellings.chain((told) =>
      fc.tuple(fc.constant(told), fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([told, again]) => {
        expect(outcome(again)).toEqual(outcome(told));
      }),
      runs,
    );
  });

  it("change nothing when they come a second time", () => {
    fc.assert(
      fc.property(tellings, (told) => {
        const { incidents, changes } = deliver([...told, ...told]);
        expect(changes.slice(told.length).map(({ change }) => change)).toEqual(told.map(() => "none"));
        expect(incidents.flatMap(({ alerts }) => alerts.map(firingKey)).toSorted()).toEqual(
          [...new Set(told.map(firingKey))].toSorted(),
        );
      }),
      runs,
    );
  });

  it("come to the groups that all of them together make", () => {
    fc.assert(
      fc.property(tellings, (told) => {
        const keysOf = (groups: readonly { alerts: readonly AlertFiring[] }[]): string[] =>
          groups.map(({ alerts }) => alerts.map(firingKey).join()).toSorted();
        expect(keysOf(deliver(told).incidents)).toEqual(keysOf(groupAlerts(told, linkOf)));
      }),
      runs,
    );
  });
});
