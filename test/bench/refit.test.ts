import { expect, it } from "vitest";
import { Oracle, type Prediction } from "../../src/bench/formats.ts";
import type { Labelled } from "../../src/bench/fit-calibration.ts";
import { changedCases, crossValidated, labelledCases, refit, fitsWithout, statedOf } from "../../src/bench/refit.ts";
import { reliabilityTable, thresholdFor } from "../../src/bench/reliability.ts";
import { fitCalibration } from "../../src/bench/fit-calibration.ts";
import { confidenceOf } from "../../src/rca/confidence.ts";

/** Right as often as the lead says; votes speak against. */
const cases: Labelled[] = ["one", "two"].flatMap((suite) =>
  Array.from({ length: 200 }, (_, n): Labelled => {
    const lead = (n % 10) / 10;
    return {
      suite,
      system: suite,
      unproven: false,
      id: `${suite}-${n}`,
      truth: `service-${n % 17}`,
      features: { lead, votes: (n * 7) % 10 < 5 ? 1 - lead : 0, unread: 2, accused: 0, earlier: 0 },
      hit: Number((n * 7919) % 100 < lead * 100),
      without: null,
    };
  }),
);

/** Some cases lack more sources, so that a case without a signal is not unlike the fitted ones. */
const varied = cases.map((one, n): Labelled => ({
  ...one,
  features: { ...one.features, unread: n % 25 === 0 ? 4 : 2 },
}));

it("learns that a lead raises the confidence, and never that votes lower it", () => {
  const fit = fitCalibration(cases);
  expect(fit.weights.lead).toBeGreaterThan(2);
  expect(fit.weights.votes).toBeGreaterThanOrEqual(0);
});

it("learns the discount from the same cases without one signal", () => {
  const less = (of: readonly Labelled[], rightOf: number): Labelled[] =>
    of.map((one, n) => ({
      ...one,
      without: "logs",
      features: { ...one.features, unread: one.features.unread + 1 },
      hit: Number(one.hit === 1 && n % 10 < rightOf),
    }));
  const discounted = (of: readonly Labelled[], rightOf: number) => fitCalibration([...of, ...less(of, rightOf)]);
  expect(fitCalibration(varied).weights.unread).toBe(0);
  const [little, much] = [discounted(varied, 9), discounted(varied, 5)];
  expect(little.weights.unread).toBeLessThan(0);
  expect(much.weights.unread).toBeLessThan(little.weights.unread);
  // The fit uses the cases as recorded. Removing signals from them does not change their confidence.
  const stated = (fit: typeof much) =>
    cases.map(({ features }) => confidenceOf(features, { ...fit, minConfidence: 0 }));
  const before = stated(fitCalibration(cases));
  expect(discounted(cases, 0).weights.unread).toBeLessThan(0);
  expect(Math.max(...stated(discounted(cases, 0)).map((p, at) => Math.abs(p - (before[at] ?? 0))))).toBeLessThan(1e-4);
});

it("lowers the confidence a little for a missing signal, even if it was right more often without", () => {
  const better = cases.map((one): Labelled => ({
    ...one,
    without: "logs",
    features: { ...one.features, unread: 3 },
    hit: 1,
  }));
  expect(fitCalibration([...cases, ...better]).weights.unread).toBe(-0.1);
});

it("discounts enough that no suite gains confidence by losing a signal, even if that were right", () => {
  const freed = varied.map((one): Labelled => ({
    ...one,
    without: "metrics",
    features: { ...one.features, lead: one.features.lead + 0.05, unread: one.features.unread + 1 },
    hit: 1,
  }));
  const fit = fitCalibration([...varied, ...freed]);
  const sure = (of: readonly Labelled[]) =>
    of.reduce((sum, { features }) => sum + confidenceOf(features, { ...fit, minConfidence: 0 }), 0);
  expect(fit.weights.unread).toBeLessThan(0);
  for (const suite of ["one", "two"])
    expect(sure(freed.filter((one) => one.suite === suite))).toBeLessThanOrEqual(
      sure(varied.filter((one) => one.suite === suite)),
    );
});

it("leaves out cases from which no signal was removed", () => {
  const [one, two] = cases as [Labelled, Labelled];
  const gone = { ...two, without: "logs", features: { ...two.features, unread: 3 } };
  expect(changedCases(cases, [{ ...one, without: "logs" }, gone])).toEqual([gone]);
});

it("reports the reliability as recorded and, separately, with one signal removed", () => {
  const gone = cases.map((one): Labelled => ({
    ...one,
    without: "logs",
    features: { ...one.features, unread: 3 },
    hit: 0,
  }));
  const { heldOutEntities, fittedOn } = refit([...cases, ...gone], 0.9);
  expect(heldOutEntities?.pooled).toEqual(refit(cases, 0.9).heldOutEntities?.pooled);
  expect(heldOutEntities).toHaveProperty(["one signal less"], expect.objectContaining({ n: 400, right: 0 }));
  expect(fittedOn[0]).toEqual({
    suite: "one",
    systems: ["one"],
    cases: 200,
    nothingWrong: 0,
    withoutASignal: 200,
  });
});

it("scores each case with a fit that saw none of its group", () => {
  const twisted = cases.map((one) => (one.suite === "two" ? { ...one, hit: 1 - one.hit } : one));
  const first = crossValidated(twisted, "system", 0.9)?.[9]?.confidence ?? Number.NaN;
  const ofTwo = fitCalibration(twisted.filter(({ suite }) => suite === "two"));
  expect(first).toBe(confidenceOf(twisted[9]?.features ?? null, { ...ofTwo, minConfidence: 0 }));
});

it("keeps all cases of an entity in one fold, across suites", () => {
  const flipped = (truth: string) => cases.map((one) => (one.truth === truth ? { ...one, hit: 1 - one.hit } : one));
  const [as, other] = [crossValidated(cases, "entity", 0.9), crossValidated(flipped("service-3"), "entity", 0.9)];
  const about = (stated: typeof as) =>
    cases.flatMap(({ truth }, at) => (truth === "service-3" ? [stated?.[at]?.confidence] : []));
  expect(about(other)).toEqual(about(as));
  expect(other?.map(({ confidence }) => confidence)).not.toEqual(as?.map(({ confidence }) => confidence));
});

it("cannot cross-validate a single group", () => {
  expect(
    crossValidated(
      cases.filter(({ suite }) => suite === "one"),
      "system",
      0.9,
    ),
  ).toBeNull();
  expect(
    refit(
      cases.filter(({ suite }) => suite === "one"),
      0.9,
    ).heldOutSystems,
  ).toBeNull();
});

it("chooses the lowest confidence that reaches the precision", () => {
  const stated = [
    { confidence: 0.3, hit: 0 },
    { confidence: 0.6, hit: 1 },
    { confidence: 0.7, hit: 0 },
    { confidence: 0.8, hit: 1 },
    { confidence: 0.9, hit: 1 },
  ].map((one) => ({ ...one, system: "one" }));
  expect(thresholdFor(stated, 0.75)).toBe(0.31);
  expect(thresholdFor(stated, 1)).toBe(0.71);
  expect(thresholdFor([{ confidence: 0.9, hit: 0, system: "one" }], 0.5)).toBe(1);
});

it("lets no large easy system lower the threshold for small ones", () => {
  const easy = Array.from({ length: 95 }, () => ({ confidence: 0.9, hit: 1, system: "large" }));
  const hard = [0, 0, 1, 1, 1].map((hit, n) => ({ confidence: 0.6 + n / 20, hit, system: "small" }));
  expect(thresholdFor(easy, 0.9)).toBe(0.01);
  expect(thresholdFor([...easy, ...hard], 0.9)).toBe(0.66);
});

it("reports for each tenth the stated confidence and the share that was right", () => {
  const table = reliabilityTable([
    { confidence: 0.95, hit: 1 },
    { confidence: 1, hit: 0 },
    { confidence: 0.05, hit: 0 },
  ]);
  expect(table).toHaveLength(10);
  expect(table[9]).toEqual({ from: 0.9, to: 1, n: 2, stated: 0.975, right: 0.5 });
  expect(table[5]).toMatchObject({ n: 0, stated: null, right: null });
});

it("fits on cases with a hypothesis; where nothing is wrong, only on those that may blame somebody", () => {
  const oracle = (id: string, faulty = true) => Oracle.parse({ id, faulty, entities: faulty ? [["stock"]] : [] });
  const found = (id: string): Prediction => ({
    id,
    verdict: "root_cause",
    ranking: [{ entity: "stock" }],
    standing: { lead: 1, votes: 0, unread: 3, accused: 0.7, earlier: 0.2 },
  });
  const silent: Prediction = { id: "c", verdict: "no_incident", ranking: [] };
  const cleared: Prediction = { ...found("e"), verdict: "no_incident" };
  const labelled = labelledCases(
    "s",
    [oracle("a"), oracle("b", false), oracle("c"), oracle("d"), oracle("e", false)],
    new Map([
      ["a", found("a")],
      ["b", found("b")],
      ["c", silent],
      ["e", cleared],
    ]),
  );
  expect(labelled).toEqual([
    expect.objectContaining({
      id: "a",
      system: "s",
      truth: "stock",
      features: { lead: 1, votes: 0, unread: 3, accused: 0.7, earlier: 0.2 },
      hit: 1,
    }),
    expect.objectContaining({ id: "b", truth: null, hit: 0 }),
  ]);
});

it("leaves out a whole system, whatever suites recorded it", () => {
  const shared = cases.map((one, n): Labelled => ({ ...one, suite: `suite ${n % 3}`, system: one.suite }));
  const fits = fitsWithout(shared, "system", 0.9);
  expect([...(fits?.keys() ?? [])]).toEqual(["one", "two"]);
  const flipped = shared.map((one) => (one.system === "one" ? { ...one, hit: 1 - one.hit } : one));
  const weightsWithout = (of: typeof fits, system: string) => {
    const { bias, weights, known, baseRate } = of?.get(system) ?? fitCalibration([]);
    return { bias, weights, known, baseRate };
  };
  const after = fitsWithout(flipped, "system", 0.9);
  expect(weightsWithout(after, "one")).toEqual(weightsWithout(fits, "one"));
  expect(weightsWithout(after, "two")).not.toEqual(weightsWithout(fits, "two"));
  const { heldOutSystems, withoutSystem } = refit(shared, 0.9);
  expect(Object.keys(heldOutSystems?.systems ?? {})).toEqual(["one", "two"]);
  expect(Object.keys(heldOutSystems?.suites ?? {})).toEqual(["suite 0", "suite 1", "suite 2"]);
  expect(withoutSystem).toEqual(Object.fromEntries(fits ?? []));
});

it("counts a case as answered only where something besides the confidence also proves it", () => {
  const fit = { ...fitCalibration(cases), minConfidence: 0.5 };
  const sure = cases.find(({ features }) => features.lead === 0.9) as Labelled;
  expect(statedOf(sure, fit)).toBeGreaterThan(0.5);
  expect(statedOf({ ...sure, unproven: true }, fit)).toBe(0.49);
  const none = refit(
    cases.map((one) => ({ ...one, unproven: true })),
    0.9,
  );
  expect(none.heldOutSystems?.pooled.coverage).toBe(0);
});

it("chooses the threshold for a left-out system on the other systems", () => {
  const named = (name: string, isRight: (one: Labelled) => boolean): Labelled[] =>
    cases.slice(0, 200).map((one) => ({ ...one, suite: name, system: name, hit: Number(isRight(one)) }));
  const usual = (one: Labelled): boolean => one.hit === 1;
  const three = (last: (one: Labelled) => boolean) => [...named("a", usual), ...named("b", usual), ...named("c", last)];
  const easy = fitsWithout(
    three(() => true),
    "system",
    0.8,
  );
  const hard = fitsWithout(
    three(() => false),
    "system",
    0.8,
  );
  expect(easy?.get("c")?.weights).toEqual(hard?.get("c")?.weights);
  expect(hard?.get("a")?.minConfidence).toBeGreaterThan(easy?.get("a")?.minConfidence ?? 1);
});
