import type { Action } from "../domain/action.ts";
import type { CitedFinding } from "../domain/finding.ts";
import type { Hypothesis } from "../domain/hypothesis.ts";
import type { ActionKind } from "../domain/policy.ts";
import type { RunbookStep } from "../domain/runbook.ts";
import type { ReplicaState } from "../domain/replica-state.ts";
import { workloadOfPod } from "../domain/pod-names.ts";
import { oneLine } from "./one-line.ts";

/** A weaker state of the cluster is a hint. */
const STATED = 2;
/**
 * Causes that last as long as an object is as it is: a new pod meets the same image, selector, quota, policy or missing
 * reference. Beginnings of ids of the cause catalogue.
 */
const OUTLAST_A_RESTART = [
  "image_",
  "unschedulable",
  "scheduling_gated",
  "quota_",
  "limit_range_refusal",
  "network_policy_denies",
  "service_selector_wrong",
  "service_port_wrong",
  "service_protocol_wrong",
  "service_account_missing",
  "config_key_missing",
  "secret_missing",
  "claim_missing",
  "container_command_wrong",
  "scaled_to_zero",
  "readiness_wrong_port",
  "liveness_wrong_port",
  "startup_wrong_port",
];

type Step = Pick<RunbookStep, "onlyIf"> & { kind: ActionKind };
/** `workload`: what the cluster showed of the target; null if nothing. */
type Seen = { entity: Hypothesis["entity"]; findings: readonly CitedFinding[]; workload: ReplicaState | null };

/** Why a step would not treat what the cluster showed of its target; null if it may. */
export function whyUnfit({ onlyIf, kind }: Step, { entity, findings, workload }: Seen): string | null {
  if (onlyIf === "zero-replicas" && workload?.desired != null && workload.desired > 0)
    return `the cluster shows ${counted(workload.desired)}, not zero`;
  if (onlyIf === "not-ready" && workload !== null && isReady(workload))
    return `the cluster shows ${workload.ready} of ${workload.desired} replicas ready`;
  if (kind !== "restart") return null;
  const lasting = findings.find(
    ({ signal, strength, evidence, ...finding }) =>
      signal === "cluster" &&
      strength >= STATED &&
      (finding.entity.id === entity.id || workloadOfPod(finding.entity.id) === entity.id) &&
      OUTLAST_A_RESTART.some((start) => String(evidence.facts.means ?? "").startsWith(start)),
  );
  return lasting === undefined ? null : `a restart does not change this: ${oneLine(lasting.summary, 160)}`;
}

const isReady = ({ desired, ready }: ReplicaState): boolean =>
  desired !== null && ready !== null && desired > 0 && ready >= desired;
const counted = (replicas: number): string => `${replicas} ${replicas === 1 ? "replica" : "replicas"}`;

/** Kinds of action that replace the pods of a workload. */
const REPLACES_PODS: ReadonlySet<ActionKind> = new Set(["restart", "rollback", "limit", "config"]);
const RAISED: Readonly<Record<Action["risk"], Action["risk"]>> = { low: "medium", medium: "high", high: "high" };

/** True if pods that serve now stop before others take over. */
const isInterrupted = (kind: ActionKind, workload: ReplicaState | null): workload is ReplicaState =>
  REPLACES_PODS.has(kind) && workload?.stopsFirst === true && workload.ready !== null && workload.ready > 0;

type Terms = Pick<Action, "risk" | "blastRadius">;

/** The terms of a step that stops all pods of its target at once: the risk is higher, and the words say why. */
export function withInterruption(terms: Terms, kind: ActionKind, workload: ReplicaState | null): Terms {
  if (!isInterrupted(kind, workload)) return terms;
  const gap = `nothing serves from the stop of its ${counted(workload.ready ?? 0)} until a new pod is ready`;
  const why = `its strategy is Recreate, so ${gap}`;
  return {
    risk: RAISED[terms.risk],
    blastRadius: { ...terms.blastRadius, why: `${terms.blastRadius.why}; ${why}` },
  };
}

/** Steps that can be undone go first where each step interrupts the service. */
export const gentlestFirst = <A extends Pick<Action, "reversible" | "kind">>(
  actions: readonly A[],
  workload: ReplicaState | null,
): A[] =>
  actions.some(({ kind }) => isInterrupted(kind, workload))
    ? actions.toSorted((a, b) => Number(b.reversible) - Number(a.reversible))
    : [...actions];
