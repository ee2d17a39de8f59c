import { expect, it } from "vitest";
import { changeVerdict } from "../../../src/changes/before-after/change-verdict.ts";
import { compareSides } from "../../../src/changes/before-after/compare-sides.ts";
import { seededRandom } from "../../../src/stats/seeded-random.ts";
import { drawn, type ImpactWorld } from "../../bench-impact/worlds.ts";

const verdictOf = (world: Omit<ImpactWorld, "name">, seed = 1) => {
  const { change, system } = drawn({ name: "", ...world }, seededRandom(seed));
  return changeVerdict(change, system);
};

it("calls a change worse if latency rose beyond untouched services, and says by how much", () => {
  const { outcome, effects, why } = verdictOf({ effect: 0.3 });
  expect(outcome).toBe("worse");
  const latency = effects.find(({ metric }) => metric === "http_latency_p95_seconds");
  expect(latency).toMatchObject({ outcome: "worse", control: "untouched_services", controls: 4, relative: true });
  expect(latency?.low).toBeLessThanOrEqual(0.3);
  expect(latency?.high).toBeGreaterThanOrEqual(0.3);
  expect(why).toBe("2 of 5 metrics beyond untouched services");
});

it("calls a fall of latency better, since the direction counts", () => {
  expect(verdictOf({ effect: -0.3 }).outcome).toBe("better");
});

it("does not blame a change for what every service felt", () => {
  expect(verdictOf({ common: 0.5 }).outcome).toBe("no_difference_shown");
});

it("compares with the same hours before where no peer is untouched", () => {
  const { outcome, effects } = verdictOf({ effect: 0.5, peers: 0, days: 3 });
  expect(outcome).toBe("worse");
  expect(effects[0]).toMatchObject({ control: "same_hours_before", controls: 3 });
});

it("cannot tell without peers and days before, and gives the reason", () => {
  const { outcome, why } = verdictOf({ effect: 0.5, peers: 0 });
  expect(outcome).toBe("cannot_tell");
  expect(why).toContain("no untouched peer reports it");
});

it("refuses a comparison whose two sides drifted apart before the change", () => {
  const { effects, not_compared: left } = verdictOf({ drift: 0.6 });
  expect(effects).toEqual([]);
  expect(left.every(({ why }) => /in parallel|too few independent samples/.test(why))).toBe(true);
  expect(left).toHaveLength(5);
});

it("takes a service that depends on the changed one, or that changed too, for no control", () => {
  const { change, system } = drawn({ name: "", effect: 0.3 }, seededRandom(1));
  const feeling = changeVerdict(change, { ...system, feelsIt: () => true });
  const touched = ["peer-0", "peer-1", "peer-2"].map((entity) => ({ ...change, entity, id: `of-${entity}` }));
  expect(feeling.outcome).toBe("cannot_tell");
  expect(changeVerdict(change, { ...system, changes: [change, ...touched] }).outcome).toBe("cannot_tell");
});

it("compares changed with unchanged instances of one service first", () => {
  const { change, system } = drawn({ name: "", effect: 0.3 }, seededRandom(2));
  // cart becomes cart-0, whose change the record names; two peers become its unchanged instances
  const names: Record<string, string> = { cart: "cart-0", "peer-0": "cart-1", "peer-1": "cart-2" };
  const series = system.series.map((one) => ({ ...one, entity: names[one.entity] ?? one.entity }));
  const rollout = { ...change, summary: "restarted cart-0" };
  const verdict = changeVerdict(rollout, {
    ...system,
    changes: [rollout],
    series,
    instances: new Set(Object.values(names)),
    ownerOf: (entity) => (entity.startsWith("cart") ? "cart" : entity),
  });
  expect(verdict.outcome).toBe("worse");
  expect(verdict.effects[0]).toMatchObject({ control: "unchanged_instances", controls: 2 });
});

it("needs enough independent samples on both sides", () => {
  expect(compareSides([1, 2, 3, 4], [1, 2, 3, 4], 1)).toBeNull();
  const rising = Array.from({ length: 20 }, (_, at) => at);
  expect(compareSides(rising, rising, 1)).toBeNull();
});
