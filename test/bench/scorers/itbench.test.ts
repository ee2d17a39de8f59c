import { describe, expect, it } from "vitest";
import { type ItBenchTruth, scoreItBench } from "../../../src/bench/scorers/itbench.ts";

/** flags → cart → checkout → frontend; cart is also known as its pod. */
const TRUTH: ItBenchTruth = {
  entities: [
    { names: ["shop/ConfigMap/flags"], isRootCause: true },
    { names: ["shop/Deployment/cart", "shop/Pod/cart-7f9c6d5b4d-x2x4z"], isRootCause: false },
    { names: ["shop/Service/checkout"], isRootCause: false },
    { names: ["shop/Service/frontend"], isRootCause: false },
  ],
  edges: [
    [0, 1],
    [1, 2],
    [2, 3],
  ],
};
const answer = (roots: string[], edges: [string, string][] = []) => ({
  entities: [
    ...roots.map((name) => ({ name, contributing_factor: true })),
    { name: "shop/Service/frontend", contributing_factor: false },
  ],
  propagations: edges.map(([source, target]) => ({ source, target })),
});
const score = (roots: string[], edges?: [string, string][]) => scoreItBench(answer(roots, edges), TRUTH);

describe("root causes", () => {
  it.each<[string, string[], number, number, number]>([
    ["the full name", ["shop/ConfigMap/flags"], 1, 1, 1],
    ["a plain name in another case", ["Flags"], 1, 1, 1],
    ["another kind of object", ["shop/Secret/flags"], 0, 0, 0],
    ["another namespace", ["test/ConfigMap/flags"], 0, 0, 0],
    ["the cause twice, under two names", ["shop/ConfigMap/flags", "flags"], 1, 1, 1],
    ["the cause and one other", ["cart", "flags"], 1 / 2, 1, 1 / 2],
    ["a name that is no entity", ["nothing"], 0, 0, 0],
    ["nobody", [], 0, 0, 0],
  ])("by %s", (_, roots, precision, recall, allOrPrecision) => {
    expect(score(roots)).toMatchObject({ rootCause: { precision, recall }, allOrPrecision });
  });
  it("count only in the first k places", () => {
    expect(score(["cart", "checkout", "flags"]).recallAt).toEqual([0, 0, 1, 1, 1]);
  });
  it("must all be found where there are two", () => {
    const two = { ...TRUTH, entities: TRUTH.entities.map((one, at) => ({ ...one, isRootCause: at < 2 })) };
    expect(scoreItBench(answer(["flags"]), two)).toMatchObject({
      rootCause: { precision: 1, recall: 1 / 2 },
      allOrPrecision: 0,
      recallAt: [1 / 2, 1 / 2, 1 / 2, 1 / 2, 1 / 2],
    });
  });
});

describe("propagation", () => {
  it.each<[string, [string, string][], number, number]>([
    [
      "the whole chain",
      [
        ["flags", "cart"],
        ["cart", "checkout"],
        ["checkout", "frontend"],
      ],
      1,
      1,
    ],
    ["a pod of the same entity", [["flags", "shop/Pod/cart-7f9c6d5b4d-abcde"]], 1, 1 / 3],
    [
      "an edge twice",
      [
        ["flags", "cart"],
        ["shop/ConfigMap/flags", "cart"],
      ],
      1,
      1 / 3,
    ],
    ["an edge backwards", [["cart", "flags"]], 0, 0],
    [
      "an edge that skips one",
      [
        ["flags", "cart"],
        ["cart", "frontend"],
      ],
      1 / 2,
      1 / 3,
    ],
    ["nothing", [], 0, 0],
  ])("by %s", (_, edges, precision, recall) => {
    expect(score(["flags"], edges).propagation).toMatchObject({ precision, recall });
  });
});

describe("proximity", () => {
  it.each<[string, string[], number, number]>([
    ["the cause", ["flags"], 1, 1],
    ["one hop away", ["cart"], 1 / 2, 1 / 2],
    ["three hops away", ["frontend"], 1 / 4, 1 / 4],
    ["the cause and one two hops away", ["flags", "checkout"], (1 + 1 / 3) / 2, 1],
    ["a name that is no entity", ["nothing"], 0, 0],
    ["nobody", [], 0, 0],
  ])("of %s", (_, roots, precision, recall) => {
    const { proximity } = score(roots);
    expect([proximity.precision, proximity.recall]).toEqual([
      expect.closeTo(precision, 12),
      expect.closeTo(recall, 12),
    ]);
  });
});
