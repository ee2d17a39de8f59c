import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { Stored } from "../cluster/objects.ts";
import { processUse } from "../cluster/kubelet/limits.ts";
import type { MarketContainer } from "../market/market-runtime.ts";
import { bytesOf } from "../market/quantity.ts";
import { type ExposedFamily, formatExposition, type MetricType, type Sample } from "../process/prometheus-text.ts";

export type ExposedState = {
  deployments: readonly Stored<V1Deployment>[];
  pods: readonly Stored<V1Pod>[];
  containers: readonly MarketContainer[];
};

/** What kube-state-metrics and cAdvisor expose, under their names, as far as rules and people usually read it. */
export function exposeClusterState({ deployments, pods, containers }: ExposedState): string {
  const ofDeployments = (name: string, value: (one: Stored<V1Deployment>) => number): ExposedFamily =>
    family(
      name,
      "gauge",
      deployments.map((one) => sample(name, { namespace: ns(one), deployment: one.metadata?.name ?? "" }, value(one))),
    );
  const statuses = pods.flatMap((pod) =>
    (pod.status?.containerStatuses ?? []).map((status) => ({
      status,
      labels: { namespace: ns(pod), pod: pod.metadata?.name ?? "", container: status.name },
    })),
  );
  const ofContainers = (name: string, type: MetricType, value: (one: MarketContainer) => number | null) =>
    family(
      name,
      type,
      containers.flatMap((one) => {
        const read = value(one);
        const labels = { namespace: one.namespace, pod: one.pod, container: one.container };
        return read === null ? [] : [sample(name, labels, read)];
      }),
    );
  const limitOf = ({ pod, container }: MarketContainer): number | null =>
    bytesOf(
      pods.find(({ metadata }) => metadata?.name === pod)?.spec?.containers.find(({ name }) => name === container)
        ?.resources?.limits?.memory,
    );
  return formatExposition([
    ofDeployments("kube_deployment_spec_replicas", ({ spec }) => spec?.replicas ?? 1),
    ofDeployments("kube_deployment_status_replicas_available", ({ status }) => status?.availableReplicas ?? 0),
    family(
      "kube_pod_container_status_restarts_total",
      "counter",
      statuses.map(({ status, labels }) =>
        sample("kube_pod_container_status_restarts_total", labels, status.restartCount),
      ),
    ),
    family(
      "kube_pod_container_status_ready",
      "gauge",
      statuses.map(({ status, labels }) => sample("kube_pod_container_status_ready", labels, status.ready ? 1 : 0)),
    ),
    ofContainers("container_cpu_usage_seconds_total", "counter", ({ pid }) => seconds(processUse(pid)?.cpuMs ?? null)),
    ofContainers("container_memory_working_set_bytes", "gauge", ({ pid }) => processUse(pid)?.memoryBytes ?? null),
    ofContainers("container_spec_memory_limit_bytes", "gauge", limitOf),
    ofContainers("container_cpu_cfs_periods_total", "counter", ({ throttling }) => throttling()?.periods ?? null),
    ofContainers(
      "container_cpu_cfs_throttled_periods_total",
      "counter",
      ({ throttling }) => throttling()?.throttledPeriods ?? null,
    ),
  ]);
}

const ns = ({ metadata }: { metadata?: { namespace?: string | undefined } | undefined }): string =>
  metadata?.namespace ?? "";
const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);
const sample = (name: string, labels: Sample["labels"], value: number): Sample => ({ name, labels, value });
const family = (name: string, type: MetricType, samples: readonly Sample[]): ExposedFamily => ({
  name,
  type,
  help: `${name}.`,
  samples,
});
