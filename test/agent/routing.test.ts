import { expect, it } from "vitest";
import { afterReport, MAX_INVESTIGATIONS, MAX_WIDENINGS, settle } from "../../src/agent/routing.ts";
import type { CoverageGap, CoverageSource } from "../../src/agent/state.ts";
import type { FindingRef } from "../../src/domain/finding.ts";

const window = { startMs: 1000, endMs: 2000 };
const found = (signal: FindingRef["signal"]): FindingRef => ({
  id: "E1",
  key: "k",
  signal,
  kind: `${signal}.x`,
  entity: "a",
  strength: 1,
});
const quiet = {
  findings: [],
  widenings: 0,
  window,
  baseline: null,
  coverage: [],
  doubt: null,
  investigations: 0,
};
const failed = (source: CoverageSource): CoverageGap => ({ source, kind: "failed", why: "down" });

it("widens when nothing was found, and stops after the second time", () => {
  expect(settle(quiet)).toBe("widen-window");
  expect(settle({ ...quiet, widenings: MAX_WIDENINGS })).toBe("explain");
});
it("explains when something abnormal was found", () => {
  expect(settle({ ...quiet, findings: [found("log")] })).toBe("explain");
});
it("lets a model investigate when code is in doubt, once", () => {
  const doubtful = { ...quiet, findings: [found("log")], doubt: "close" as const };
  expect(settle(doubtful)).toBe("investigate");
  expect(settle({ ...doubtful, investigations: MAX_INVESTIGATIONS })).toBe("explain");
});
it("does not count a change alone as a symptom", () => {
  expect(settle({ ...quiet, findings: [found("change")] })).toBe("widen-window");
});
it("does not widen without a window, nor one that starts with the baseline", () => {
  expect(settle({ ...quiet, window: null })).toBe("explain");
  expect(settle({ ...quiet, baseline: { startMs: 1000, endMs: 2000 } })).toBe("explain");
});
it("does not widen when no source could answer", () => {
  expect(
    settle({ ...quiet, coverage: (["logs", "metrics", "traces", "alerts", "cluster"] as const).map(failed) }),
  ).toBe("explain");
  expect(settle({ ...quiet, coverage: (["logs", "metrics", "traces", "alerts"] as const).map(failed) })).toBe(
    "widen-window",
  );
});
it("waits for a person while an action is open", () => {
  expect(
    afterReport({
      openActions: [
        { id: "a1", scriptSha256: "0".repeat(64), target: { id: "orders", kind: "service" }, expiresAtMs: 0 },
      ],
    }),
  ).toBe("review");
  expect(afterReport({ openActions: [] })).toBe("remember");
});
