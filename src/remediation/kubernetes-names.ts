import type { Entity } from "../domain/entity.ts";

/** An entity's names in a cluster; null if it has none. Objects are `kind/name`, so none begins with a dash. */
export type KubernetesNames = {
  namespace: string | null;
  workload: string | null;
  pod: string | null;
  node: string | null;
};

/** RFC 1123, as the API server checks names of workloads, pods and nodes. */
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const LABEL = /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
/**
 * `<deployment>-<template hash>-<5 characters>`, in the alphabet of apimachinery's `rand.SafeEncodeString`: without
 * vowels, so no word matches.
 */
const OF_DEPLOYMENT = /^(.+)-[bcdfghjklmnpqrstvwxz2456789]{5,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/;
const OF_STATEFUL_SET = /^(.+)-[0-9]{1,5}$/;
const ROLLED_OUT = new Set(["deployment", "statefulset", "daemonset"]);

/**
 * Names the objects to act on. `ns/Kind/name` is complete; a plain service name stands for its Deployment, a database's
 * for its StatefulSet, and a pod's owner is read from its name. A wrong guess is safe: the script first checks that the
 * object exists.
 */
export function kubernetesNames({ id, kind }: Entity): KubernetesNames {
  const parts = /^([^/]+)\/([A-Za-z]+)\/([^/]+)$/.exec(id);
  const namespace = parts?.[1] !== undefined && LABEL.test(parts[1]) ? parts[1] : null;
  // `app/cart`, an app: some recordings name things so
  const bare = id.toLowerCase().startsWith(`${kind.toLowerCase()}/`) ? id.slice(kind.length + 1) : id;
  const name = parts?.[3] ?? bare;
  const nowhere: KubernetesNames = { namespace, workload: null, pod: null, node: null };
  if (!SUBDOMAIN.test(name) || (parts !== null && namespace === null)) return nowhere;

  const kindName = (parts?.[2] ?? kind).toLowerCase();
  if (ROLLED_OUT.has(kindName)) return { ...nowhere, workload: `${kindName}/${name}` };
  switch (kindName) {
    case "service":
    case "app":
    case "entry":
    case "unknown":
      return { ...nowhere, workload: `deployment/${name}` };
    case "database":
      return { ...nowhere, workload: `statefulset/${name}` };
    case "pod":
      return { ...nowhere, pod: `pod/${name}`, workload: ownerOf(name) };
    case "node":
      return { ...nowhere, namespace: null, node: `node/${name}` };
    default:
      return nowhere;
  }
}

function ownerOf(pod: string): string | null {
  const deployment = OF_DEPLOYMENT.exec(pod)?.[1];
  if (deployment !== undefined) return `deployment/${deployment}`;
  const statefulSet = OF_STATEFUL_SET.exec(pod)?.[1];
  return statefulSet === undefined ? null : `statefulset/${statefulSet}`;
}
