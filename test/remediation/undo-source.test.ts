import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileRunbooks } from "../../src/connectors/files/runbooks.ts";
import { planRemediation } from "../../src/remediation/plan.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { isPatchOfPlaces, undoesChange } from "../../src/remediation/undo-source.ts";
import { aHypothesis, aPlanInput, aRanking, bashAccepts, cited, readSkill, skillText } from "./samples.ts";

const runbooks = await fileRunbooks([join(import.meta.dirname, "../../runbooks")], readRunbook).listRunbooks({
  onProblem: ({ what }) => expect.unreachable(what),
});
const patch = (value: string) =>
  JSON.stringify([
    { op: "test", path: "/data/FLAGS", value: '{"v2":true}' },
    { op: "replace", path: "/data/FLAGS", value },
  ]);
const ID = "shop/ConfigMap/flags-config written 2026-01-01T10:00:00.000Z";
const written = (entity: string, facts: Record<string, string | null> = {}) =>
  cited("E2", {
    signal: "change",
    kind: "change.config",
    entity: { id: entity, kind: "service" },
    strength: 0.3,
    evidence: {
      connector: "kubernetes",
      query: "changes",
      window: null,
      facts: {
        id: ID,
        written_kind: "configmap-at-start",
        written_name: "flags-config",
        written_version: "812",
        written_reader: "deployment/flags",
        undo_patch: patch("it's {} $(off)"),
        redo_patch: JSON.stringify([{ op: "add", path: "/data/FLAGS", value: '{"v2":true}' }]),
        ...facts,
      },
    },
  });
const planFor = (
  change: ReturnType<typeof written>,
  { culprit = null as string | null, cause = "bad_config", books = runbooks } = {},
) =>
  planRemediation(
    aPlanInput({
      runbooks: books,
      findings: [cited("E1", { entity: { id: "flags", kind: "service" } }), change],
      ranking: aRanking({
        hypotheses: [aHypothesis({ cause, entity: { id: "flags", kind: "service" }, for: ["E1"] })],
        change: culprit,
      }),
    }),
  );
const steps = (plan: ReturnType<typeof planFor>) => plan.actions.map(({ runbook, step }) => `${runbook}/${step}`);

it("knows the runbooks that undo a change, so that a plan sees them whatever the cause is", () => {
  const names = runbooks.filter(undoesChange).map(({ slug }) => slug);
  expect(names).toEqual(expect.arrayContaining(["bad-config", "service-routing", "resource-quota"]));
  expect(names).not.toContain("dependency-outage");
});

describe("an undo", () => {
  it("sets the fields back, restarts the reader, and cites the change", () => {
    const [action] = planFor(written("flags")).actions;
    expect(action).toMatchObject({ step: "put-back-settings", kind: "config", target: { id: "flags" } });
    expect(action?.evidenceIds).toContain("E2");
    expect(action?.rollback).toContain('"op":"add","path":"/data/FLAGS"');
    expect(bashAccepts(action?.script ?? "")).toBe(true);
  });
  it("acts on the component that reads the object, if the suspect calls it", () => {
    const [action] = planFor(written("settings"), { culprit: ID }).actions;
    expect([action?.step, action?.target.id]).toEqual(["put-back-settings", "settings"]);
  });
  it("goes first in the plan of every cause, if its change is the culprit", () => {
    const other = readSkill(skillText());
    expect(
      steps(planFor(written("flags"), { culprit: ID, cause: "slow_teapot", books: [other, ...runbooks] }))[0],
    ).toBe("bad-config/put-back-settings");
  });
  it("is left out if another change is the culprit", () => {
    expect(steps(planFor(written("flags"), { culprit: "flags-41" }))).not.toContain("bad-config/put-back-settings");
  });
  it.each([
    ["the former value is not known", written("flags", { undo_patch: null })],
    ["it is a change of another component that is not to blame", written("settings")],
    [
      "the patch sets anything else",
      written("flags", { undo_patch: patch("x").replace("/data/FLAGS", "/metadata/labels") }),
    ],
    ["the name is no name", written("flags", { written_name: "flags config" })],
    ["the reader is no workload", written("flags", { written_reader: "--all" })],
  ])("is left out if %s", (_, change) => {
    expect(steps(planFor(change))).not.toContain("bad-config/put-back-settings");
  });
});

it.each([
  "",
  "[]",
  "{}",
  "null",
  "[1]",
  '[{"op":"replace","path":"/spec/template","value":1}]',
  '[{"op":"copy","from":"/data/a","path":"/data/b"}]',
  '[{"op":"replace","path":"/data/a","value":1,"x":2}]',
  '[{"op":"replace","path":"/data/a"}]',
  '[{"op":"replace","path":"/data/a/b","value":1}]',
  '[{"op": "test","path":"/data/a","value":1}]',
  '[{"op":"test","path":"/data/a","value":1,"value":2}]',
])("takes no other text for a patch: %s", (text) => {
  expect(isPatchOfPlaces(text)).toBe(false);
});
