import { describe, expect, it } from "vitest";
import { compareRollouts } from "../../src/agent/compare-rollouts.ts";
import { Change, type Series, type Topology } from "../../src/domain/telemetry.ts";

const MIN = 60_000;
const NOW = 30;
/** One sample a minute from `fromMin` to now: `usual`, and `now` in the last one. */
const series = (entity: string, metric: string, usual: number, now = usual, fromMin = 0): Series => {
  const timesMs = Array.from({ length: NOW - fromMin + 1 }, (_, n) => (fromMin + n) * MIN);
  return {
    entity,
    entityKind: "pod",
    metric,
    timesMs,
    values: timesMs.map((timeMs) => (timeMs === NOW * MIN ? now : usual + ((timeMs / MIN) % 3) / 100)),
  };
};
const step = (entity: string, atMin: number, summary: string | null = null): Change =>
  Change.parse({ timeUnixMs: atMin * MIN, entity, kind: "deploy", id: `${entity}-v2`, summary });
const pods = (service: string, ...ids: string[]) => ids.map((id) => ({ from: id, to: service, kind: "member_of" }));
const calls = (...pairs: [string, string][]) => pairs.map(([from, to]) => ({ from, to, kind: "calls" }));
const topology: Topology = {
  nodes: [],
  edges: [
    ...pods("web", "web-a"),
    ...pods("cart", "cart-a", "cart-b", "cart-new"),
    ...pods("price", "price-a", "price-new"),
    ...pods("mail", "mail-a", "mail-new"),
    ...calls(["web", "cart"], ["cart", "price"], ["web", "mail"]),
  ],
};
const impactsOf = (changes: Change[], all: Series[]) =>
  new Map(
    compareRollouts({ changes, series: all, topology, asOfMs: NOW * MIN }).map((impact) => [impact.entity, impact]),
  );
const good = (pod: string, metric: string, fromMin = 0) => series(pod, metric, 100, 100, fromMin);

it("counts against a rollout that new instances fail and old ones do not", () => {
  const impacts = impactsOf(
    [step("cart", 28), step("mail", 28)],
    [
      good("cart-a", "SuccessRate:web->cart"),
      good("cart-b", "SuccessRate:web->cart"),
      series("cart-new", "SuccessRate:web->cart", 100, 20, 29),
      good("mail-a", "SuccessRate:web->mail"),
      good("mail-new", "SuccessRate:web->mail", 29),
    ],
  );
  expect(impacts.get("cart")).toMatchObject({ best: { metric: "SuccessRate:web->cart", fresh: 20 } });
  expect(impacts.get("cart")?.evidence).toBeGreaterThan(2);
  expect(impacts.get("mail")?.evidence).toBe(0);
});

it("counts nothing against it when old instances fail as much: the difference in differences is zero", () => {
  const all = ["cart-a", "cart-b"].map((pod) => series(pod, "errors_total_rate", 1, 60));
  expect(
    impactsOf([step("cart", 28)], [...all, series("cart-new", "errors_total_rate", 1, 60, 29)]).get("cart")?.evidence,
  ).toBe(0);
});

it("ignores the latency of a cold start, but not its failures", () => {
  const cold = (metric: string, usual: number, now: number) =>
    impactsOf([step("cart", 29)], [series("cart-a", metric, usual), series("cart-new", metric, usual, now, 30)]).get(
      "cart",
    )?.evidence;
  expect(cold("Latency:web->cart", 2, 90)).toBe(0);
  expect(cold("SuccessRate:web->cart", 100, 10)).toBeGreaterThan(0);
});

it("blames the callee's rollout for calls that fail on an unchanged caller", () => {
  const impacts = impactsOf(
    [step("price", 28), step("mail", 28)],
    [series("cart-a", "SuccessRate:cart->price", 100, 40), series("web-a", "SuccessRate:web->mail", 100)],
  );
  expect(impacts.get("price")?.evidence).toBeGreaterThan(0);
  expect(impacts.get("mail")?.evidence).toBe(0);
});

it("looks at the dependencies of a failing service that was not changed", () => {
  const impacts = impactsOf(
    [step("price", 28), step("mail", 28)],
    [series("cart-a", "SuccessRate:web->cart", 100, 40), good("web-a", "SuccessRate:web->mail")],
  );
  expect(impacts.get("price")?.evidence).toBeGreaterThan(0);
  expect(impacts.get("mail")?.evidence).toBe(0);
});

it("blames the new instances if all of their callees seem to fail", () => {
  const all = ["SuccessRate:cart->price", "SuccessRate:cart->mail"].flatMap((metric) => [
    good("cart-a", metric),
    series("cart-new", metric, 100, 50, 29),
  ]);
  const impacts = impactsOf([step("cart", 28), step("price", 28)], all);
  expect(impacts.get("cart")?.evidence).toBeGreaterThan(impacts.get("price")?.evidence ?? 0);
});

describe("new instances", () => {
  const failing = (changes: Change[], pod: string) =>
    impactsOf(changes, [
      good("cart-a", "success_rate"),
      good("cart-b", "success_rate"),
      series(pod, "success_rate", 100, 20, pod === "cart-new" ? 29 : 0),
    ]).get("cart");

  it("are those that began to report after the rollout step", () => {
    expect(failing([step("cart", 28)], "cart-new")?.newReports).toBeGreaterThan(0);
  });

  it("are those that the change record names, whatever text surrounds the names", () => {
    expect(failing([step("cart", 28, "swapped cart-b; 1 of 3")], "cart-b")?.evidence).toBeGreaterThan(0);
  });

  it("are empty if the changed service has no named instances", () => {
    expect(
      impactsOf([step("ledger", 28)], [{ ...series("ledger", "success_rate", 100, 20), entityKind: "service" }]).size,
    ).toBe(0);
  });
});

it("suspects a rollout less for every minute that its new instances did well, and one that has not started yet", () => {
  const timing = (atMin: number, reports: boolean) =>
    impactsOf(
      [step("cart", atMin, "cart-new")],
      [good("cart-a", "success_rate"), ...(reports ? [good("cart-new", "success_rate", atMin + 1)] : [])],
    ).get("cart")?.timing ?? Number.NaN;
  expect(timing(20, true)).toBeLessThan(timing(28, true));
  expect(timing(NOW, false)).toBeLessThan(timing(28, false));
});

it("returns nothing if nothing was measured", () => {
  expect(impactsOf([step("cart", 28, "cart-new")], []).size).toBe(0);
  expect(impactsOf([], [good("cart-a", "success_rate")]).size).toBe(0);
});

it("ignores a rollout that was done long ago", () => {
  const failing = [good("cart-a", "success_rate"), series("cart-new", "success_rate", 100, 20, 29)];
  expect(compareRollouts({ changes: [step("cart", 28)], series: failing, topology, asOfMs: 90 * MIN })).toEqual([]);
});
