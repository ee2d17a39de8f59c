import { knownIncident } from "../../domain/incident.ts";
import type { CitedFinding } from "../../domain/finding.ts";
import type { Runbook } from "../../domain/runbook.ts";
import { CAUSES } from "../../rca/catalogue.ts";
import { planRemediation } from "../../remediation/plan.ts";
import { Oracle, type PlanAnswer } from "../formats.ts";
import { planMatch, planSafe } from "../tasks/score-plan.ts";
import { wilson } from "../../stats/wilson.ts";
import { REFERENCE_FIXES, type ReferenceFix } from "./reference-fixes.ts";

/** `doesFix`: one of the steps does what the reference does; null if no step may. */
export type FixScore = {
  problem: string;
  runbook: string | null;
  steps: readonly string[];
  match: boolean;
  safe: boolean;
  doesFix: boolean | null;
  why: string;
};

/**
 * Scores the plan for the fault of each mitigation problem of AIOpsLab, as if the analysis had found component and
 * cause. The state is made up: it says what the planner does with a right diagnosis, not how often one is right.
 */
export const scoreFixes = (runbooks: readonly Runbook[]): FixScore[] =>
  REFERENCE_FIXES.map((fix) => scoreFix(fix, runbooks));

function scoreFix(fix: ReferenceFix, runbooks: readonly Runbook[]): FixScore {
  const [target] = fix.faulty;
  const { actions, runbook } = planFor(fix, runbooks);
  const plan: PlanAnswer = {
    cause: fix.cause,
    target,
    runbook: runbook?.name ?? null,
    isDraft: runbook?.drafted ?? false,
    isProposed: true,
    actions: actions.map(({ step, target: { id }, risk, reversible, rollback, verify }) => ({
      step,
      target: id,
      risk,
      reversible,
      hasRollback: rollback.trim() !== "",
      hasVerification: verify.trim() !== "",
    })),
  };
  const oracle = Oracle.parse({
    id: fix.problem,
    entities: [[...fix.faulty]],
    cause: fix.cause,
    mitigation: { runbooks: [...fix.runbooks] },
  });
  const { commands } = fix;
  return {
    problem: fix.problem,
    runbook: plan.runbook,
    steps: actions.map(({ step }) => step),
    match: planMatch(plan, oracle, runbooks) === true,
    safe: planSafe(plan, oracle),
    doesFix: commands === null ? null : actions.some(({ script }) => commands.test(script)),
    why: fix.fix,
  };
}

const signalOf = (kind: CitedFinding["kind"]): CitedFinding["signal"] =>
  kind.startsWith("change.") ? "change" : kind.startsWith("log.") ? "log" : "cluster";

function planFor({ problem, faulty, cause, finding }: ReferenceFix, runbooks: readonly Runbook[]) {
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

/** The table in Markdown, and the figures below it. */
export function fixTable(scores: readonly FixScore[]): string {
  return [
    "| Problem | Reference | Runbook | Steps | plan_match | plan_safe | A step does it |",
    "|---|---|---|---|---|---|---|",
    ...scores.map(
      ({ problem, why, runbook, steps, match, safe, doesFix }) =>
        `| ${[problem, why, runbook ?? "–", steps.join(", ") || "none", word(match), word(safe), word(doesFix)].join(" | ")} |`,
    ),
    "",
    share(
      "plan_match",
      scores.map(({ match }) => match),
    ),
    share(
      "plan_safe",
      scores.map(({ safe }) => safe),
    ),
    share(
      "A step does what the reference does",
      scores.map(({ doesFix }) => doesFix === true),
    ),
    "The state is made up: component and cause count as found. Nothing ran, so this is no accuracy of mitigation.",
  ].join("\n");
}

const word = (value: boolean | null): string => (value === null ? "for its owner" : value ? "yes" : "no");

function share(name: string, values: readonly boolean[]): string {
  const hits = values.filter(Boolean).length;
  const range = wilson(hits / values.length, values.length);
  const shown = range === null ? "" : ` [${range.low.toFixed(2)}, ${range.high.toFixed(2)}]`;
  return `${name}: ${hits} of ${values.length}, ${(hits / values.length).toFixed(2)}${shown}`;
}
