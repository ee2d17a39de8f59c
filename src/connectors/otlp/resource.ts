import type { Entity } from "../../domain/entity.ts";
import { firstOf, nameOf, type OtlpAttributes } from "./values.ts";

/** Names of the workload that runs a pod, where a collector knows no service. */
const WORKLOADS = [
  "k8s.deployment.name",
  "k8s.statefulset.name",
  "k8s.daemonset.name",
  "k8s.cronjob.name",
  "k8s.job.name",
  "app.kubernetes.io/name",
  "faas.name",
  "aws.ecs.task.family",
  "container.name",
  "k8s.container.name",
];
const POD = ["k8s.pod.name"];
const NODE = ["k8s.node.name", "host.name"];
/** What an SDK says of a service that nobody named. */
const NAMELESS = /^unknown_service(?::.*)?$/;

/**
 * What sent a record. `service`: the service or, if nobody named it (`isNamed` false), its workload. `instance`: which
 * of several equal processes it is.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/resource/
 */
export type OtlpResource = {
  service: string | null;
  isNamed: boolean;
  pod: string | null;
  node: string | null;
  instance: string | null;
};

const named = (name: string | null): string | null => (name === null ? null : nameOf(name) || null);

export function resourceOf(attributes: OtlpAttributes): OtlpResource {
  const service = firstOf(attributes, ["service.name"]);
  const isNamed = service !== null && !NAMELESS.test(service);
  return {
    service: named(isNamed ? service : (firstOf(attributes, WORKLOADS) ?? service)),
    isNamed,
    pod: named(firstOf(attributes, POD)),
    node: named(firstOf(attributes, NODE)),
    instance: named(firstOf(attributes, ["service.instance.id"])),
  };
}

const RANDOM_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$|^[0-9a-f]{32}$/i;

/** The pod or named instance of a log record or a span. A random id of a process names nothing that people know. */
export const instanceOf = ({ pod, instance }: OtlpResource): string | null =>
  pod ?? (instance === null || RANDOM_ID.test(instance) ? null : instance);

/** The entity that wrote a log record or made a span: the service, else the pod, else the host. */
export const writerOf = ({ service, pod, node }: OtlpResource): string => service ?? pod ?? node ?? "unknown";

/**
 * The entity that a metric is about. A metric of a resource without a service is about its pod (as a kubelet reports
 * it), or about its host.
 */
export function measuredEntity({ service, isNamed, pod, node }: OtlpResource): Entity {
  if (service !== null && (isNamed || pod === null)) return { id: service, kind: "service" };
  if (pod !== null) return { id: pod, kind: "pod" };
  return node === null ? { id: "unknown", kind: "unknown" } : { id: node, kind: "node" };
}
