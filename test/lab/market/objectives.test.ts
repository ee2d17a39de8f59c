import { expect, it } from "vitest";
import type { Operation, CustomerOutcome } from "../../../src/lab/market/market-load.ts";
import { healthAt, missedAt, missedFrom, OBJECTIVE, recoveredAt } from "../../../src/lab/market/objectives.ts";

const START_MS = 1_000_000;
/** One use each half second from `fromS` to `toS`. */
const uses = (operation: Operation, fromS: number, toS: number, isGood: boolean): CustomerOutcome[] =>
  Array.from({ length: 2 * (toS - fromS) }, (_, i) => ({
    operation,
    atMs: START_MS + 1000 * fromS + 500 * i,
    durationMs: 10,
    isGood,
  }));
const at = (seconds: number): number => START_MS + 1000 * seconds;

it("misses an objective when too many uses of the window fail", () => {
  const outcomes = [
    ...uses("browse", 0, 30, true),
    ...uses("checkout", 0, 20, true),
    ...uses("checkout", 20, 30, false),
  ];
  expect(missedAt(outcomes, at(19))).toEqual([]);
  expect(missedAt(outcomes, at(29))).toEqual(["checkout"]);
  expect(missedFrom(outcomes, at(15), at(30))).toBe(at(21));
});
it("does not judge an operation with too few uses", () => {
  const [browse] = healthAt(uses("browse", 0, 1, false), at(1));
  expect(browse).toEqual({ operation: "browse", uses: 2, goodShare: null, isMet: true });
});
it("says when all objectives are met for good", () => {
  const outcomes = [...uses("cart", 0, 30, false), ...uses("cart", 30, 80, true)];
  const recovered = recoveredAt(outcomes, at(0), at(80));
  expect(recovered).toBeGreaterThan(at(30));
  expect(recovered).toBeLessThanOrEqual(at(30) + OBJECTIVE.windowMs);
});
it("does not take a short calm, or silence, for a recovery", () => {
  expect(recoveredAt([...uses("cart", 0, 30, false), ...uses("cart", 30, 40, true)], at(0), at(40))).toBe(null);
  expect(recoveredAt(uses("cart", 0, 10, true), at(0), at(60))).toBe(null);
});
