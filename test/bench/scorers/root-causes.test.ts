import { describe, expect, it } from "vitest";
import { allOrPrecision, precisionRecall } from "../../../src/bench/scorers/root-causes.ts";

const ONE = [["cart", "cart-db"]];
const TWO = [["cart", "cart-db"], ["mail"]];

describe("ITBench-AA's score", () => {
  it.each<[string, string[], string[][], number]>([
    ["the one cause", ["cart"], ONE, 1],
    ["another name of it", ["cart-db"], ONE, 1],
    ["both names of it, which are one answer", ["cart", "cart-db"], ONE, 1],
    ["the cause twice", ["cart", "cart"], ONE, 1],
    ["the cause and one innocent", ["mail", "cart"], ONE, 1 / 2],
    ["the cause and two innocents", ["cart", "a", "b"], ONE, 1 / 3],
    ["an innocent twice", ["cart", "a", "a"], ONE, 1 / 2],
    ["an innocent alone", ["a"], ONE, 0],
    ["nobody", [], ONE, 0],
    ["another case", ["Cart"], ONE, 0],
    ["both of two causes", ["mail", "cart"], TWO, 1],
    ["both of two causes and an innocent", ["mail", "a", "cart"], TWO, 2 / 3],
    ["one of two causes", ["cart"], TWO, 0],
    ["two names of one of two causes", ["cart", "cart-db"], TWO, 0],
    ["nobody where nothing is wrong", [], [], 1],
    ["somebody where nothing is wrong", ["a"], [], 0],
  ])("for %s", (_, named, roots, expected) => {
    expect(allOrPrecision(named, roots)).toBeCloseTo(expected, 12);
  });
});

it.each([
  [1, 1, 1, 1, 1, 1],
  [1, 2, 1, 1 / 2, 1, 2 / 3],
  [1, 1, 2, 1, 1 / 2, 2 / 3],
  [0, 3, 2, 0, 0, 0],
  [0, 0, 2, 0, 0, 0],
  [0, 2, 0, 0, 0, 0],
  [0, 0, 0, 1, 1, 1],
])(
  "of %d hits in %d answers for %d wanted, precision, recall and F1",
  (hits, answers, wanted, precision, recall, f1) => {
    const found = precisionRecall(hits, answers, wanted);
    expect([found.precision, found.recall, found.f1]).toEqual(
      [precision, recall, f1].map((one) => expect.closeTo(one, 12)),
    );
  },
);
