import { timeText } from "../api/registry.ts";
import { controllerReference, copyOf, type PodObject, type ReplicaSetObject } from "../objects.ts";
import {
  byController,
  type ClusterView,
  type ClusterWrite,
  type Controller,
  event,
  isActive,
  isAvailable,
  isReady,
  podFrom,
  withCondition,
} from "./controller.ts";

/** Keeps as many pods as a ReplicaSet wants. */
export const replicaSets: Controller = {
  name: "replicaset-controller",
  sync(view) {
    const pods = byController(view.list<PodObject>("pods"));
    return view
      .list<ReplicaSetObject>("replicasets")
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((set) => syncOne(set, pods.get(set.metadata.uid ?? "") ?? [], view));
  },
};

function syncOne(set: ReplicaSetObject, owned: readonly PodObject[], view: ClusterView): ClusterWrite[] {
  const active = owned.filter(isActive);
  const missing = (set.spec.replicas ?? 0) - active.length;
  const changes = missing > 0 ? creations(set, missing, view) : deletions(set, active, -missing);
  return [...changes, ...statusOf(set, active, view, changes.length === 0)];
}

function creations(set: ReplicaSetObject, count: number, { nowMs }: ClusterView): ClusterWrite[] {
  const { name, namespace = "" } = set.metadata;
  const object = podFrom(set.spec.template ?? {}, {
    generateName: `${name}-`,
    namespace,
    ownerReferences: [controllerReference(set as never)],
  });
  const one: ClusterWrite = {
    verb: "create",
    type: "pods",
    object,
    onCreated: (pod) => [event(set, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`)],
    onRefused(why) {
      const failed = copyOf(set);
      const condition = { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: why };
      failed.status.conditions = withCondition(set.status.conditions, condition, timeText(nowMs)) as never;
      return [
        { verb: "status", type: "replicasets", object: failed },
        event(set, "Warning", "FailedCreate", `Error creating: ${why}`),
      ];
    },
  };
  return Array.from({ length: count }, () => one);
}

const use = (pod: PodObject): number => (pod.spec.nodeName === undefined ? 0 : isReady(pod) ? 2 : 1);

const born = ({ metadata }: PodObject): number => Date.parse(metadata.creationTimestamp ?? "");

/** Pods go that are of least use: those that run nowhere, that are not ready, that are youngest. */
function deletions(set: ReplicaSetObject, active: readonly PodObject[], count: number): ClusterWrite[] {
  return active
    .toSorted((a, b) => use(a) - use(b) || born(b) - born(a))
    .slice(0, count)
    .flatMap((pod): ClusterWrite[] => [
      { verb: "delete", type: "pods", object: pod },
      event(set, "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`),
    ]);
}

/** `isSettled`: no pod is being made or deleted, so that the numbers are those of the current spec. */
function statusOf(
  set: ReplicaSetObject,
  active: readonly PodObject[],
  { nowMs }: ClusterView,
  isSettled: boolean,
): ClusterWrite[] {
  const { minReadySeconds = 0, replicas = 0 } = set.spec;
  const next = copyOf(set);
  const hasFailed = set.status.conditions?.some(({ type }) => type === "ReplicaFailure") === true;
  next.status = {
    ...set.status,
    replicas: active.length,
    fullyLabeledReplicas: active.length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length,
  };
  const generation = isSettled || hasFailed ? set.metadata.generation : set.status.observedGeneration;
  if (generation !== undefined) next.status.observedGeneration = generation;
  if (hasFailed && active.length >= replicas)
    next.status.conditions = (set.status.conditions ?? []).filter(({ type }) => type !== "ReplicaFailure");
  return [{ verb: "status", type: "replicasets", object: next }];
}
