import fc from "fast-check";
import { expect, it } from "vitest";
import { wilson } from "../../src/stats/wilson.ts";

it("gives Wilson's interval of the textbook: 10 of 20 lies in [0.299, 0.701]", () => {
  expect(wilson(0.5, 20)).toEqual({ low: expect.closeTo(0.2993, 4), high: expect.closeTo(0.7007, 4) });
  expect(wilson(0, 0)).toBeNull();
});
it("keeps every interval within [0, 1] and around the proportion", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }), (n, k) => {
      const p = Math.min(k, n) / n;
      const { low, high } = wilson(p, n) ?? { low: 1, high: 0 };
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(p + 1e-12);
      expect(high).toBeGreaterThanOrEqual(p - 1e-12);
    }),
  );
});
