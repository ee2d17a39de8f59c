import { expect, it } from "vitest";
import type { Action } from "../../src/domain/action.ts";
import { isoTime } from "../../src/domain/time.ts";
import { checkApproval, type ApprovalInput } from "../../src/remediation/approval.ts";
import { sha256Of } from "../../src/remediation/script.ts";
import { anAction } from "../fakes.ts";

const action: Action = anAction({
  script: "echo orders\n",
  scriptSha256: sha256Of("echo orders\n"),
  expiresAtMs: 2_000,
});
const reportOf = (given: Action): ApprovalInput["report"] => ({
  analysis_id: given.analysisId,
  incident_id: given.incidentId,
  actions: [
    {
      id: given.id,
      title: given.title,
      runbook: given.runbook,
      step: given.step,
      target: given.target.id,
      target_kind: given.target.kind,
      risk: given.risk,
      reversible: given.reversible,
      blast_radius: given.blastRadius,
      script_sha256: given.scriptSha256,
      script: given.script,
      rollback: given.rollback,
      verify: given.verify,
      expires_at: isoTime(given.expiresAtMs),
      evidence_ids: given.evidenceIds,
    },
  ],
});
const check = (given: Partial<Action> = {}, input: Partial<ApprovalInput> = {}) =>
  checkApproval({
    action: { ...action, ...given },
    report: reportOf(action),
    proposed: action,
    nowMs: 1_000,
    ...input,
  });

it("accepts an action as reported", () => {
  expect(check()).toEqual({ ok: true });
  expect(check({}, { presentedSha256: action.scriptSha256.toUpperCase() })).toEqual({ ok: true });
});

it("refuses a script edited in the store", () => {
  expect(check({ script: "echo orders; rm -rf /\n" })).toMatchObject({ ok: false, reason: "script_changed" });
});

it("refuses a script edited together with its stored hash", () => {
  const script = "rm -rf /\n";
  expect(check({ script, scriptSha256: sha256Of(script) })).toMatchObject({ ok: false, reason: "report_differs" });
});

it("refuses script, hash and report edited together, by the proposal of the waiting analysis", () => {
  const edited = { ...action, script: "rm -rf /\n", scriptSha256: sha256Of("rm -rf /\n") };
  expect(check(edited, { report: reportOf(edited) })).toMatchObject({
    ok: false,
    reason: "proposal_differs",
    why: expect.stringContaining(action.scriptSha256),
  });
});

it("refuses a target or an expiry edited in store and report alike", () => {
  const moved = { ...action, target: { id: "payments", kind: "service" } };
  expect(check(moved, { report: reportOf(moved) })).toMatchObject({
    ok: false,
    reason: "target_changed",
    why: expect.stringContaining('proposed was service "orders"'),
  });
  const prolonged = { ...action, expiresAtMs: 8e15 };
  expect(check(prolonged, { report: reportOf(prolonged), nowMs: 3_000 })).toMatchObject({
    ok: false,
    reason: "expired",
  });
});

it("refuses another presented hash", () => {
  expect(check({}, { presentedSha256: "0".repeat(64) })).toMatchObject({ ok: false, reason: "presented_differs" });
});

it.each([
  { id: "payments", kind: "service" },
  { id: "orders", kind: "node" },
])("refuses the changed target %j", (target) => {
  expect(check({ target })).toMatchObject({
    ok: false,
    reason: "target_changed",
    why: expect.stringContaining('the report names service "orders"'),
  });
});

it("refuses an action that is not in the report, or of another analysis", () => {
  expect(check({ id: "A1-a9" })).toMatchObject({ ok: false, reason: "not_reported" });
  expect(check({ analysisId: "A2" })).toMatchObject({ ok: false, reason: "not_reported" });
});

it.each([
  [1_999, true],
  [2_000, false],
  [2_001, false],
  [Number.NaN, false],
])("at %d of 2000 ms the proposal is valid: %s", (nowMs, ok) => {
  expect(check({}, { nowMs }).ok).toBe(ok);
});

it("uses the reported expiry if the stored one was changed", () => {
  expect(check({ expiresAtMs: 9e15 }, { nowMs: 3_000 })).toMatchObject({ ok: false, reason: "expired" });
  expect(check({ expiresAtMs: Number.NaN })).toMatchObject({ ok: false, reason: "expired" });
});
