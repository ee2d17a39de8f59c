import { targetOf } from "./alert-target.ts";
import { workloadOfPod } from "./pod-names.ts";
import { hostOf, isMeasuringProgram } from "./scrapers.ts";

type Labels = Readonly<Record<string, string>>;
/** A label whose value names an entity, and the kind of that entity. */
export type EntityLabel = { label: string; kind: string };
/**
 * The entity that a series measures. `label`: the label that names it; null if none holds the name as it is. `partOf`:
 * what else the labels say that it belongs to, such as the workload of a pod.
 */
export type MeasuredEntity = { entity: string; kind: string; label: string | null; partOf: string[] };

/** Kubernetes's pods, as cAdvisor, kube-state-metrics, service discovery and OpenTelemetry label them. */
const POD_LABELS = ["exported_pod", "pod", "pod_name", "kubernetes_pod_name", "k8s_pod_name"];
/** Whoever measured a call stands in the other labels. */
const OF_CALLS = /^(?:destination|dst)_/;
/** What blackbox exporters and OpenTelemetry's checks measure, from outside as users do. */
const PROBES = /^(?:probe|httpcheck)[_.]/;
/** Labels of the workload beside the label of a pod or an instance. */
const WORKLOADS = ["service_name", "service", "app", "application", "app_kubernetes_io_name", "job", "exported_job"];

/**
 * Labels that may name an entity: OpenTelemetry, cAdvisor, kube-state-metrics, node_exporter, istio, Spring, clouds.
 */
export const ENTITY_LABELS: readonly string[] = (
  "service_name service app application app_kubernetes_io_name component job exported_service exported_job job_name " +
  "destination_workload destination_service_name destination_canonical_service destination_app dst_deployment " +
  "envoy_cluster_name backend ingress deployment statefulset daemonset rollout cronjob horizontalpodautoscaler " +
  "persistentvolumeclaim pod exported_pod pod_name kubernetes_pod_name k8s_pod_name container exported_container " +
  "container_name name container_label_com_docker_compose_service node exported_node kubernetes_node k8s_node_name " +
  "nodename node_name instance exported_instance host hostname exported_host server target url " +
  "dimension_DBInstanceIdentifier dbinstance_identifier dimension_FunctionName dimension_QueueName dimension_TableName"
).split(" ");

/** Labels that name a node. */
export const NODE_LABELS: readonly string[] =
  "node exported_node kubernetes_node k8s_node_name nodename node_name instance host hostname".split(" ");

/**
 * Reads the entity that a series measures from its labels. Labels of the configuration come first, then a pod, then the
 * same labels as of an alert.
 *
 * @param nodeNames the name of the node behind an address, by the value of `instance`.
 * @returns null if no label names an entity.
 */
export function measuredEntity(
  labels: Labels,
  configured: readonly EntityLabel[] = [],
  nodeNames: ReadonlyMap<string, string> = new Map(),
): MeasuredEntity | null {
  for (const { label, kind } of configured) {
    const value = labels[label]?.trim() ?? "";
    if (value !== "") return { entity: value, kind, label, partOf: [] };
  }
  const podLabel = Object.keys(labels).some((label) => OF_CALLS.test(label)) ? undefined : podLabelOf(labels);
  const pod = podLabel === undefined ? "" : (labels[podLabel] ?? "");
  if (podLabel !== undefined) return { entity: pod, kind: "pod", label: podLabel, partOf: workloadsOf(pod, labels) };
  const target = targetOf(withoutInstanceId(labels));
  if (target === null) return null;
  const entity = target.entity.replace(/^[^/]+\/(?=[^/]+$)/, ""); // OpenTelemetry's job is `namespace/name`
  const label = labelOf(entity, labels);
  const node = label === "instance" ? nodeNames.get(labels.instance ?? "") : undefined;
  if (node !== undefined) return { entity: node, kind: "node", label, partOf: [entity] };
  const [, compose] = /^(.+)[-_]\d{1,4}$/.exec(entity) ?? []; // Docker Compose numbers the containers of a service
  const kind = PROBES.test(labels.__name__ ?? "") ? "probe" : target.kind;
  return { entity, kind, label, partOf: compose === undefined ? [] : [compose] };
}

/** OpenTelemetry gives an id as `instance`, beside a job `namespace/name`. It is the address of nothing. */
function withoutInstanceId(labels: Labels): Labels {
  const { instance = "", job = "", ...others } = labels;
  return /^[^/]+\/[^/]+$/.test(job) && !instance.includes(":") ? { ...others, job } : labels;
}

/** The label of a pod that is not the pod of whoever measured. */
const podLabelOf = (labels: Labels): string | undefined =>
  POD_LABELS.find((label) => {
    const pod = labels[label] ?? "";
    return pod !== "" && !isMeasuringProgram(workloadOfPod(pod) ?? pod);
  });

function workloadsOf(pod: string, labels: Labels): string[] {
  const named = WORKLOADS.flatMap((label) => labels[label] ?? []).filter((name) => !isMeasuringProgram(name));
  return [...new Set([workloadOfPod(pod) ?? pod, ...named])];
}

function labelOf(entity: string, labels: Labels): string | null {
  const entries = Object.entries(labels).filter(([name]) => name !== "__name__");
  const tests: ((value: string) => boolean)[] = [
    (value) => value === entity,
    (value) => hostOf(value).host === entity || value.endsWith(`/${entity}`),
    (value) => workloadOfPod(value) === entity,
    (value) => value.includes(entity),
  ];
  for (const test of tests) {
    const found = entries.filter(([, value]) => test(value)).map(([name]) => name);
    const best = ENTITY_LABELS.find((name) => found.includes(name)) ?? found[0];
    if (best !== undefined) return best;
  }
  return null;
}
