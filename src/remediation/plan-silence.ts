import type { Action } from "../domain/action.ts";
import type { Approver } from "../domain/approver.ts";
import type { Entity } from "../domain/entity.ts";
import { actionKindOf } from "./action-kind.ts";
import { oneLine } from "./one-line.ts";
import { renderScript } from "./script.ts";
import { type SilenceInput, silenceStep } from "./silence-step.ts";

/** How long the proposal is valid: later, other alerts may fire. */
const EXPIRES_AFTER_MS = 24 * 3_600_000;

export type SilencePlanInput = SilenceInput & {
  /** Of the new action. */
  id: string;
  analysisId: string;
  /** The entity that the incident is about. */
  target: Entity;
  by: Approver;
  nowMs: number;
};
export type SilencePlan = { ok: true; action: Action } | { ok: false; why: string };

/** The action that silences alerts of an incident. A person asked for it, so it rests on no finding. */
export function planSilence(input: SilencePlanInput): SilencePlan {
  const { id, analysisId, incidentId, target, by, nowMs, alerts } = input;
  const built = silenceStep(input);
  if (!built.ok) return built;
  const { step, values } = built;
  const expiresAtMs = nowMs + EXPIRES_AFTER_MS;
  const rendered = renderScript({ step, runbook: "silence", incidentId, target, values, expiresAtMs });
  if (!rendered.ok) return rendered;
  return {
    ok: true,
    action: {
      id,
      analysisId,
      incidentId,
      title: `${step.title}: ${oneLine(namesOf(alerts), 120)}`,
      runbook: "silence",
      step: step.id,
      target,
      kind: actionKindOf(step),
      risk: step.risk,
      reversible: step.reversible,
      blastRadius: {
        size: "small",
        entities: [],
        entryShare: 0,
        why: "it changes no workload; nobody is notified of these alerts while it lasts",
      },
      script: rendered.script,
      scriptSha256: rendered.sha256,
      rollback: rendered.rollback,
      verify: rendered.verify,
      parameters: Object.entries(step.parameters).map(([name, source]) => ({
        name,
        value: values[name] ?? "",
        source,
        evidenceIds: [],
      })),
      preconditions: [],
      proposedBy: by,
      expiresAtMs,
      evidenceIds: [],
    },
  };
}

const namesOf = (alerts: SilenceInput["alerts"]): string =>
  [...new Set(alerts.map(({ alertname }) => alertname ?? "an alert without a name"))].toSorted().join(", ");
