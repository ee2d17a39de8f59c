import { shortened } from "../abnormal.ts";
import { fieldListOf, textOf, timeOf, fieldsOf, textsOf, numberOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import type { ClusterState, Pod } from "../state.ts";
import { found } from "./pod-starts.ts";
import { isUnready } from "./pods.ts";
import {
  conditionOf,
  isRecent,
  podObjects,
  RECENT_S,
  type Rule,
  secondsSince,
  STUCK_S,
  workloadIsShort,
} from "./rule.ts";

/** A pod that the kubelet evicted, with its reason. Those of the past whose workload is complete again do not count. */
function evictions(state: ClusterState): { pod: Pod; message: string }[] {
  const objects = podObjects(state);
  return state.pods.flatMap((pod) => {
    if (pod.status !== "Evicted") return [];
    const object = objects.get(`${pod.namespace}/${pod.name}`);
    const event = pod.events.findLast(({ reason }) => reason === "Evicted");
    const evictedMs = object && conditionOf(object.status, "DisruptionTarget")?.atMs;
    const ageS = event?.ageS ?? (object ? secondsSince(evictedMs ?? null, object) : null);
    if (ageS === null ? !workloadIsShort(state, pod) : ageS > RECENT_S) return [];
    return [{ pod, message: textOf(object?.status.message) ?? event?.message ?? "" }];
  });
}

const OWN_LIMIT =
  /ephemeral local storage usage exceeds|exceeds the limit|exceeds (its|the) local ephemeral storage limit/i;

const evictionRule = (cause: string, words: RegExp, says: string): Rule => ({
  cause,
  judge: (state, names) =>
    evictions(state)
      .filter(({ message }) => words.test(message) && (cause === "ephemeral_storage_limit" || !OWN_LIMIT.test(message)))
      .map(({ pod, message }) => {
        const facts = { reason: "Evicted", message: shortened(message), node: pod.node };
        // a node that is under pressure now is the origin
        const isNodes = state.nodes.some(
          ({ name, conditions }) =>
            name === pod.node && conditions.some(({ type, status }) => type.endsWith("Pressure") && status === "True"),
        );
        return found(pod, names, { kind: "cluster.not-ready", strength: isNodes ? 1 : 5, says, facts });
      }),
});

/** Names of containers that serve others in their pod, and of their images, by convention. */
const SIDECAR = /proxy|envoy|istio|linkerd|sidecar|agent|exporter|fluent|vector|vault|consul|dapr|cloud-?sql|otel/i;

/** The container of a pod that is not ready although all others are, if it is a sidecar. */
function brokenSidecar(pod: Pod, object: KubernetesObject | undefined): string | null {
  const restartable = new Set(
    fieldListOf(object?.spec.initContainers)
      .filter(({ restartPolicy }) => restartPolicy === "Always")
      .map(({ name }) => textOf(name)),
  );
  const main = object?.annotations["kubectl.kubernetes.io/default-container"] ?? pod.workload;
  const isSidecar = (name: string): boolean => name !== main && (restartable.has(name) || SIDECAR.test(name));
  const running = pod.containers.filter(({ state }) => state !== "Completed");
  const [broken, ...more] = running.filter(({ ready }) => ready === false);
  const others = running.filter(({ name, ready }) => ready === true && !isSidecar(name));
  return broken && more.length === 0 && others.length > 0 && isSidecar(broken.name) ? broken.name : null;
}

/** Pods that ended, that do not end, or of which only a part runs. */
export const POD_END_RULES: readonly Rule[] = [
  evictionRule(
    "evicted_disk",
    /low on resource: (ephemeral-storage|inodes|nodefs|imagefs)|DiskPressure/i,
    "evicted, because its node ran out of disk",
  ),
  evictionRule(
    "evicted_memory",
    /low on resource: memory|MemoryPressure/i,
    "evicted, because its node ran out of memory",
  ),
  evictionRule(
    "evicted_pids",
    /low on resource: pids|PIDPressure/i,
    "evicted, because its node ran out of process ids",
  ),
  evictionRule(
    "ephemeral_storage_limit",
    OWN_LIMIT,
    "evicted, because it wrote more to its local disk than its limit allows",
  ),
  {
    cause: "preempted",
    judge: (state, names) =>
      state.pods.flatMap((pod) => {
        const event = pod.events.findLast(
          ({ reason, message }) => reason === "Preempted" || message.startsWith("Preempted by"),
        );
        if (!event || !isRecent(event) || !workloadIsShort(state, pod)) return [];
        const facts = { reason: "Preempted", message: shortened(event.message) };
        const says = "removed from its node to make room for a pod of higher priority";
        return [found(pod, names, { kind: "cluster.unschedulable", strength: 5, says, facts })];
      }),
  },
  {
    cause: "sidecar_not_ready",
    judge: (state, names) => {
      const objects = podObjects(state);
      return state.pods.filter(isUnready).flatMap((pod) => {
        const container = brokenSidecar(pod, objects.get(`${pod.namespace}/${pod.name}`));
        if (container === null) return [];
        const says = "its program is ready, but a sidecar in its pod is not";
        return [found(pod, names, { kind: "cluster.not-ready", strength: 5, says, facts: { container } })];
      });
    },
  },
  {
    cause: "pod_stuck_terminating",
    judge: (state, names) => {
      const objects = podObjects(state);
      return state.pods.flatMap((pod) => {
        const object = objects.get(`${pod.namespace}/${pod.name}`);
        if (object === undefined || !object.isDeleted) return [];
        const metadata = fieldsOf(object.whole.metadata);
        // the API sets the time of deletion to the end of the grace period
        const overdueS = secondsSince(timeOf(metadata.deletionTimestamp), object);
        const isOnDeadNode = state.nodes.some(({ name, ready }) => name === pod.node && !ready);
        if (overdueS === null || overdueS < STUCK_S || isOnDeadNode) return [];
        const facts = {
          overdue_s: Math.round(overdueS),
          grace_s: numberOf(metadata.deletionGracePeriodSeconds),
          finalizers: textsOf(metadata.finalizers).join(","),
        };
        const says = "was deleted, but does not end";
        return [found(pod, names, { kind: "cluster.not-ready", strength: 4, says, facts })];
      });
    },
  },
];
