import {
  fieldsAt,
  type JsonFields,
  fieldListOf,
  fieldsOf,
  numberOf,
  scalarOf,
  textMapOf,
  textOf,
  textsOf,
} from "./fields.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import type { ClusterNode, KubernetesService, Quota, ServicePort, Volume, VolumeClaim, Workload } from "./state.ts";
import type { ClusterEvent } from "./describe.ts";
import { containersOf } from "./read-object-containers.ts";

// What the API says about each kind, in the same form that `kubectl` prints is read into.

/** The replicas of a Deployment, StatefulSet or DaemonSet. Without `spec.replicas` there is one. */
export function workloadOfObject(object: KubernetesObject): Omit<Workload, "kind"> {
  const { name, namespace, source, spec, status } = object;
  const template = fieldsAt(spec, "template");
  const isDaemonSet = object.type === "daemonsets";
  const ready = isDaemonSet ? status.numberAvailable : status.readyReplicas;
  const desired = isDaemonSet ? numberOf(status.desiredNumberScheduled) : (numberOf(spec.replicas) ?? 1);
  return {
    name,
    namespace,
    source,
    ready: numberOf(ready) ?? (Object.keys(status).length === 0 ? null : 0),
    desired,
    labels: textMapOf(fieldsAt(template, "metadata").labels),
    containers: containersOf(fieldsAt(template, "spec")),
    events: [],
  };
}

export function serviceOfObject(
  { name, namespace, source, spec, labels }: KubernetesObject,
  hasEndpoints: boolean | null,
): KubernetesService {
  return {
    name,
    namespace,
    source,
    labels,
    selector: textMapOf(spec.selector),
    type: textOf(spec.type) ?? "",
    clusterIp: addressOf(textOf(spec.clusterIP)),
    ports: fieldListOf(spec.ports).flatMap((port): ServicePort[] => {
      const number = scalarOf(port.port);
      return number === null
        ? []
        : [
            {
              name: textOf(port.name) || null,
              port: number,
              target: scalarOf(port.targetPort),
              protocol: textOf(port.protocol) ?? "TCP",
            },
          ];
    }),
    hasEndpoints,
    endpointPorts: [],
  };
}

/** A cluster address of a Service; null for `None`. */
export const addressOf = (text: string | null | undefined): string | null =>
  text !== undefined && text !== null && /^[\d.]+$|:/.test(text) ? text : null;

/** Services with a ready address, as `namespace/name`, from Endpoints and EndpointSlices. */
export const readyServices = (objects: readonly KubernetesObject[]): Set<string> =>
  new Set(
    objects.flatMap(({ type, name, namespace, labels, whole }) => {
      if (type === "endpoints")
        return fieldListOf(whole.subsets).some(({ addresses }) => fieldListOf(addresses).length > 0)
          ? [`${namespace}/${name}`]
          : [];
      if (type !== "endpointslices") return [];
      const isReady = fieldListOf(whole.endpoints).some(
        ({ addresses, conditions }) => textsOf(addresses).length > 0 && fieldsOf(conditions).ready !== false,
      );
      return isReady ? [`${namespace}/${labels["kubernetes.io/service-name"] ?? name}`] : [];
    }),
  );

export function nodeOfObject({ name, source, spec, status, labels }: KubernetesObject): ClusterNode {
  const conditions = fieldListOf(status.conditions).map((condition) => ({
    type: textOf(condition.type) ?? "",
    status: textOf(condition.status) ?? "",
    reason: textOf(condition.reason) ?? "",
    message: textOf(condition.message) ?? "",
  }));
  const ready = conditions.find(({ type }) => type === "Ready");
  return {
    name,
    source,
    ready: ready === undefined || ready.status === "True",
    cordoned: spec.unschedulable === true,
    controlPlane: Object.keys(labels).some((label) =>
      /^node-role\.kubernetes\.io\/(master|control-plane)$/.test(label),
    ),
    conditions,
    agents: [],
  };
}

export const claimOfObject = (
  { name, namespace, source, spec, status, isDeleted }: KubernetesObject,
  events: readonly ClusterEvent[],
): VolumeClaim => ({
  name,
  namespace,
  source,
  status: isDeleted ? "Terminating" : (textOf(status.phase) ?? ""),
  storageClass: textOf(spec.storageClassName) ?? "",
  volume: textOf(spec.volumeName) ?? "",
  events,
});

/** Short names of access modes, as tables print them. */
const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

export function volumeOfObject({ name, source, spec, status, labels, isDeleted }: KubernetesObject): Volume {
  const claim = fieldsOf(spec.claimRef);
  const claimName = textOf(claim.name);
  return {
    name,
    source,
    status: isDeleted ? "Terminating" : (textOf(status.phase) ?? ""),
    capacity: scalarOf(fieldsOf(spec.capacity).storage) ?? "",
    accessModes: textsOf(spec.accessModes)
      .map((mode) => MODES[mode] ?? mode)
      .join(","),
    claim: claimName === null ? "" : `${textOf(claim.namespace) ?? ""}/${claimName}`,
    storageClass: textOf(spec.storageClassName) ?? "",
    labels,
  };
}

export function quotasOfObject({ name, namespace, source, spec, status }: KubernetesObject): Quota[] {
  const hard: JsonFields = { ...fieldsOf(spec.hard), ...fieldsOf(status.hard) };
  const used = textMapOf(status.used);
  return Object.entries(textMapOf(hard)).map(([resource, most]) => ({
    name,
    namespace,
    source,
    resource,
    used: used[resource] ?? "0",
    hard: most,
  }));
}
