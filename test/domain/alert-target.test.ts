import { expect, it } from "vitest";
import { targetOf } from "../../src/domain/alert-target.ts";

const KSM = {
  job: "kube-state-metrics",
  service: "kps-kube-state-metrics",
  endpoint: "http",
  instance: "10.2.3.4:8080",
};
const NODE_EXPORTER = {
  job: "node-exporter",
  service: "kps-prometheus-node-exporter",
  container: "node-exporter",
  pod: "kps-prometheus-node-exporter-x7k2p",
  namespace: "monitoring",
};
const KUBELET = {
  job: "kubelet",
  service: "kps-kubelet",
  metrics_path: "/metrics/cadvisor",
  instance: "10.0.0.7:10250",
};

it.each([
  ["a pod, by kube-state-metrics", { ...KSM, pod: "ledger-849ffcf9c7-wbmvz", container: "ledger" }, "ledger"],
  ["a pod with a sidecar", { ...KSM, pod: "ledger-849ffcf9c7-wbmvz", container: "istio-proxy" }, "ledger"],
  ["a deployment", { ...KSM, deployment: "awx-web", namespace: "awx" }, "awx-web"],
  ["a stateful set", { ...KSM, statefulset: "orders-db", namespace: "shop" }, "orders-db"],
  ["a daemon set", { ...KSM, daemonset: "fluent-bit" }, "fluent-bit"],
  ["a job of a cron job", { ...KSM, job_name: "nightly-29028480" }, "nightly"],
  ["a node, by kube-state-metrics", { ...KSM, node: "worker-2" }, "worker-2"],
  ["an autoscaler", { ...KSM, horizontalpodautoscaler: "storefront" }, "storefront"],
  ["a namespace's quota", { ...KSM, namespace: "shop", resourcequota: "compute" }, "shop"],
  [
    "labels that the scrape renamed",
    { ...KSM, pod: "kps-kube-state-metrics-6d7-x2k4q", exported_pod: "cart-5d8f7c6b9-x2k4q" },
    "cart",
  ],
  ["a host, by node-exporter", { ...NODE_EXPORTER, instance: "10.0.0.21:9100", device: "/dev/sda1" }, "10.0.0.21"],
  ["a named host", { ...NODE_EXPORTER, instance: "db01.example:9100", nodename: "db01" }, "db01"],
  ["a host, by a job called node", { job: "node", instance: "10.0.0.7:9100" }, "10.0.0.7"],
  ["a Windows host", { job: "windows_exporter", instance: "win-7:9182" }, "win-7"],
  [
    "a container, by cAdvisor",
    { ...KUBELET, node: "worker-1", pod: "cart-5d8f7c6b9-x2k4q", container: "cart" },
    "cart",
  ],
  ["a container of Docker", { job: "cadvisor", instance: "dock1:8080", name: "svc_tax", image: "tax:4" }, "svc_tax"],
  ["the kubelet of a node", { ...KUBELET, node: "worker-1" }, "worker-1"],
  [
    "a volume claim of a stateful set",
    { ...KUBELET, node: "worker-1", persistentvolumeclaim: "data-orders-db-0" },
    "orders-db",
  ],
  ["a volume claim", { ...KUBELET, node: "worker-1", persistentvolumeclaim: "grafana-pvc" }, "grafana"],
  ["a probed address", { job: "blackbox", instance: "https://shop.example.com/health" }, "shop.example.com"],
  [
    "a probed target",
    { job: "blackbox-exporter", instance: "10.9.9.9:9115", target: "https://pay.example/ready" },
    "pay.example",
  ],
  [
    "a database beside its exporter",
    { job: "postgres", container: "metrics", pod: "orders-db-0", service: "orders-db-metrics" },
    "orders-db",
  ],
  [
    "a database by its server label",
    { job: "postgres-exporter", instance: "10.1.1.9:9187", server: "orders-db:5432" },
    "orders-db",
  ],
  ["a cache by its address", { job: "redis_exporter", instance: "redis://cart-redis:6379" }, "cart-redis"],
  [
    "an exporter named after its database",
    { job: "orders-db-exporter", service: "orders-db-exporter", instance: "10.1.1.9:9187" },
    "orders-db",
  ],
  ["a database host", { job: "mysqld-exporter", instance: "db-7:9104" }, "db-7"],
  ["a pushed job", { job: "pushgateway", exported_job: "settlement", instance: "pushgateway:9091" }, "settlement"],
  ["Grafana Cloud's names", { job: "integrations/kubernetes/kube-state-metrics", deployment: "cart" }, "cart"],
  ["Grafana Cloud's node integration", { job: "integrations/node_exporter", instance: "app02" }, "app02"],
  ["a callee of a mesh", { job: "envoy-stats", source_workload: "web", destination_workload: "orders" }, "orders"],
  [
    "a backend behind an ingress",
    { job: "ingress-exporter", exported_service: "shop-web_80", ingress: "shop" },
    "shop-web",
  ],
  ["a target group", { job: "yace", dimension_TargetGroup: "targetgroup/storefront/73e2d6bc24d8a067" }, "storefront"],
  [
    "a managed database",
    { job: "cloudwatch-exporter", dbinstance_identifier: "pay-db", instance: "10.0.0.9:9106" },
    "pay-db",
  ],
  ["a service that exports its own metrics", { job: "checkout", instance: "10.0.0.5:8080" }, "checkout"],
  ["a pod without a service", { namespace: "shop", pod: "payment-0", reason: "CrashLoopBackOff" }, "payment"],
  [
    "a service found by its pods",
    { job: "kubernetes-pods", app: "search", kubernetes_pod_name: "search-5d8f7c6b9-x2k4q" },
    "search",
  ],
  ["a service of a federated server", { job: "federate", service: "checkout", node: "n1" }, "checkout"],
])("names %s", (_what, labels, entity) => {
  expect(targetOf(labels)?.entity).toBe(entity);
});

it.each([
  [{ ...NODE_EXPORTER, instance: "10.0.0.21:9100" }, "node"],
  [{ ...KSM, pod: "ledger-849ffcf9c7-wbmvz" }, "service"],
  [{ ...KSM, pod: "logging-agent" }, "pod"],
  [{ job: "yace", dbinstance_identifier: "pay-db" }, "database"],
  [{ ...KSM, namespace: "shop" }, "namespace"],
])("says which kind of entity %j is about", (labels, kind) => {
  expect(targetOf(labels)?.kind).toBe(kind);
});

it("names nothing without labels, and the exporter where nothing else is known", () => {
  expect(targetOf({ severity: "warning" })).toBeNull();
  expect(targetOf({ job: "kube-state-metrics" })?.entity).toBe("kube-state-metrics");
});
