import { isIPv4 } from "node:net";
import { controllerReference, type ObjectMeta, type PodObject, type ServiceObject } from "../objects.ts";
import { hasLabels } from "../selectors.ts";
import {
  type AnyObject,
  type ClusterView,
  type ClusterWrite,
  type Controller,
  hashOf,
  isActive,
  isReady,
} from "./controller.ts";

/** Keeps the Endpoints and the EndpointSlice of each Service that selects pods. */
export const endpoints: Controller = {
  name: "endpoint-controller",
  sync(view) {
    const pods = view.list<PodObject>("pods").filter((pod) => isActive(pod) && isIPv4(pod.status.podIP ?? ""));
    return view
      .list<ServiceObject>("services")
      .filter(({ spec }) => spec.selector !== undefined && spec.type !== "ExternalName")
      .flatMap((service) => syncOne(service, pods, view));
  },
};

/** The port of a pod that a Service's port leads to; null if the pod names no such port. */
export function targetPortOf(port: { port: number; targetPort?: unknown }, pod: PodObject): number | null {
  const target = port.targetPort ?? port.port;
  if (typeof target === "number") return target;
  const named = pod.spec.containers.flatMap(({ ports = [] }) => ports).find(({ name }) => name === target);
  return named?.containerPort ?? null;
}

function syncOne(service: ServiceObject, all: readonly PodObject[], view: ClusterView): ClusterWrite[] {
  const { name, namespace = "" } = service.metadata;
  const pods = all.filter(
    ({ metadata }) => metadata.namespace === namespace && hasLabels(service.spec.selector ?? {}, metadata.labels),
  );
  const ports = (service.spec.ports ?? []).flatMap((port) => {
    const number = pods.map((pod) => targetPortOf(port, pod)).find((target) => target !== null) ?? null;
    const { name: portName = "", protocol = "TCP" } = port;
    return number === null ? [] : [{ name: portName, port: number, protocol }];
  });
  const targetRef = ({ metadata }: PodObject): object => ({
    kind: "Pod",
    name: metadata.name,
    namespace,
    uid: metadata.uid,
  });
  const address = (pod: PodObject): object => ({
    ip: pod.status.podIP,
    nodeName: pod.spec.nodeName,
    targetRef: targetRef(pod),
  });
  const ready = pods.filter(isReady);
  const waiting = pods.filter((pod) => !isReady(pod));
  const subset = {
    ...(ready.length === 0 ? {} : { addresses: ready.map(address) }),
    ...(waiting.length === 0 ? {} : { notReadyAddresses: waiting.map(address) }),
    ports: ports.map(({ name: portName, ...port }) => (portName === "" ? port : { name: portName, ...port })),
  };
  const { labels = {} } = service.metadata;
  return [
    ...kept(view, "endpoints", {
      metadata: { name, namespace, labels },
      subsets: pods.length === 0 || ports.length === 0 ? [] : [subset],
    }),
    ...kept(view, "endpointslices", {
      metadata: {
        name: `${name}-${hashOf(service.metadata.uid).slice(0, 5)}`,
        namespace,
        labels: {
          ...labels,
          "kubernetes.io/service-name": name,
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        },
        ownerReferences: [controllerReference(service as never)],
      },
      addressType: "IPv4",
      ports,
      endpoints: pods.map((pod) => ({
        addresses: [pod.status.podIP],
        conditions: { ready: isReady(pod), serving: isReady(pod), terminating: false },
        nodeName: pod.spec.nodeName,
        targetRef: targetRef(pod),
      })),
    }),
  ];
}

/** Creates the object, or gives it these fields. */
function kept(
  view: ClusterView,
  type: string,
  object: { metadata: Partial<ObjectMeta> & { name: string; namespace: string }; [field: string]: unknown },
): ClusterWrite[] {
  const { name, namespace } = object.metadata;
  const known = view
    .list<AnyObject>(type)
    .find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  if (known === undefined) return [{ verb: "create", type, object }];
  return [
    { verb: "update", type, object: { ...known, ...object, metadata: { ...known.metadata, ...object.metadata } } },
  ];
}
