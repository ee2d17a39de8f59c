import { aReport } from "../../a-report.ts";
import type { Action } from "../../../src/domain/action.ts";
import { bindingOf } from "../../../src/domain/approval.ts";
import type { AnalysisStore } from "../../../src/domain/ports.ts";
import type { Report } from "../../../src/domain/report.ts";
import type { RunbookStep } from "../../../src/domain/runbook.ts";
import { renderScript } from "../../../src/remediation/script.ts";
import { anAction } from "../../fakes.ts";

const STEP: RunbookStep = {
  id: "scale-out",
  title: "Add one replica",
  risk: "low",
  reversible: true,
  parameters: { WORKLOAD: "entity.workload" },
  script: [
    'kubectl get "${WORKLOAD}" -o wide',
    "ask REPLICAS kubectl get \"${WORKLOAD}\" -o 'jsonpath={.spec.replicas}'",
    "plus MORE REPLICAS 1",
    'kubectl scale "${WORKLOAD}" --current-replicas="${REPLICAS}" --replicas="${MORE}"',
  ].join("\n"),
  verify: 'kubectl rollout status "${WORKLOAD}"',
  rollback: 'kubectl scale "${WORKLOAD}" --current-replicas="${MORE}" --replicas="${REPLICAS}"',
};

const reportOf = (action: Action): Report =>
  aReport({ analysis_id: action.analysisId, incident_id: action.incidentId });

/** Stores an analysis with one action that `ada` approved just now: to scale a deployment. */
export async function storeApproved(
  store: AnalysisStore,
  nowMs: number,
  step: Partial<RunbookStep> = {},
): Promise<Action> {
  const rendered = renderScript({
    step: { ...STEP, ...step },
    runbook: "cpu-contention",
    incidentId: "inc-1",
    target: { id: "orders", kind: "service" },
    values: { WORKLOAD: "deployment/orders" },
    context: "prod",
    expiresAtMs: nowMs + 3_600_000,
  });
  if (!rendered.ok) throw new Error(rendered.why);
  const action = anAction({
    script: rendered.script,
    scriptSha256: rendered.sha256,
    rollback: rendered.rollback,
    verify: rendered.verify,
    reversible: step.reversible ?? true,
    parameters: [{ name: "WORKLOAD", value: "deployment/orders", source: "entity.workload", evidenceIds: ["E1"] }],
    preconditions: rendered.preconditions.map(({ name, command, expected }) => ({ name, command, expected })),
    expiresAtMs: nowMs + 3_600_000,
  });
  await store.createAnalysis({ id: action.analysisId, incidentId: "inc-1", status: "done", startedAtMs: nowMs });
  await store.putActions([action], nowMs);
  await store.putReport(reportOf(action));
  await store.recordApproval({
    actionId: action.id,
    approver: { surface: "cli", id: "ada", name: "ada" },
    binding: bindingOf(action),
    mode: "one_approver",
    rule: "changes",
    atMs: nowMs,
    expiresAtMs: nowMs + 1_800_000,
  });
  await store.recordDecision({
    actionId: action.id,
    decision: "approved",
    by: "ada",
    atMs: nowMs,
    note: null,
    scriptSha256: action.scriptSha256,
  });
  return action;
}
