import type { Finding } from "../domain/finding.ts";
import type { Incident } from "../domain/incident.ts";
import type { ClusterAnswer, Topology } from "../domain/telemetry.ts";
import type { Abnormal, Knows } from "./abnormal.ts";
import { type Names, namesFor } from "./names.ts";
import { deliveries, type Delivery } from "./delivery.ts";
import { readState } from "./read-state.ts";
import { AUTOSCALING_RULES, DISRUPTION_RULES } from "./rules/autoscaling.ts";
import { CERTIFICATE_RULES } from "./rules/certificates.ts";
import { JOB_RULES } from "./rules/jobs.ts";
import { NETWORK_POLICY_RULES } from "./rules/network-policies.ts";
import { LEFTOVER_RULES } from "./rules/leftovers.ts";
import { POD_END_RULES } from "./rules/pod-ends.ts";
import { POD_START_RULES } from "./rules/pod-starts.ts";
import { ROLLOUT_RULES } from "./rules/rollouts.ts";
import { ROUTE_RULES } from "./rules/ingress.ts";
import type { Rule } from "./rules/rule.ts";
import { judgeAddresses } from "./rules/addresses.ts";
import { judgeAdmission } from "./rules/admission.ts";
import { judgeErrorLogs, victimsOf } from "./rules/error-logs.ts";
import { judgeImages } from "./rules/images.ts";
import { judgeNodes } from "./rules/nodes.ts";
import { judgePods } from "./rules/pods.ts";
import { judgeProbes } from "./rules/probes.ts";
import { judgeRaisedAlerts } from "./rules/raised-alerts.ts";
import { judgeRoutes } from "./rules/routes.ts";
import { judgeScheduling } from "./rules/scheduling.ts";
import { judgeServices } from "./rules/services.ts";
import { judgeWorkloads } from "./rules/workloads.ts";
import type { ClusterState } from "./state.ts";
import { addressesOf } from "./entity-addresses.ts";
import { clusterTopology } from "./topology.ts";
import type { ReplicaState } from "../domain/replica-state.ts";
import { workloadStates } from "./workload-states.ts";

/** Hard cap; the strongest findings are kept. */
const MAX_FINDINGS = 2000;

/**
 * Factor for findings about a program that suffers from another: its log blames a database, or a quota of its
 * namespace rejects it.
 */
const VICTIM = 0.2;

const RULES: readonly ((state: ClusterState, names: Names, knows: Knows) => Abnormal[])[] = [
  judgeNodes,
  judgeAdmission,
  judgeScheduling,
  judgeImages,
  judgePods,
  judgeProbes,
  judgeWorkloads,
  judgeServices,
  judgeAddresses,
  judgeRoutes,
  judgeErrorLogs,
  judgeRaisedAlerts,
];

/** Rules that state one cause each. */
export const CHECKS: readonly Rule[] = [
  ...POD_START_RULES,
  ...POD_END_RULES,
  ...ROLLOUT_RULES,
  ...AUTOSCALING_RULES,
  ...DISRUPTION_RULES,
  ...JOB_RULES,
  ...ROUTE_RULES,
  ...NETWORK_POLICY_RULES,
  ...CERTIFICATE_RULES,
  ...LEFTOVER_RULES,
];

/** `withoutCauses`: cards whose rules are left out, to measure what is said about a fault without a rule. */
type JudgeOptions = {
  incident: Pick<Incident, "asOfMs" | "window" | "alarmAtMs" | "vocabulary">;
  connector: string;
  query: string;
  withoutCauses?: ReadonlySet<string> | undefined;
};
export type ClusterInput = JudgeOptions & { answers: readonly ClusterAnswer[] };

/**
 * Judges the output of read-only diagnostic tools by what Kubernetes means by it. Gives one finding per entity and
 * statement: pods of one workload with the same statement count once. A snapshot has no dates, so no finding has an
 * onset.
 */
export function clusterFindings({ answers, ...options }: ClusterInput): {
  findings: Finding[];
  topology: Topology;
  addresses: Readonly<Record<string, string>>;
  deliveries: Readonly<Record<string, Delivery>>;
  workloads: Readonly<Record<string, ReplicaState>>;
} {
  const { asOfMs, window, alarmAtMs } = options.incident;
  const state = readState(answers, asOfMs ?? window?.endMs ?? alarmAtMs);
  const names = namesFor(options.incident, state);
  return {
    findings: judgeState(state, names, options),
    topology: clusterTopology(state, names),
    addresses: addressesOf(state, names),
    deliveries: deliveries(state, names),
    workloads: workloadStates(state, names),
  };
}

/** The findings about a state that was read, strongest first. */
export function judgeState(
  state: ClusterState,
  names: Names,
  { incident, connector, query, withoutCauses }: JudgeOptions,
): Finding[] {
  const knows: Knows = (cause) => withoutCauses?.has(cause) !== true;
  const all: Abnormal[] = [
    ...RULES.flatMap((rule) => rule(state, names, knows)),
    ...CHECKS.flatMap(({ cause, judge }) => judge(state, names).map((found) => ({ ...found, cause }))),
  ].filter(({ cause }) => cause === undefined || knows(cause));
  const victims = new Set([
    ...victimsOf(state, names, knows),
    ...all.flatMap(({ kind, peer }) => (kind === "cluster.admission" ? (peer ?? []) : [])),
  ]);
  const strongest = new Map<string, Abnormal>();
  for (const found of all) {
    const abnormal = victims.has(found.entity.id) ? { ...found, strength: found.strength * VICTIM } : found;
    const key = [abnormal.kind, abnormal.entity.id, abnormal.summary.replace(/\d+/g, "#")].join("\u0000");
    if ((strongest.get(key)?.strength ?? 0) < abnormal.strength) strongest.set(key, abnormal);
  }
  return [...strongest.values()]
    .map(({ kind, entity, strength, summary, facts, source, peer, exemplar, cause }): Finding => ({
      signal: kind === "alert.firing" ? "alert" : "cluster",
      kind,
      entity,
      strength,
      onsetMs: null,
      peer: peer ?? null,
      summary,
      evidence: {
        connector,
        query: source || query,
        window: incident.window,
        facts: cause === undefined || kind === "alert.firing" ? facts : { ...facts, means: cause },
        ...(exemplar === undefined ? {} : { exemplar }),
      },
    }))
    .toSorted((a, b) => b.strength - a.strength || (a.summary < b.summary ? -1 : 1))
    .slice(0, MAX_FINDINGS);
}
