import { expect, it } from "vitest";
import { bestStep } from "../../src/stats/step.ts";

it("finds the place and the height of a step", () => {
  expect(bestStep([1, 1, 1, 5, 5, 5])).toEqual({ at: 3, height: 4 });
});

it("ignores a spike", () => {
  expect(bestStep([0, 0, 9, 0, 0, 0, 5, 5, 5, 5, 5, 5])?.at).toBe(6);
});

it("searches only the allowed positions", () => {
  expect(bestStep([0, 0, 5, 5, 9, 9], (index) => index >= 4)?.at).toBe(4);
});

it("finds no step in a falling or constant series, or in a single value", () => {
  expect(bestStep([5, 4, 3])).toBeNull();
  expect(bestStep([2, 2, 2])).toBeNull();
  expect(bestStep([7])).toBeNull();
});
