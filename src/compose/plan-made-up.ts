import type { CitedFinding } from "../domain/finding.ts";
import { knownIncident } from "../domain/incident.ts";
import type { Runbook } from "../domain/runbook.ts";
import { CAUSES } from "../rca/catalogue.ts";
import { planRemediation } from "../remediation/plan.ts";

const signalOf = (kind: CitedFinding["kind"]): CitedFinding["signal"] =>
  kind.startsWith("change.") ? "change" : kind.startsWith("log.") ? "log" : "cluster";

/** The first of `faulty` is the component that counts as found. */
type MadeUp = {
  problem: string;
  faulty: readonly [string, ...string[]];
  cause: string;
  finding: Pick<CitedFinding, "kind"> & Pick<CitedFinding["evidence"], "facts">;
};

/** Plans for a fault of a benchmark as if it were diagnosed: a made-up state, with the planner of an analysis. */
export function planMadeUp({ problem, faulty, cause, finding }: MadeUp, runbooks: readonly Runbook[]) {
  const entity = { id: faulty[0], kind: "service" };
  const findings: CitedFinding[] = [
    {
      id: "E1",
      signal: signalOf(finding.kind),
      kind: finding.kind,
      entity,
      strength: 8,
      onsetMs: 1,
      peer: null,
      summary: `${entity.id}: made-up state`,
      evidence: { connector: "made-up", query: problem, window: null, facts: { ...finding.facts } },
    },
    {
      id: "E2",
      signal: "metric",
      kind: "metric.shift",
      entity,
      strength: 8,
      onsetMs: 1,
      peer: null,
      summary: `${entity.id}: errors rose`,
      evidence: { connector: "made-up", query: problem, window: null, facts: { metric: "errors" } },
    },
  ];
  return planRemediation({
    analysisId: "made-up",
    incident: knownIncident({ id: problem, title: "made-up state" }),
    ranking: {
      verdict: "root_cause",
      why: "made up",
      onsetMs: 1,
      nextEvidence: [],
      hypotheses: [
        {
          entity,
          cause,
          confidence: 0.9,
          calibrated: false,
          status: "supported",
          reasons: [],
          for: ["E1", "E2"],
          against: [],
          path: [entity.id],
          wouldRefute: "",
        },
      ],
    },
    findings,
    runbooks,
    causes: CAUSES,
    topology: { nodes: [{ id: entity.id, kind: entity.kind }], edges: [] },
    measuredFault: "shown",
    nowMs: 1,
  });
}
