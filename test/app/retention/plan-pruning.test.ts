import { expect, it } from "vitest";
import { planPruning } from "../../../src/app/retention/plan-pruning.ts";
import type { HeldAnalysis, RetentionLimits } from "../../../src/domain/retention.ts";

const DAY_MS = 24 * 3_600_000;
const NOW_MS = 1_000 * DAY_MS;
const none = { maxAgeMs: null, maxBytes: null };
const limits = (some: Partial<RetentionLimits> = {}): RetentionLimits => ({
  analyses: none,
  evidence: none,
  uploads: none,
  checkpoints: { maxAgeMs: null },
  memory: { maxAgeMs: null, maxDocuments: null },
  sessions: { maxAgeMs: null },
  ...some,
});
const analysis = (id: string, ageDays: number, more: Partial<HeldAnalysis> = {}): HeldAnalysis => ({
  id,
  incidentId: `inc-${id}`,
  endedAtMs: NOW_MS - ageDays * DAY_MS,
  isDone: true,
  isDecided: false,
  hasEvidence: true,
  ...more,
});
const held = (analyses: HeldAnalysis[], bytes = 10) => ({
  analyses,
  bytes: new Map(analyses.map(({ id }) => [id, { report: bytes, evidence: bytes }])),
  uploads: [] as { id: string; incidentId: string; atMs: number; bytes: number }[],
  threads: analyses.map(({ id }) => id),
});
const days = (count: number) => ({ maxAgeMs: count * DAY_MS, maxBytes: null });

it("keeps everything without limits", () => {
  const plan = planPruning(held([analysis("a", 900)]), limits(), NOW_MS);
  expect(plan).toEqual({ analyses: [], evidence: [], uploads: [], checkpoints: [] });
});

it("drops evidence before reports, each at its own age, and the checkpoints with them", () => {
  const all = held([analysis("a", 500), analysis("b", 100), analysis("c", 1)]);
  const plan = planPruning(all, limits({ analyses: days(400), evidence: days(90) }), NOW_MS);
  expect(plan).toEqual({ analyses: ["a"], evidence: ["b"], uploads: [], checkpoints: ["a", "b"] });
});

it("keeps the report of an analysis on which a person decided, whatever its age", () => {
  const all = held([analysis("a", 900, { isDecided: true }), analysis("b", 800)]);
  const plan = planPruning(all, limits({ analyses: days(400), evidence: days(90) }), NOW_MS);
  expect(plan.analyses).toEqual(["b"]);
  expect(plan.evidence).toEqual(["a"]);
});

it("drops the oldest until the rest fits into a size", () => {
  const all = held([analysis("a", 4), analysis("b", 3), analysis("c", 2), analysis("d", 1)]);
  const plan = planPruning(all, limits({ evidence: { maxAgeMs: null, maxBytes: 25 } }), NOW_MS);
  expect(plan.evidence).toEqual(["a", "b"]);
});

it("keeps an analysis whole for a week while it may be decided on or tried again", () => {
  const waits = analysis("a", 6, { isDone: false });
  const stale = analysis("b", 8, { isDone: false });
  const plan = planPruning(held([stale, waits]), limits({ analyses: days(1), evidence: days(1) }), NOW_MS);
  expect(plan).toEqual({ analyses: ["b"], evidence: [], uploads: [], checkpoints: ["b"] });
});

it("drops checkpoints of finished analyses only", () => {
  const all = held([analysis("a", 30), analysis("b", 30, { isDone: false })]);
  expect(planPruning(all, limits({ checkpoints: { maxAgeMs: DAY_MS } }), NOW_MS).checkpoints).toEqual(["a"]);
});

it("drops the evidence that quotes an upload together with the upload", () => {
  const all = held([analysis("a", 50), analysis("b", 50)]);
  const uploads = [{ id: "u", incidentId: "inc-a", atMs: NOW_MS - 50 * DAY_MS, bytes: 1 }];
  const plan = planPruning({ ...all, uploads }, limits({ uploads: days(30) }), NOW_MS);
  expect(plan).toEqual({ analyses: [], evidence: ["a"], uploads: ["u"], checkpoints: ["a"] });
});

it("keeps an upload that may wait for its analysis, even beyond the size", () => {
  const uploads = [{ id: "u", incidentId: "inc-x", atMs: NOW_MS - 1_000, bytes: 100 }];
  const plan = planPruning({ ...held([]), uploads }, limits({ uploads: { maxAgeMs: null, maxBytes: 1 } }), NOW_MS);
  expect(plan.uploads).toEqual([]);
});
