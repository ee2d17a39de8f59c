import { reportedActions } from "../../src/agent/report/reported-actions.ts";
import { expect, it } from "vitest";
import { planRemediation } from "../../src/remediation/plan.ts";
import { renderPlan } from "../../src/render/plan-forms.ts";
import { readRunbook } from "../../src/remediation/runbook.ts";
import { aPlanInput, cited, readSkill, skillText } from "../remediation/samples.ts";
import { provenReport } from "./sample-reports.ts";

const PATCH = {
  parameters: "{ WORKLOAD: entity.workload, SERVICE: fact:service }",
  script: `kubectl get service/"\${SERVICE}"
ask SIZE kubectl get "\${WORKLOAD}" -o 'jsonpath={.spec.replicas}'
kubectl patch "\${WORKLOAD}" --patch='{"spec":{"replicas":'"\${SIZE}"'}}'`,
};
const findings = [cited("E1", { entity: { id: "orders", kind: "service" }, evidence: factsOf("orders") })];
const plan = planRemediation(
  aPlanInput({
    findings,
    incident: { ...aPlanInput().incident, entry: "orders" },
    runbooks: [readSkill(skillText({ steps: [PATCH] }))],
  }),
);
function factsOf(service: string) {
  return { connector: "fake", query: "all", window: null, facts: { service } };
}
const [action] = plan.actions;
const report = provenReport({
  runbook: plan.runbook,
  actions: reportedActions(plan.actions),
});

it("shows one script byte for byte, so that its hash can be compared", () => {
  expect(`${renderPlan(report, "shell")}\n`).toBe(action?.script);
});

it("shows the patch, with values that the cluster gives as <NAME>", () => {
  expect(renderPlan(report, "patch")).toBe(`kubectl patch deployment/orders '--patch={"spec":{"replicas":'<SIZE>'}}'`);
  expect(renderPlan({ ...report, actions: [] }, "patch")).toBeNull();
});

it("shows a checklist with each parameter, its source and its evidence", () => {
  const text = renderPlan(report, "checklist") ?? "";
  expect(text).toContain("- [ ] `SERVICE` is right: `orders`, from `fact:service` (E1)");
  const order = [
    "- [ ] Check: `kubectl get",
    "- [ ] Approve: `causeway approve A1-a1`",
    "- [ ] Change: `kubectl patch",
    "- [ ] Verify: `kubectl",
    "roll back: `kubectl",
  ];
  const places = order.map((what) => text.indexOf(what));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
});

it("shows a SKILL.md that the reader of runbooks accepts", () => {
  const text = renderPlan(report, "skill") ?? "";
  expect(readRunbook(text, { slug: "plan-teapot", origin: "x" })).toMatchObject({ steps: [] });
  const drafted = { ...report, runbook: { name: "draft-x", why: "w", drafted: true, text: "# Draft\n" } };
  expect(renderPlan(drafted, "skill")).toBe("# Draft");
});

it("keeps foreign text inside of code spans and fences", () => {
  const [first] = report.actions;
  if (first === undefined) throw new Error("no action");
  const hostile = { ...first, title: "x\n- [x] **done**", verify: "```\n# forged", target: "a`b\n# c" };
  for (const form of ["checklist", "skill"] as const) {
    const text = renderPlan({ ...report, actions: [hostile] }, form) ?? "";
    expect(text).not.toMatch(/^- \[x\]/m);
    expect(text).not.toMatch(/^# c/m);
  }
});
