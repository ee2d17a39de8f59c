import { workloadOfPod } from "./pod-names.ts";
import { hostOf, isDiscoveryName, isIpAddress, isMeasuringProgram } from "./scrapers.ts";

type Labels = Readonly<Record<string, string>>;
/** What an alert is about, by its labels. `kind`: a kind of entity. */
export type AlertTarget = { entity: string; kind: string };
/** Reads the value of a label as an entity; null if it names none. */
type Reader = (value: string, labels: Labels) => string | null;
type Row = { label: string; kind: string; read?: Reader };

const workload: Reader = (pod) => workloadOfPod(pod) ?? pod;
/** The host of an address, without the port of an exporter. */
const host: Reader = (address) => hostOf(address).host;
/** A cron job adds the minute of its schedule to the names of its jobs. */
const job: Reader = (name) => name.replace(/-\d{7,10}$/, "");
/** Services on a Kubernetes ingress or proxy: `shop-web@kubernetes`, `shop_web_80`. */
const backend: Reader = (name) => name.replace(/@[a-z0-9]+$/i, "").replace(/[-_]\d{2,5}$/, "");
/** `targetgroup/web/73e2d6bc24d8a067` and `app/front/50dc6c495c0c9188` name their middle part. */
export const balancedName = (name: string): string =>
  /(?:^|\/)(?:targetgroup|app|net|gwy)\/([^/]+)/.exec(name)?.[1] ?? name;

/** Common names of volume claim templates: `data-orders-db-0` is a volume of `orders-db`. */
const CLAIM_TEMPLATE = new RegExp(
  `^(?:${[
    "data|pgdata|pg-data|db|db-data|storage|datadir|database|volume|vol|persistence|persistent-storage|config|conf",
    "logs?|repo|wal|index|mysql-data|redis-data|kafka-data|mongo-data|elasticsearch-data|prometheus-data|www|home|cache|pvc",
  ].join("|")})-`,
);
/** A claim of a stateful set has the name of its template, the set and the ordinal; other claims have any name. */
const claim: Reader = (name) => {
  const [, set] = /^(.+)-\d{1,4}$/.exec(name) ?? [];
  return set === undefined ? name.replace(/-(?:pvc|data|claim|storage|volume)$/, "") : set.replace(CLAIM_TEMPLATE, "");
};

/** Rows for labels of one kind whose values are already names. */
const rows = (kind: string, labels: string, read?: Reader): Row[] =>
  labels.split(" ").map((label) => ({ label, kind, ...(read === undefined ? {} : { read }) }));

/** Labels of the callee of a mesh or proxy. The other labels name the program that measured the call. */
const CALLEE = [
  ...rows("service", "destination_service_name destination_canonical_service destination_workload destination_app"),
  ...rows("service", "dst_deployment dst_service envoy_cluster_name exported_service backend ingress", backend),
];
/** Objects of Kubernetes, as kube-state-metrics labels them. */
const OBJECTS = [
  ...rows("service", "label_app_kubernetes_io_name label_app kubernetes_name"),
  ...rows(
    "service",
    "deployment statefulset daemonset rollout cronjob horizontalpodautoscaler hpa poddisruptionbudget",
  ),
  ...rows("service", "job_name exported_job", job),
  ...rows("service", "replicaset", (name) => workloadOfPod(`${name}-x2k4q`) ?? name),
  ...rows("service", "persistentvolumeclaim pvc", claim),
];
/** The `container` of a pod may be a sidecar, so the pod comes first. */
const PODS = rows("pod", "exported_pod pod pod_name kubernetes_pod_name", workload);
const CONTAINERS = rows("service", "exported_container container container_name");
/** Docker's containers have no pod; cAdvisor labels them with their names. */
const DOCKER_CONTAINERS = rows("service", "container_label_com_docker_compose_service name");
const CLOUD = [
  ...rows("service", "dimension_TargetGroup target_group targetgroup TargetGroup", balancedName),
  ...rows(
    "database",
    "dimension_DBInstanceIdentifier dbinstance_identifier db_instance_identifier dbInstanceIdentifier",
  ),
  ...rows("service", "dimension_FunctionName dimension_QueueName dimension_TableName dimension_CacheClusterId"),
  ...rows("service", "dimension_LoadBalancer load_balancer loadbalancer LoadBalancer", balancedName),
];
const NODES = rows(
  "node",
  "exported_node node kubernetes_node node_name nodename exported_host host hostname vm",
  host,
);
const NAMESPACES = [
  ...rows("namespace", "exported_namespace namespace kubernetes_namespace"),
  ...rows("cluster", "cluster"),
];
const SERVICES = rows(
  "service",
  "service service_name service.name app app_kubernetes_io_name app.kubernetes.io/name k8s_app application component",
);
const PROBED = rows("service", "target url probe_target", host);
const SERVER = rows("service", "server exported_instance", host);

/** Labels that belong to the measuring program, if the value is its name. */
const MEASURERS = ["job", "service", "app", "app_kubernetes_io_name", "component", "container", "pod"];
/** Exporters for other targets: their `instance` is not what they measure. */
const OF_OTHERS = /kube-state-metrics|ksm|push-?gateway|yace|cloudwatch|statsd/;
/** A sidecar container that measures the program beside it. */
const BESIDE = new Set(["metrics", "exporter", "metrics-exporter"]);

/**
 * Reads what an alert is about from its labels. If the labels of the scrape name a program that measures others, the
 * target's labels come first. A pod counts as its workload.
 *
 * @returns null when no label names an entity.
 */
export function targetOf(labels: Labels): AlertTarget | null {
  const measured = MEASURERS.filter((name) => isMeasurer(name, labels));
  if (measured.length === 0)
    return first(labels, [
      ...CALLEE.filter(({ label }) => label.startsWith("dest") || label.startsWith("dst")),
      ...SERVICES,
      ...OBJECTS,
      ...PODS,
      ...CLOUD,
      ...NODES,
      ...SERVER,
      ...instanceOrJob(labels),
      ...CONTAINERS,
      ...NAMESPACES,
    ]);
  const own = Object.fromEntries(Object.entries(labels).filter(([name]) => !isMeasurer(name, labels)));
  const scrape = measured.map((name) => labels[name] ?? "").join(" ");
  const instance = OF_OTHERS.test(scrape.toLowerCase()) ? [] : INSTANCE;
  const containers = /cadvisor|docker/.test(scrape) ? [...CONTAINERS, ...DOCKER_CONTAINERS] : CONTAINERS;
  return (
    first(own, [...CALLEE, ...OBJECTS, ...PODS, ...CLOUD, ...PROBED, ...SERVER, ...containers, ...NODES]) ??
    addressed(own, labels, instance) ??
    first(own, [...SERVICES, ...NAMESPACES]) ??
    first(labels, INSTANCE) ??
    first(labels, [...SERVICES, ...rows("service", "job")])
  );
}

const INSTANCE = rows("node", "instance", host);

/** True if the label's value names a program that measures others, such as the exporter's own pod. */
function isMeasurer(name: string, labels: Labels): boolean {
  const value = (labels[name] ?? "").trim();
  if (value === "" || !MEASURERS.includes(name)) return false;
  if (name === "container" && BESIDE.has(value)) return true;
  return isMeasuringProgram(name === "pod" ? (workloadOfPod(value) ?? value) : value);
}

/** Exporters of a whole host. */
const OF_HOSTS = /(?:^|-)(?:node|windows|process|snmp|jmx|systemd)$/;
/** Services named after the product that they measure alone. */
const PRODUCT = new RegExp(
  "^(?:(?:prometheus|kps|monitoring)-)*(?:mysqld?|postgres(?:ql)?|redis|mongo(?:db)?|rabbitmq|kafka|elasticsearch|" +
    "nginx|haproxy|memcached|consul|etcd)$",
);

/**
 * The address that was measured. A service named after what it measures (`orders-db-exporter`) is better than the
 * address of the exporter.
 */
function addressed(own: Labels, labels: Labels, instance: readonly Row[]): AlertTarget | null {
  const target = first(own, instance);
  if (target === null || !isIpAddress(target.entity)) return target;
  const named = (labels.service ?? labels.job ?? "")
    .replace(/^integrations\//, "")
    .replace(/[-_](?:exporter|metrics)$/, "");
  const isNamed =
    named !== "" &&
    !isMeasuringProgram(named) &&
    !isDiscoveryName(named) &&
    !OF_HOSTS.test(named) &&
    !PRODUCT.test(named);
  return isNamed ? { entity: named, kind: "service" } : target;
}

/** A job is named after its service as a rule, unless it collects hosts. An address says less. */
function instanceOrJob({ instance = "", job: name = "" }: Labels): Row[] {
  const byHost = rows("node", "instance", (value) => (hostOf(value).exporterPort ? hostOf(value).host : value));
  const isHost = instance !== "" && (hostOf(instance).exporterPort || !isIpAddress(hostOf(instance).host));
  const byJob = name === "" || isDiscoveryName(name) ? [] : rows("service", "job");
  return isHost ? [...byHost, ...byJob] : [...byJob, ...byHost, ...rows("service", "job")];
}

function first(labels: Labels, candidates: readonly Row[]): AlertTarget | null {
  for (const { label, kind, read } of candidates) {
    const value = (labels[label] ?? "").trim();
    const entity = value === "" ? null : read === undefined ? value : read(value, labels);
    // a pod that belongs to a workload counts as the workload
    if (entity !== null && entity !== "")
      return { entity, kind: kind === "pod" && entity !== value ? "service" : kind };
  }
  return null;
}
