import { expect, it } from "vitest";
import { union } from "../../src/telemetry/plan.ts";
import { canWiden, widened } from "../../src/agent/widen.ts";

const window = { startMs: 1000, endMs: 1200 };

it("starts earlier by the length of the window, and ends the baseline there", () => {
  expect(widened({ window, baseline: { startMs: 0, endMs: 1000 } })).toEqual({
    window: { startMs: 800, endMs: 1200 },
    baseline: { startMs: 0, endMs: 800 },
  });
});
it("leaves half of the baseline to compare with", () => {
  expect(widened({ window: { startMs: 1000, endMs: 9000 }, baseline: { startMs: 0, endMs: 1000 } })).toEqual({
    window: { startMs: 500, endMs: 9000 },
    baseline: { startMs: 0, endMs: 500 },
  });
});
it("widens without limit when there is no baseline", () => {
  expect(widened({ window, baseline: null })).toEqual({ window: { startMs: 800, endMs: 1200 }, baseline: null });
});
it("does not widen without a window", () => {
  expect(canWiden({ window: null, baseline: null })).toBe(false);
});
it("joins window and baseline to one range, and has none without both", () => {
  expect(union(window, { startMs: 0, endMs: 1100 })).toEqual({ startMs: 0, endMs: 1200 });
  expect(union(null, window)).toEqual(window);
  expect(union(null, null)).toBeNull();
});
