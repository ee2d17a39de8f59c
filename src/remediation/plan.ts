import type { Action } from "../domain/action.ts";
import type { CauseCard } from "../domain/cause.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis, Ranking } from "../domain/hypothesis.ts";
import type { Incident } from "../domain/incident.ts";
import { redactNamed, redactSecrets } from "../domain/redact.ts";
import type { Runbook, RunbookStep } from "../domain/runbook.ts";
import type { Topology } from "../domain/telemetry.ts";
import type { ReplicaState } from "../domain/replica-state.ts";
import { actionKindOf } from "./action-kind.ts";
import { measureBlastRadius } from "./blast-radius.ts";
import { whyNotBroker } from "./broker-target.ts";
import { type DeliveredBy, deliveryNote } from "./delivery-note.ts";
import { draftRunbook } from "./draft-runbook.ts";
import { type MeasuredFault, whyOnlyChecks } from "./independent-evidence.ts";
import { isKnownTarget } from "./known-target.ts";
import { matchRunbook } from "./match-runbook.ts";
import { oneLine } from "./one-line.ts";
import { resolveParameter } from "./parameters.ts";
import { renderScript } from "./script.ts";
import { gentlestFirst, whyUnfit, withInterruption } from "./step-fit.ts";
import { symptomCheckOf } from "./symptom-check.ts";
import { undoableChange, undoSource } from "./undo-source.ts";

/** How long a proposal is valid: an older one needs a new analysis. */
const EXPIRES_AFTER_MS = 24 * 3_600_000;

export type PlanInput = {
  analysisId: string;
  incident: Incident;
  ranking: Ranking;
  findings: readonly CitedFinding[];
  runbooks: readonly Runbook[];
  causes: readonly CauseCard[];
  topology: Topology;
  /** Whether a fault shows without the texts that strangers write. Absent: nothing was measured. */
  measuredFault?: MeasuredFault | undefined;
  nowMs: number;
  expiresAfterMs?: number;
  /** What the cluster showed of the target, by the name of a precondition. Absent: nothing is known. */
  observed?: Readonly<Record<string, string>> | undefined;
  /** The tool that delivers the target and takes a direct change back; null or absent if none is known. */
  delivery?: DeliveredBy | null | undefined;
  /** What the cluster showed of the target's replicas; null or absent if nothing. */
  workload?: ReplicaState | null | undefined;
  /** Fixes of similar past incidents, most similar incident first. They only add a warning to the same step. */
  past?: readonly PastFix[] | undefined;
};
/** `result`: `did_not_help`, `made_worse`, `rejected` or `helped`. */
export type PastFix = { incidentId: string; runbook: string; step: string; result: string };
/** `text`: the draft, if no runbook matches; null for an existing runbook. */
export type PlannedRunbook = { name: string; why: string; drafted: boolean; text: string | null };
/** `notes`: steps that were left out, with reasons. */
export type Plan = { actions: Action[]; runbook: PlannedRunbook | null; notes: string[] };

/**
 * Plans the actions that a person may approve: one for each step of the runbook for the first hypothesis. A step with a
 * parameter that the evidence does not give is left out, and so is one that does not fit what the cluster showed of the
 * target; `runbook.why` says so. An inconclusive analysis names the
 * runbook but proposes nothing. So does one whose target only a message names, and one that rests on texts alone, which
 * anyone can write; `no_incident` and `recovered` plan nothing. Scripts depend on incident, hypothesis, evidence, runbook and expiry only.
 */
export function planRemediation(input: PlanInput): Plan {
  const { incident, ranking, findings, runbooks, causes } = input;
  const [hypothesis] = ranking.hypotheses;
  if (hypothesis === undefined || (ranking.verdict !== "root_cause" && ranking.verdict !== "inconclusive"))
    return { actions: [], runbook: null, notes: [] };

  const card = causes.find(({ id }) => id === hypothesis.cause);
  const match = matchRunbook(hypothesis.cause, hypothesis.entity, runbooks, card);
  if (ranking.verdict === "inconclusive") {
    const why = `${match.why}; for reading only, because the analysis is inconclusive`;
    return {
      actions: [],
      runbook: match.runbook && { name: match.runbook.name, why, drafted: false, text: null },
      notes: [],
    };
  }
  if (match.runbook === null) {
    const draft = draftRunbook({ incident, hypothesis, findings, card, nextEvidence: ranking.nextEvidence });
    return { actions: [], runbook: { name: draft.name, why: match.why, drafted: true, text: draft.text }, notes: [] };
  }
  const { runbook, why } = match;
  const steps = runbook.steps.filter(({ causes: own }) => own === undefined || own.includes(hypothesis.cause));
  const planned = [
    ...undoSteps(input, hypothesis, steps).map((undo) => planStep(undo.step, undo.runbook, hypothesis, input)),
    ...steps.map((step) => planStep(step, runbook, hypothesis, input)),
  ];
  const fitting = planned.flatMap((plan) => (plan.ok ? [plan.action] : []));
  const actions = gentlestFirst(fitting, input.workload ?? null).map((action, at): Action => ({
    ...action,
    id: `${input.analysisId}-a${at + 1}`,
  }));
  const left = planned.flatMap((plan) => (plan.ok ? [] : [plan.why]));
  const whyNone = isKnownTarget(hypothesis.entity.id, input)
    ? (whyNotBroker(hypothesis, findings, input.topology) ??
      whyOnlyChecks(hypothesis, findings, input.measuredFault ?? "not_read"))
    : UNKNOWN_TARGET;
  const notes =
    actions.length === 0
      ? left
      : [
          ...left,
          ...(whyNone === null ? [] : [whyNone]),
          ...(input.delivery == null ? [] : [deliveryNote(input.delivery)]),
          ...pastNotes(actions, input.past ?? []),
        ];
  return {
    actions: whyNone === null ? actions : [],
    runbook: { name: runbook.name, why: [why, ...notes].join("; "), drafted: false, text: null },
    notes,
  };
}

/** Steps of other runbooks that undo the culprit change, whatever the cause is called. */
function undoSteps(
  { ranking, findings, runbooks }: PlanInput,
  { entity }: Hypothesis,
  known: readonly RunbookStep[],
): { step: RunbookStep; runbook: Runbook }[] {
  const change = ranking.change ?? null;
  if (change === null) return [];
  const isOfCulprit = ({ parameters }: RunbookStep): boolean =>
    Object.values(parameters).some((source) => {
      const kind = undoSource(source)?.kind;
      const found = kind === undefined ? null : undoableChange(kind, { suspect: entity.id, change, findings });
      return found?.evidence.facts.id === change;
    });
  return runbooks.flatMap((runbook) =>
    runbook.steps.filter((step) => !known.includes(step) && isOfCulprit(step)).map((step) => ({ step, runbook })),
  );
}

const PAST_WORDS: Readonly<Record<string, string>> = {
  did_not_help: "did not help",
  made_worse: "made it worse",
  rejected: "was rejected",
};

/** A warning for each planned step that failed, or that a person rejected, in a similar past incident. */
const pastNotes = (actions: readonly Action[], past: readonly PastFix[]): string[] =>
  actions.flatMap(({ title, runbook }) => {
    const last = past.find((fix) => fix.runbook === runbook && fix.step === title);
    const words = last === undefined ? undefined : PAST_WORDS[last.result];
    return last === undefined || words === undefined
      ? []
      : [`"${title}" ${words} in the similar incident ${oneLine(last.incidentId, 80)}`];
  });

const UNKNOWN_TARGET = "for reading only, because only the text of a message names this component";

/** Reports hold scripts byte for byte, so nothing that needs masking may be in a script. */
const SECRET = "a value for its script looks like a secret";

type StepPlan = { ok: true; action: Omit<Action, "id"> } | { ok: false; why: string };

function planStep(step: RunbookStep, runbook: Runbook, hypothesis: Hypothesis, input: PlanInput): StepPlan {
  const { analysisId, incident, ranking, findings, topology, nowMs, expiresAfterMs = EXPIRES_AFTER_MS } = input;
  const leftOut = (why: string): StepPlan => ({
    ok: false,
    why: `step "${step.id}" is left out, because ${why}`,
  });
  const [kind, workload] = [actionKindOf(step), input.workload ?? null];
  const unfit = whyUnfit({ onlyIf: step.onlyIf, kind }, { entity: hypothesis.entity, findings, workload });
  if (unfit !== null) return leftOut(unfit);
  let target = hypothesis.entity;
  const values: Record<string, string> = {};
  const parameters: Action["parameters"] = [];
  const known = new Set(findings.map(({ id }) => id));
  const evidenceIds = new Set(hypothesis.for.filter((id) => known.has(id)));
  for (const [name, source] of Object.entries(step.parameters)) {
    const resolved = resolveParameter(source, { incident, hypothesis, change: ranking.change, findings });
    if (!resolved.ok) return leftOut(resolved.why);
    if (redactNamed(source.replace("fact:", ""), resolved.value) !== resolved.value) return leftOut(SECRET);
    values[name] = resolved.value;
    parameters.push({ name, value: resolved.value, source, evidenceIds: [...resolved.evidenceIds] });
    for (const id of resolved.evidenceIds) evidenceIds.add(id);
    // what is undone may belong to another component, which the suspect calls
    if (undoSource(source) !== null)
      target = findings.find(({ id }) => resolved.evidenceIds.includes(id))?.entity ?? target;
  }
  if (evidenceIds.size === 0) return leftOut("no finding supports it");
  if (redactSecrets(target.id) !== target.id) return leftOut(SECRET);
  const rendered = renderScript({
    step,
    runbook: runbook.slug,
    incidentId: incident.id,
    target,
    values,
    observed: input.observed,
    symptom: symptomCheckOf(hypothesis, findings),
    expiresAtMs: nowMs + expiresAfterMs,
  });
  if (!rendered.ok) return leftOut(rendered.why);
  const terms = { risk: step.risk, blastRadius: measureBlastRadius(target, topology) };
  return {
    ok: true,
    action: {
      analysisId,
      incidentId: incident.id,
      title: `${step.title}: ${oneLine(target.id, 120)}`,
      runbook: runbook.slug,
      step: step.id,
      target,
      kind,
      ...withInterruption(terms, kind, target.id === hypothesis.entity.id ? workload : null),
      reversible: step.reversible,
      script: rendered.script,
      scriptSha256: rendered.sha256,
      rollback: rendered.rollback,
      verify: rendered.verify,
      parameters,
      preconditions: rendered.preconditions.map(({ name, command, expected }) => ({ name, command, expected })),
      expiresAtMs: nowMs + expiresAfterMs,
      evidenceIds: [...evidenceIds],
    },
  };
}
