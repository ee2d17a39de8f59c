import { expect, it } from "vitest";
import { pairedBootstrap } from "../../src/stats/bootstrap.ts";

const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

it("keeps pairs together: a case that is hard for both does not widen the interval", () => {
  expect(pairedBootstrap([...times(20, [0, 0] as const), ...times(20, [1, 1] as const)], { seed: 1 })).toMatchObject({
    a: 0.5,
    b: 0.5,
    difference: 0,
    low: 0,
    high: 0,
    better: 0.5,
    n: 40,
  });
});

it("gives an interval around the difference, the same for the same seed", () => {
  const pairs = [...times(15, [0, 1] as const), ...times(5, [1, 0] as const), ...times(20, [1, 1] as const)];
  const first = pairedBootstrap(pairs, { seed: 7 });
  expect(first.difference).toBe(0.25);
  expect(first.low).toBeLessThan(0.25);
  expect(first.low).toBeGreaterThan(0);
  expect(first.high).toBeGreaterThan(0.25);
  expect(first.high).toBeLessThan(0.6);
  expect(pairedBootstrap(pairs, { seed: 7 })).toEqual(first);
  expect(pairedBootstrap(pairs, { seed: 8, resamples: 200 })).not.toEqual(first);
});

it("changes sign when the sides are swapped", () => {
  const pairs = [...times(3, [0, 1] as const), ...times(7, [1, 1] as const)];
  const back = pairedBootstrap(
    pairs.map(([a, b]) => [b, a] as const),
    { seed: 2 },
  );
  const there = pairedBootstrap(pairs, { seed: 2 });
  expect(back.difference).toBe(-there.difference);
  expect(back.high).toBeCloseTo(-there.low, 12);
});

it("refuses an empty comparison", () => {
  expect(() => pairedBootstrap([], { seed: 1 })).toThrow(RangeError);
});
