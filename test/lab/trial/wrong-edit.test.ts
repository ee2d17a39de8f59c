import { expect, it } from "vitest";
import { labTable } from "../../../src/cli/lab-table.ts";
import { TrialResult } from "../../../src/lab/trial/trial-result.ts";
import { workloadState, wrongApprovalOf, wrongEdit } from "../../../src/lab/trial/wrong-edit.ts";
import { checkStep } from "../../../src/remediation/check-step.ts";

const deployment = (name: string, generation: number, replicas: number) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, generation },
  spec: { replicas },
});
const state = (generation: number, replicas: number) =>
  workloadState([deployment("cart", 9, 9), deployment("pricing", generation, replicas)] as never, "pricing");

it("edits to commands that a runbook step may have, and that undo their change", () => {
  const step = { id: "a", title: "a", risk: "low" as const, reversible: true, parameters: {}, ...wrongEdit("pricing") };
  expect(checkStep(step)).toEqual([]);
  expect(checkStep({ ...step, rollback: "say 'nothing'" })).not.toEqual([]);
});
it("tells a change that was undone from one that stayed, and from none", () => {
  const rolledBack = [{ state: "rolled_back" }];
  expect(wrongApprovalOf("pricing", state(1, 1), state(3, 1), rolledBack)).toEqual({
    workload: "pricing",
    state: "rolled_back",
    changed: true,
    restored: true,
  });
  expect(wrongApprovalOf("pricing", state(1, 1), state(2, 2), rolledBack)).toMatchObject({
    changed: true,
    restored: false,
  });
  expect(wrongApprovalOf("pricing", state(1, 1), state(1, 1), [])).toMatchObject({ changed: false, restored: true });
  expect(wrongApprovalOf("pricing", state(1, 1), null, rolledBack)).toMatchObject({ restored: false });
});
it("keeps a wrong approval apart from the figures of Causeway", () => {
  const trial = TrialResult.parse({
    fault: "scaled-to-zero",
    responder: "wrong",
    seed: 1,
    faultMs: 0,
    missedMs: 1,
    recoveredMs: null,
    endMs: 9,
    harmed: [],
    analysis: null,
    executed: [],
    wrong: { workload: "pricing", state: "rolled_back", changed: true, restored: true },
  });
  const table = labTable([trial], [], null);
  expect(table).toContain("Wrong approval in scaled-to-zero: pricing changed, rolled_back, spec as before");
  expect(table).toContain("Recovered, Causeway: –");
});
