import type { Entity } from "../../domain/entity.ts";
import type { Abnormal } from "../abnormal.ts";
import type { ClusterEvent } from "../describe.ts";
import { fieldListOf, type JsonFields, textMapOf, textOf, timeOf } from "../fields.ts";
import type { KubernetesObject } from "../kubernetes-object.ts";
import { selects } from "../label-index.ts";
import type { Names } from "../names.ts";
import type { ClusterState, Pod } from "../state.ts";

/** One check of the cluster's state, and the cause card that its findings state. */
export type Rule = { cause: string; judge(state: ClusterState, names: Names): Found[] };
/** A finding of a rule. The rule adds its cause. */
export type Found = Omit<Abnormal, "cause">;

/** Older events do not belong to this incident, and younger objects may still be starting. Seconds. */
export const RECENT_S = 1800;
export const STUCK_S = 600;

export const isRecent = ({ ageS }: ClusterEvent): boolean => ageS === null || ageS < RECENT_S;

export const ofType = ({ objects }: ClusterState, type: string): KubernetesObject[] =>
  objects.filter((one) => one.type === type);

/** A condition of an object. `atMs`: when it last changed, Unix milliseconds. */
export type Condition = { status: string; reason: string; message: string; atMs: number | null };

/** The condition of one type among the `conditions` of a status; null if there is none. */
export function conditionOf(status: JsonFields, type: string): Condition | null {
  const found = fieldListOf(status.conditions).find((one) => one.type === type);
  return found === undefined
    ? null
    : {
        status: textOf(found.status) ?? "",
        reason: textOf(found.reason) ?? "",
        message: textOf(found.message) ?? "",
        atMs: timeOf(found.lastTransitionTime),
      };
}

/** Seconds from a time until the object was read; null if one of them is unknown. */
export const secondsSince = (ms: number | null, { takenMs }: KubernetesObject): number | null =>
  ms === null || takenMs === null ? null : (takenMs - ms) / 1000;

/** True if the object is so young that it may still be starting. */
export const isYoung = (object: KubernetesObject): boolean => {
  const ageS = secondsSince(object.createdMs, object);
  return ageS !== null && ageS < STUCK_S;
};

/** The entity of a workload that another object refers to by name. */
export function workloadEntity(
  { workloadIndex }: ClusterState,
  names: Names,
  { namespace, name }: { namespace: string; name: string },
): Entity {
  const workload = workloadIndex.at(namespace, name);
  return workload ? names.ofWorkload(workload) : names.app(name);
}

/** The pods of a namespace that a label selector selects. Selectors with expressions are not evaluated: no pod. */
export function selectedPods({ pods }: ClusterState, namespace: string, selector: JsonFields): Pod[] {
  if (fieldListOf(selector.matchExpressions).length > 0) return [];
  const labels = textMapOf(selector.matchLabels);
  const isAll = Object.keys(labels).length === 0;
  return pods.filter((pod) => pod.namespace === namespace && (isAll || selects(labels, pod.labels)));
}

/** True if a workload has fewer ready pods than it asks for. */
export const isShort = ({ ready, desired }: { ready: number | null; desired: number | null }): boolean =>
  desired !== null && ready !== null && ready < desired;

/** True if the workload of a pod lacks ready pods; true too if nothing is known of its workload. */
export function workloadIsShort({ workloadIndex }: ClusterState, pod: Pod): boolean {
  const own = workloadIndex.at(pod.namespace, pod.workload);
  return own === undefined || isShort(own) || own.ready === null;
}

/** The API object of each pod, by namespace and name. */
export const podObjects = (state: ClusterState): Map<string, KubernetesObject> =>
  new Map(ofType(state, "pods").map((one) => [`${one.namespace}/${one.name}`, one]));
