import { expect, it } from "vitest";
import { anyAnswered, downgrade, unreadCount } from "../../src/agent/sources.ts";
import type { CoverageGap, CoverageSource } from "../../src/agent/state.ts";
import type { Ranking } from "../../src/domain/hypothesis.ts";

const quiet: Ranking = {
  verdict: "no_incident",
  why: "Nothing abnormal.",
  onsetMs: null,
  hypotheses: [],
  nextEvidence: [],
};
const gap = (source: CoverageSource, kind: CoverageGap["kind"]): CoverageGap => ({ source, kind, why: "…" });

it("keeps no incident if some sources were never recorded", () => {
  expect(downgrade(quiet, [gap("traces", "absent"), gap("alerts", "absent")])).toBe(quiet);
});
it("keeps no incident if lines of a file could not be read, and says so", () => {
  expect(downgrade(quiet, [gap("logs", "partial")])).toEqual({
    ...quiet,
    why: "Nothing abnormal. Read only in part: logs.",
  });
});
it("downgrades if a file breaks off: the incident may be in the missing part", () => {
  expect(downgrade(quiet, [gap("logs", "cut"), gap("traces", "partial")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringMatching(/could not be checked completely: logs\.$/),
    nextEvidence: [expect.stringContaining("Get the complete logs")],
  });
});
it("downgrades if a source could not be read, and says which to read again", () => {
  expect(downgrade(quiet, [gap("metrics", "failed")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("metrics"),
    nextEvidence: ["Read the metrics again: the last attempt failed."],
  });
});
it("downgrades without any telemetry", () => {
  const all = (["logs", "metrics", "traces", "alerts", "cluster"] as const).map((source) => gap(source, "absent"));
  expect(downgrade(quiet, all)).toMatchObject({ verdict: "inconclusive", why: "There was no telemetry to check." });
});
it("downgrades if a source is empty for the time of the incident", () => {
  expect(downgrade(quiet, [gap("traces", "empty")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("traces"),
    nextEvidence: [expect.stringContaining("traces of the incident")],
  });
  expect(
    anyAnswered((["logs", "metrics", "traces", "alerts", "cluster"] as const).map((source) => gap(source, "empty"))),
  ).toBe(true);
});
it("downgrades without a baseline", () => {
  expect(downgrade(quiet, [gap("metrics", "incomparable"), gap("traces", "incomparable")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("metrics"),
    nextEvidence: [expect.stringContaining("metrics of a baseline"), expect.stringContaining("traces of a baseline")],
  });
  expect(
    downgrade(quiet, [gap("metrics", "cut"), gap("metrics", "incomparable"), gap("traces", "absent")]).why,
  ).toMatch(/: metrics\.$/);
  expect(downgrade(quiet, [gap("metrics", "incomparable"), gap("traces", "absent")]).verdict).toBe("inconclusive");
  expect(unreadCount([gap("metrics", "incomparable"), gap("logs", "partial")])).toBe(1);
});
it("keeps no incident if one source has no baseline but another user-facing source has", () => {
  expect(downgrade(quiet, [gap("metrics", "incomparable")])).toEqual({
    ...quiet,
    why: "Nothing abnormal. No baseline: metrics.",
  });
});
it("downgrades weak findings without a source that shows whether users are affected", () => {
  const hypothesis = { entity: { id: "a", kind: "service" } } as Ranking["hypotheses"][number];
  const noticed = { ...quiet, hypotheses: [hypothesis] };
  expect(downgrade(noticed, [gap("metrics", "absent"), gap("traces", "absent")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("metrics or traces"),
    nextEvidence: [expect.stringContaining("do requests fail")],
  });
  expect(downgrade(noticed, [gap("metrics", "absent")])).toBe(noticed);
});
it("keeps a root cause", () => {
  const ranking: Ranking = { ...quiet, verdict: "root_cause" };
  expect(downgrade(ranking, [gap("metrics", "failed")])).toBe(ranking);
});
