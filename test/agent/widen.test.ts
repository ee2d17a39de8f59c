import { expect, it } from "vitest";
import { union } from "../../src/telemetry/plan.ts";
import { canWiden, widened } from "../../src/agent/widen.ts";

const window = { startMs: 1000, endMs: 1200 };

it("begins earlier by the window's own length, and ends the baseline there", () => {
  expect(widened({ window, baseline: { startMs: 0, endMs: 1000 } })).toEqual({
    window: { startMs: 800, endMs: 1200 },
    baseline: { startMs: 0, endMs: 800 },
  });
});
it("leaves half of the quiet time to compare with", () => {
  expect(widened({ window: { startMs: 1000, endMs: 9000 }, baseline: { startMs: 0, endMs: 1000 } })).toEqual({
    window: { startMs: 500, endMs: 9000 },
    baseline: { startMs: 0, endMs: 500 },
  });
});
it("reaches into the unknown where no baseline was told", () => {
  expect(widened({ window, baseline: null })).toEqual({ window: { startMs: 800, endMs: 1200 }, baseline: null });
});
it("cannot widen without a window", () => {
  expect(canWiden({ window: null, baseline: null })).toBe(false);
});
it("fetches window and baseline in one piece, and all there is when neither is told", () => {
  expect(union(window, { startMs: 0, endMs: 1100 })).toEqual({ startMs: 0, endMs: 1200 });
  expect(union(null, window)).toEqual(window);
  expect(union(null, null)).toBeNull();
});
