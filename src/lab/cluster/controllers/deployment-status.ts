import { timeText } from "../api/registry.ts";
import { copyOf, type DeploymentObject, type ReplicaSetObject } from "../objects.ts";
import { type ClusterWrite, type StatusCondition, withCondition } from "./controller.ts";
import { bounds } from "./rollout.ts";

type Counts = Required<
  Pick<
    DeploymentObject["status"],
    "replicas" | "updatedReplicas" | "readyReplicas" | "availableReplicas" | "unavailableReplicas"
  >
>;

/**
 * The status of a Deployment: numbers, and the conditions Available, Progressing and ReplicaFailure.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function deploymentStatus(
  deployment: DeploymentObject,
  sets: readonly ReplicaSetObject[],
  newest: ReplicaSetObject | null,
  nowMs: number,
): ClusterWrite {
  const total = (pick: (status: ReplicaSetObject["status"]) => number | undefined, of = sets): number =>
    of.reduce((sum, { status }) => sum + (pick(status) ?? 0), 0);
  const wanted = deployment.spec.replicas ?? 1;
  const availableReplicas = total((status) => status.availableReplicas);
  const counts: Counts = {
    replicas: total((status) => status.replicas),
    updatedReplicas: total((status) => status.replicas, newest === null ? [] : [newest]),
    readyReplicas: total((status) => status.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
  };
  const now = timeText(nowMs);
  const isEnough = availableReplicas >= wanted - bounds(deployment).unavailable;
  const available = {
    type: "Available",
    status: isEnough ? "True" : "False",
    reason: isEnough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
    message: `Deployment ${isEnough ? "has" : "does not have"} minimum availability.`,
  };
  let conditions = withCondition(deployment.status.conditions, available, now, { hasUpdateTime: true });
  conditions = progress(deployment, { conditions, counts, newest, nowMs });
  const failure = sets.flatMap(({ status }) => status.conditions ?? []).find(({ type }) => type === "ReplicaFailure");
  conditions =
    failure === undefined
      ? conditions.filter(({ type }) => type !== "ReplicaFailure")
      : withCondition(conditions, failure as StatusCondition, now, { hasUpdateTime: true });
  const next = copyOf(deployment);
  const nonZero = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  next.status = {
    ...nonZero,
    observedGeneration: deployment.metadata.generation ?? 1,
    conditions: conditions as never,
  };
  return { verb: "status", type: "deployments", object: next };
}

/** Pods that are not of the newest template. */
const oldOf = (of: Partial<Counts>): number => (of.replicas ?? 0) - (of.updatedReplicas ?? 0);

type Progress = { conditions: StatusCondition[]; counts: Counts; newest: ReplicaSetObject | null; nowMs: number };

function progress(deployment: DeploymentObject, { conditions, counts, newest, nowMs }: Progress): StatusCondition[] {
  const { spec, status } = deployment;
  const current = conditions.find(({ type }) => type === "Progressing");
  const set = (is: string, reason: string, message: string, isFresh = false): StatusCondition[] =>
    withCondition(conditions, { type: "Progressing", status: is, reason, message }, timeText(nowMs), {
      hasUpdateTime: true,
      isFresh,
    });
  if (spec.paused === true) {
    if (current?.reason === "ProgressDeadlineExceeded") return conditions;
    return set("Unknown", "DeploymentPaused", "Deployment is paused");
  }
  if (current?.reason === "DeploymentPaused") return set("Unknown", "DeploymentResumed", "Deployment is resumed");
  const name = newest?.metadata.name ?? "";
  const isNew = newest === null || newest.status.observedGeneration === undefined;
  if (isNew) return set("True", "NewReplicaSetCreated", `Created new replica set "${name}"`);
  const wasComplete = current?.reason === "NewReplicaSetAvailable";
  if (wasComplete && current.message?.includes(`"${name}"`) === true) return conditions;
  const wanted = spec.replicas ?? 1;
  const isComplete =
    counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas >= wanted;
  if (isComplete) return set("True", "NewReplicaSetAvailable", `ReplicaSet "${name}" has successfully progressed.`);
  if (wasComplete) return set("True", "FoundNewReplicaSet", `Found new replica set "${name}"`);
  const hasMoved =
    counts.updatedReplicas > (status.updatedReplicas ?? 0) ||
    oldOf(counts) < oldOf(status) ||
    counts.readyReplicas > (status.readyReplicas ?? 0) ||
    counts.availableReplicas > (status.availableReplicas ?? 0);
  if (hasMoved) return set("True", "ReplicaSetUpdated", `ReplicaSet "${name}" is progressing.`, true);
  const sinceMs = Date.parse(current?.lastUpdateTime ?? "");
  const isLate = nowMs - sinceMs > (spec.progressDeadlineSeconds ?? 600) * 1000;
  return isLate
    ? set("False", "ProgressDeadlineExceeded", `ReplicaSet "${name}" has timed out progressing.`)
    : conditions;
}
