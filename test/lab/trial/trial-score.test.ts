import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { labTable } from "../../../src/cli/lab-table.ts";
import { readTrials, writeTrial } from "../../../src/lab/trial/trial-files.ts";
import type { TrialResult } from "../../../src/lab/trial/trial-result.ts";
import { scoreTrial, wilson } from "../../../src/lab/trial/trial-score.ts";

const trial = (few: Partial<TrialResult> = {}): TrialResult => ({
  fault: "scaled-to-zero",
  responder: "causeway",
  seed: 1,
  faultMs: 1_000,
  missedMs: 4_000,
  recoveredMs: 61_000,
  endMs: 100_000,
  harmed: [],
  later: [],
  executed: [],
  analysis: {
    alerts: [],
    openedMs: 20_000,
    finishedMs: 25_000,
    verdict: "root_cause",
    causes: [{ entity: "cart", category: "scaled_to_zero", confidence: 0.9 }],
    runbook: "scaled-to-zero",
    isDraft: false,
    actions: [
      {
        id: "an-1-a1",
        runbook: "scaled-to-zero",
        step: "start",
        target: "cart",
        risk: "low",
        reversible: true,
        hasRollback: true,
        hasVerification: true,
      },
    ],
  },
  ...few,
});

it("scores what was found, and the time until the recovery", () => {
  expect(scoreTrial(trial())).toMatchObject({ entityRight: true, causeRight: true, recovered: true, seconds: 60 });
  expect(scoreTrial(trial({ recoveredMs: null }))).toMatchObject({ recovered: false, seconds: null });
  expect(scoreTrial(trial({ missedMs: null }))).toMatchObject({ recovered: null });
});
it("judges no conclusion where nothing is broken", () => {
  expect(scoreTrial(trial({ fault: "none" }))).toMatchObject({ entityRight: null, causeRight: null });
});
it("keeps trials in files, and compares them in a table", () => {
  const folder = mkdtempSync(join(tmpdir(), "causeway-trials-"));
  writeTrial(folder, trial());
  writeTrial(folder, trial({ responder: "restart", recoveredMs: null, analysis: null }));
  const table = labTable(readTrials(folder), [], null);
  expect(table).toContain("| scaled-to-zero | tuning | yes | yes | yes | yes | – | yes | 60 | 0 | no | – |");
  expect(table).toContain("Recovered, Causeway: 1 of 1");
});
it("says where no trials are", () => {
  expect(() => readTrials("/nowhere")).toThrow("/nowhere holds no trials of the lab");
});
it("gives Wilson's interval", () => {
  expect(wilson(8, 10)).toEqual({ share: 0.8, low: expect.closeTo(0.49, 2), high: expect.closeTo(0.943, 2) });
});

it("counts a recovery only in time", () => {
  expect(scoreTrial(trial({ recoveredMs: 301_000 })).recovered).toBe(true);
  expect(scoreTrial(trial({ recoveredMs: 301_001 })).recovered).toBe(false);
});
