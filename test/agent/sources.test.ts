import { expect, it } from "vitest";
import { anyAnswered, downgrade, unreadCount } from "../../src/agent/sources.ts";
import type { NotChecked } from "../../src/agent/state.ts";
import type { Ranking } from "../../src/domain/hypothesis.ts";

const quiet: Ranking = {
  verdict: "no_incident",
  why: "nothing abnormal",
  onsetMs: null,
  hypotheses: [],
  nextEvidence: [],
};
const gap = (source: string, kind: NotChecked["kind"]): NotChecked => ({ source, kind, why: "…" });

it("lets quiet stand when some sources were never recorded", () => {
  expect(downgrade(quiet, [gap("traces", "absent"), gap("alerts", "absent")])).toBe(quiet);
});
it("lets quiet stand when lines of a file could not be read, and says so beside it", () => {
  expect(downgrade(quiet, [gap("logs", "partial")])).toEqual({
    ...quiet,
    why: "nothing abnormal; read only in part: logs",
  });
});
it("takes quiet back when a file breaks off: the incident may lie in what is missing", () => {
  expect(downgrade(quiet, [gap("logs", "cut"), gap("traces", "partial")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringMatching(/not everything could be looked at: logs$/),
    nextEvidence: [expect.stringContaining("get the logs whole")],
  });
});
it("takes quiet back when a source could not be asked, and says whom to ask again", () => {
  expect(downgrade(quiet, [gap("metrics", "failed")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("metrics"),
    nextEvidence: ["ask again for the metrics, which could not be read"],
  });
});
it("takes quiet back when there was nothing to look at", () => {
  const all = ["logs", "metrics", "traces", "alerts", "cluster"].map((source) => gap(source, "absent"));
  expect(downgrade(quiet, all)).toMatchObject({ verdict: "inconclusive", why: "no telemetry was there to look at" });
});
it("takes quiet back when a source held nothing of this time, though somebody could be asked", () => {
  expect(downgrade(quiet, [gap("traces", "empty")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("traces"),
    nextEvidence: [expect.stringContaining("traces of this time")],
  });
  expect(anyAnswered(["logs", "metrics", "traces", "alerts", "cluster"].map((source) => gap(source, "empty")))).toBe(
    true,
  );
});
it("takes quiet back when there was nothing to compare with", () => {
  expect(downgrade(quiet, [gap("metrics", "incomparable"), gap("traces", "incomparable")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("metrics"),
    nextEvidence: [
      expect.stringContaining("metrics of a quiet time"),
      expect.stringContaining("traces of a quiet time"),
    ],
  });
  expect(
    downgrade(quiet, [gap("metrics", "cut"), gap("metrics", "incomparable"), gap("traces", "absent")]).why,
  ).toMatch(/: metrics$/);
  expect(downgrade(quiet, [gap("metrics", "incomparable"), gap("traces", "absent")]).verdict).toBe("inconclusive");
  expect(unreadCount([gap("metrics", "incomparable"), gap("logs", "partial")])).toBe(1);
});
it("lets quiet stand when one source had nothing to compare with and another, that shows what people feel, had", () => {
  expect(downgrade(quiet, [gap("metrics", "incomparable")])).toEqual({
    ...quiet,
    why: "nothing abnormal; compared with no quiet time: metrics",
  });
});
it("does not call quiet what is unusual where nothing was recorded that tells whether anybody feels it", () => {
  const hypothesis = { entity: { id: "a", kind: "service" } } as Ranking["hypotheses"][number];
  const noticed = { ...quiet, hypotheses: [hypothesis] };
  expect(downgrade(noticed, [gap("metrics", "absent"), gap("traces", "absent")])).toMatchObject({
    verdict: "inconclusive",
    why: expect.stringContaining("metrics or traces"),
    nextEvidence: [expect.stringContaining("do requests fail")],
  });
  expect(downgrade(noticed, [gap("metrics", "absent")])).toBe(noticed);
});
it("does not touch a root cause", () => {
  const ranking: Ranking = { ...quiet, verdict: "root_cause" };
  expect(downgrade(ranking, [gap("metrics", "failed")])).toBe(ranking);
});
