import { expect, it } from "vitest";
import { tokenBuckets } from "../../src/http/token-buckets.ts";

it("allows a burst, then the rate per second", () => {
  const buckets = tokenBuckets({ perSecond: 2, burst: 3 });
  expect([0, 0, 0].map((ms) => buckets.take("a", ms))).toEqual([0, 0, 0]);
  expect(buckets.take("a", 0)).toBe(500);
  expect(buckets.take("a", 499)).toBeCloseTo(1);
  expect(buckets.take("a", 500)).toBe(0);
  expect(buckets.take("a", 500)).toBe(500);
});

it("separates callers, and takes no token to report the wait", () => {
  const buckets = tokenBuckets({ perSecond: 1, burst: 1 });
  buckets.take("a", 0);
  expect([buckets.wait("a", 0), buckets.wait("b", 0), buckets.wait("b", 0)]).toEqual([1_000, 0, 0]);
});

it("ignores a clock that goes backwards", () => {
  const buckets = tokenBuckets({ perSecond: 1, burst: 1 });
  buckets.take("a", 10_000);
  expect(buckets.take("a", 5_000)).toBe(1_000);
});

it("forgets the caller idle longest, so that a million addresses do not fill memory", () => {
  const buckets = tokenBuckets({ perSecond: 0.001, burst: 1 });
  for (let caller = 0; caller <= 10_000; caller += 1) buckets.take(String(caller), 0);
  expect(buckets.wait("0", 0)).toBe(0);
  expect(buckets.wait("1", 0)).toBeGreaterThan(0);
});
