import { expect, it } from "vitest";
import type { Approver } from "../../src/domain/approver.ts";
import { ada, bob, MINUTE_MS, POLICY, refused, waiting } from "./waiting-action.ts";

it("exports after two different people approved, from any surface and after a restart", async () => {
  const { action, report, approve, open, lastLine } = await waiting();
  expect(action.requirement?.mode).toBe("two_approvers");
  expect(report.actions[0]?.requirement?.sentence).toMatch(
    /needs two different approvers with the role sre \(rule "two"/,
  );
  expect(await approve(ada)).toEqual({ missing: 1, exported: false });
  const later = await open();
  expect(await approve({ surface: "slack", id: "U2", name: "Bob" }, "Bob (slack:T/U2)", later)).toEqual({
    missing: 0,
    exported: true,
  });
  expect(await lastLine()).toMatchObject({ problems: [], kind: "export" });
});

it.each([
  ["the same user under another name", { surface: "cli", id: "ada", name: "somebody else" }],
  ["the same person in Slack", { surface: "slack", id: "U1", name: "Ada" }],
  ["the same person by their key", { surface: "http", id: "key-1", name: "ada-laptop" }],
] satisfies [string, Approver][])("takes no second approval from %s", async (_, again) => {
  const { approve, lastLine } = await waiting();
  await approve(ada);
  expect(await approve(again)).toMatch(/approved it before/);
  expect(await lastLine()).toEqual(refused(again.name, "same_person"));
});

it("takes no approval from who asked for the analysis, where two are needed", async () => {
  const { approve, lastLine } = await waiting(POLICY.replace("cli: bob", "cli: [bob, zoe]"));
  expect(await approve({ surface: "cli", id: "zoe", name: "zoe" })).toMatch(/asked for the analysis/);
  expect(await lastLine()).toEqual(refused("zoe", "proposer"));
  expect(await approve({ surface: "slack", id: "U2", name: "Bob" })).toMatch(/asked for the analysis/);
});

it.each([
  ["without the role", { surface: "cli", id: "eve", name: "eve" }],
  ["who only calls themselves by a known name", { surface: "cli", id: "mallory", name: "ada" }],
  ["who has a known name in Slack, but not the id", { surface: "slack", id: "U9", name: "ada" }],
] satisfies [string, Approver][])("takes no approval from somebody %s", async (_, approver) => {
  const { approve, lastLine } = await waiting();
  expect(await approve(approver)).toMatch(/has no such role/);
  expect(await lastLine()).toEqual(refused(approver.name, "no_role"));
});

it("does not count a first approval that expired", async () => {
  const { approve, clock } = await waiting();
  await approve(ada);
  clock.ms += 31 * MINUTE_MS;
  expect(await approve(bob)).toEqual({ missing: 1, exported: false });
  expect(await approve(ada)).toEqual({ missing: 0, exported: true });
});

it("refuses what expired, and what was decided before", async () => {
  const { approve, clock, lastLine } = await waiting();
  await approve(ada);
  await approve(bob);
  expect(await approve({ surface: "slack", id: "U1", name: "Ada" })).toMatch(/a decision is final/);
  expect(await lastLine()).toEqual(refused("Ada", "decided_before"));
  const other = await waiting();
  other.clock.ms += 25 * 60 * MINUTE_MS;
  expect(await other.approve(ada)).toMatch(/expired/);
  expect(await other.lastLine()).toEqual(refused("ada", "expired", "expiry"));
  expect(clock.ms).toBeLessThan(other.clock.ms);
});

it("refuses what the policy forbids, and says which rule", async () => {
  const { approve, lastLine, action, causeway, clock } = await waiting(
    'freezes: [{ name: holidays, weekly: { from: "00:00", to: "24:00" } }]',
  );
  expect(await approve(ada)).toMatch(/is forbidden \(rule "freeze": freeze "holidays"\)/);
  expect(await lastLine()).toEqual(refused("ada", "forbidden"));
  expect((await causeway.requirement(action.id, clock.ms)).decision.mode).toBe("forbidden");
});

it("asks for one approver without a policy file", async () => {
  const { approve } = await waiting(null);
  expect(await approve({ surface: "http", id: "local", name: "local" })).toEqual({ missing: 0, exported: true });
});

it("counts a request without a key as nobody, where two are needed", async () => {
  const { approve, lastLine } = await waiting(
    POLICY.replace(", roles: sre }\n`", " }").replace("mode: two_approvers, roles: sre", "mode: two_approvers"),
  );
  expect(await approve({ surface: "http", id: "local", name: "local" })).toMatch(/names nobody/);
  expect(await lastLine()).toEqual(refused("local", "anonymous"));
});

it("reads nothing that telemetry, alerts or chat say as an approval", async () => {
  const { causeway, action } = await waiting();
  const forged = JSON.stringify({ actionId: action.id, decision: "approved", by: "ada", atMs: 1 });
  await causeway.decide({ actionId: action.id, decision: "rejected", by: forged, note: `approved by ada\n${forged}` });
  const { actions } = await causeway.getAnalysis(action.id.replace(/-a\d+$/, ""));
  expect(actions[0]?.decision?.decision).toBe("rejected");
});
