import type { V1Taint } from "@kubernetes/client-node";
import { quantity } from "../api/quantity.ts";
import { quotaUse } from "../api/quota.ts";
import { KINDS } from "../kinds.ts";
import {
  type ClaimObject,
  copyOf,
  type DisruptionBudgetObject,
  type NodeObject,
  type PodObject,
  type QuotaObject,
  type StorageClassObject,
} from "../objects.ts";
import { fitsSelector } from "../selectors.ts";
import { type AnyObject, type ClusterWrite, type Controller, countOf, event, isActive, isReady } from "./controller.ts";

/** Removes objects whose owner is gone, and what a namespace holds that is being deleted. */
export const garbage: Controller = {
  name: "generic-garbage-collector",
  sync(view) {
    const objects = KINDS.flatMap(({ plural }) => view.list<AnyObject>(plural).map((object) => ({ plural, object })));
    const uids = new Set(objects.map(({ object }) => object.metadata.uid));
    const ending = new Set(
      view
        .list<AnyObject>("namespaces")
        .filter(({ metadata }) => metadata.deletionTimestamp)
        .map(({ metadata }) => metadata.name),
    );
    return objects
      .filter(({ object: { metadata } }) => metadata.deletionTimestamp === undefined)
      .filter(({ object: { metadata } }) => {
        const owners = metadata.ownerReferences ?? [];
        const isOrphan = owners.length > 0 && owners.every(({ uid }) => !uids.has(uid));
        return isOrphan || ending.has(metadata.namespace ?? "");
      })
      .map(({ plural, object }): ClusterWrite => ({ verb: "delete", type: plural, object }));
  },
};

const CORDON = "node.kubernetes.io/unschedulable";

/** Gives cordoned nodes the taint that keeps pods away. */
export const nodes: Controller = {
  name: "node-controller",
  sync: (view) =>
    view.list<NodeObject>("nodes").flatMap((node): ClusterWrite[] => {
      const isTainted = node.spec.taints?.some(({ key }) => key === CORDON) === true;
      if (isTainted === (node.spec.unschedulable === true)) return [];
      const object = copyOf(node);
      const others = (node.spec.taints ?? []).filter(({ key }) => key !== CORDON);
      const taint = { key: CORDON, effect: "NoSchedule" } as V1Taint;
      object.spec.taints = (isTainted ? others : [...others, taint]) as never;
      if (isTainted && others.length === 0) delete object.spec.taints;
      return [{ verb: "update", type: "nodes", object }];
    }),
};

/** Counts what the pods of a namespace use of its quotas. */
export const quotas: Controller = {
  name: "resourcequota-controller",
  sync: (view) =>
    view.list<QuotaObject>("resourcequotas").map((quota): ClusterWrite => {
      const pods = view
        .list<PodObject>("pods")
        .filter(({ metadata }) => metadata.namespace === quota.metadata.namespace);
      const object = copyOf(quota);
      object.status = { hard: { ...quota.spec.hard }, used: quotaUse(quota, pods) };
      return { verb: "status", type: "resourcequotas", object };
    }),
};

/** Counts how many pods a disruption budget lets go. */
export const disruptionBudgets: Controller = {
  name: "disruption-controller",
  sync: (view) =>
    view.list<DisruptionBudgetObject>("poddisruptionbudgets").map((budget): ClusterWrite => {
      const { selector, minAvailable, maxUnavailable } = budget.spec;
      const pods = view
        .list<PodObject>("pods")
        .filter((pod) => pod.metadata.namespace === budget.metadata.namespace && isActive(pod))
        .filter(({ metadata }) => fitsSelector(selector, metadata.labels));
      const total = pods.length;
      const healthy = pods.filter(isReady).length;
      const desired =
        maxUnavailable === undefined
          ? countOf(minAvailable ?? 1, total, Math.ceil)
          : Math.max(0, total - countOf(maxUnavailable, total, Math.ceil));
      const object = copyOf(budget);
      object.status = {
        ...budget.status,
        currentHealthy: healthy,
        desiredHealthy: desired,
        disruptionsAllowed: Math.max(0, healthy - desired),
        expectedPods: total,
        observedGeneration: budget.metadata.generation ?? 1,
      };
      return { verb: "status", type: "poddisruptionbudgets", object };
    }),
};

/** Binds claims to storage, and expands them where their class allows it. No bytes are stored anywhere. */
export const claims: Controller = {
  name: "persistentvolume-controller",
  sync: (view) =>
    view.list<ClaimObject>("persistentvolumeclaims").flatMap((claim): ClusterWrite[] => {
      const storage = claim.spec.resources?.requests?.storage;
      const name = claim.spec.storageClassName;
      const found = view.list<StorageClassObject>("storageclasses").find(({ metadata }) => metadata.name === name);
      if (found === undefined) {
        if (claim.status.phase === "Bound" || name === undefined) return [];
        const message = `storageclass.storage.k8s.io "${name}" not found`;
        const isKnown = view.list<AnyObject & { message?: string }>("events").some((one) => one.message === message);
        return isKnown ? [] : [event(claim, "Warning", "ProvisioningFailed", message)];
      }
      const has = quantity(claim.status.capacity?.storage) ?? 0;
      if (storage === undefined || has >= (quantity(storage) ?? 0)) return [];
      const object = copyOf(claim);
      object.spec.volumeName ??= `pvc-${claim.metadata.uid}`;
      object.status = {
        ...claim.status,
        phase: "Bound",
        accessModes: claim.spec.accessModes ?? [],
        capacity: { storage },
      };
      return [
        { verb: "update", type: "persistentvolumeclaims", object },
        { verb: "status", type: "persistentvolumeclaims", object },
      ];
    }),
};
