import { type Agent, type AnalysisOutcome, openAnother } from "../agent/analyse.ts";
import { findArtifact } from "../agent/artifacts.ts";
import { reportedActions } from "../agent/report/reported-actions.ts";
import type { Action } from "../domain/action.ts";
import type { AlertFeed } from "../domain/alert-feed.ts";
import { bindingOf, bindingSha256 } from "../domain/approval.ts";
import type { Approver } from "../domain/approver.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Masker } from "../domain/redact-values.ts";
import type { Policy } from "../domain/policy.ts";
import type { ServiceStore } from "../domain/service-store.ts";
import { planSilence } from "../remediation/plan-silence.ts";
import { decidePolicy, policyFacts, policySentence } from "../remediation/policy.ts";
import { type ExactLabels, MAX_SILENCED, SILENCE_MINUTES } from "../remediation/silence-step.ts";

/** An Alertmanager that is configured. `open`: what fires there, with limits for one use. */
export type Silencer = { url: string; open(): AlertFeed };
/** `alert`: only alerts of this name. `minutes`: how long; one hour unless given. */
export type SilenceRequest = {
  analysisId: string;
  alert?: string | undefined;
  minutes?: number | undefined;
  by: Approver;
  signal?: AbortSignal | undefined;
};
export type ProposedSilence = { action: Action; alerts: readonly ExactLabels[]; outcome: AnalysisOutcome };

type Parts = {
  agent: Agent;
  service: Pick<ServiceStore, "listAlerts">;
  policy: Policy;
  /** Absent: none is configured. */
  silencers?: readonly Silencer[] | undefined;
  /** Masks what is stored. */
  masker?: Masker | undefined;
  now: () => number;
};

const MOST_ALERTS = 1_000;

/**
 * Proposes to silence the alerts of an incident, as an action that waits for approval. Each alert that the incident
 * holds and that fires now is silenced by exactly its own labels, which are read from the Alertmanager itself: what a
 * webhook delivered may be shortened. Nothing is silenced here.
 *
 * @throws {IncidentError} NOT_FOUND; CONFIG without an Alertmanager; REJECTED if none of the alerts fires there, or one
 *   cannot be silenced exactly; BAD_INPUT.
 */
export async function proposeSilence(parts: Parts, request: SilenceRequest): Promise<ProposedSilence> {
  const { agent, service, policy, silencers = [], masker, now } = parts;
  const { analysisId, alert, by, minutes = SILENCE_MINUTES.usual, signal } = request;
  const { store } = agent.deps;
  const { incidentId } = await store.getAnalysis(analysisId);
  const report = await store.getReport(analysisId);
  if (silencers.length === 0)
    throw new IncidentError("CONFIG", "no Alertmanager is configured, so nothing can be silenced", {
      hint: "Set ALERTMANAGER_URL, or an alertmanager in `sources` of config.yaml.",
    });
  const known = await service.listAlerts(incidentId, MOST_ALERTS);
  const prints = new Set(known.alerts.map(({ fingerprint }) => fingerprint));
  const { url, alerts } = await firingOf(silencers, prints, alert, signal);
  if (alerts.length === 0) throw nothingFires(incidentId, prints.size, alert);
  const all = await store.listActions(analysisId);
  const ranking = await findArtifact(store, analysisId, "ranking");
  const plan = planSilence({
    id: `${analysisId}-a${all.length + 1}`,
    analysisId,
    incidentId,
    target: ranking?.hypotheses[0]?.entity ?? { id: report.system ?? incidentId, kind: "system" },
    alerts,
    url,
    minutes,
    by,
    nowMs: now(),
  });
  if (!plan.ok)
    throw new IncidentError("REJECTED", `the alerts of ${incidentId} cannot be silenced: ${plan.why}`, {
      hint: `Nothing was proposed. --alert NAME takes the alerts of one name only; at most ${MAX_SILENCED} at once.`,
    });
  if (masker !== undefined && isMasked(plan.action, masker))
    throw new IncidentError(
      "REJECTED",
      `the alerts of ${incidentId} cannot be silenced: a label holds what is masked`,
      {
        hint: "Nothing was proposed. A script is on record, so no secret and no personal data may be in it.",
      },
    );
  const requirement = decidePolicy(policyFacts(plan.action, report.system, policy), policy, now());
  const action: Action = {
    ...plan.action,
    requirement: { mode: requirement.mode, sentence: policySentence(requirement) },
  };
  await store.putActions([...all, action], now());
  await store.putReport({ ...report, actions: [...report.actions, ...reportedActions([action])] });
  const outcome = await openAnother(agent, analysisId, {
    id: action.id,
    scriptSha256: action.scriptSha256,
    target: action.target,
    expiresAtMs: action.expiresAtMs,
    bindingSha256: bindingSha256(bindingOf(action)),
  });
  return { action, alerts, outcome };
}

/** The alerts of an incident that fire now, from the first Alertmanager that has any of them. */
async function firingOf(
  silencers: readonly Silencer[],
  prints: ReadonlySet<string>,
  alert: string | undefined,
  signal: AbortSignal | undefined,
): Promise<{ url: string; alerts: ExactLabels[] }> {
  for (const { url, open } of silencers) {
    const labels = (await open().exactLabels?.({ signal })) ?? new Map<string, ExactLabels>();
    const alerts = [...labels]
      .filter(([print, { alertname }]) => prints.has(print) && (alert === undefined || alertname === alert))
      .map(([, own]) => own);
    if (alerts.length > 0) return { url: withoutSecrets(url), alerts };
  }
  return { url: "", alerts: [] };
}

/** A script is on record, so it never holds a password. */
function withoutSecrets(address: string): string {
  const url = new URL(address);
  [url.username, url.password] = ["", ""];
  return url.href.replace(/\/$/, "");
}

/** Whether the store would keep another script than the one that is proposed. */
function isMasked({ script, parameters }: Action, { values }: Masker): boolean {
  const bytes = { script, parameters };
  return JSON.stringify(values(bytes)) !== JSON.stringify(bytes);
}

const nothingFires = (incidentId: string, count: number, alert: string | undefined): IncidentError =>
  new IncidentError(
    "REJECTED",
    count === 0
      ? `incident ${incidentId} did not come from alerts, so there is nothing to silence`
      : `none of the ${count} alerts of ${incidentId} fires at an Alertmanager now${alert === undefined ? "" : ` with the name ${alert.slice(0, 80)}`}`,
    { hint: "Nothing was proposed. `amtool alert query` lists what fires; only alerts of the incident are silenced." },
  );
