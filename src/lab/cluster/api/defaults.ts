import type { V1Container, V1PodSpec, V1Probe } from "@kubernetes/client-node";
import type {
  ClaimObject,
  ClusterObject,
  DaemonSetObject,
  DeploymentObject,
  JobObject,
  PodObject,
  SecretObject,
  ServiceObject,
  StatefulSetObject,
  Stored,
} from "../objects.ts";
import { quantity } from "./quantity.ts";

type Spec = Stored<V1PodSpec>;

/** Sets fields that are not set. */
function fill<T extends object>(object: T, defaults: Partial<T>): void {
  for (const [key, value] of Object.entries(defaults) as [keyof T, T[keyof T]][]) object[key] ??= value;
}

/** Fills in what Kubernetes fills in when an object is written. Changes `object`, which is the caller's own copy. */
export function setDefaults(object: ClusterObject): void {
  DEFAULTS[object.kind]?.(object as never);
}

/** Pods stay this long on a node that is down. */
const outage = (key: string) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });

const DEFAULTS: Readonly<Record<string, (object: never) => void>> = {
  Pod(pod: PodObject) {
    podSpec(pod.spec);
    for (const { resources } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers])
      if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests };
    pod.spec.tolerations ??= [outage("node.kubernetes.io/not-ready"), outage("node.kubernetes.io/unreachable")];
    pod.status =
      Object.keys(pod.status).length === 0 ? { phase: "Pending", qosClass: qosClassOf(pod.spec) } : pod.status;
  },
  Deployment({ spec }: DeploymentObject) {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} });
    const { strategy = {} } = spec;
    fill(strategy, { type: "RollingUpdate" });
    if (strategy.type === "RollingUpdate") {
      strategy.rollingUpdate ??= {};
      fill(strategy.rollingUpdate, { maxSurge: "25%", maxUnavailable: "25%" });
    }
    podSpec(spec.template.spec);
  },
  ReplicaSet({ spec }: { spec: { replicas?: number; template: { spec?: Spec } } }) {
    fill(spec, { replicas: 1 });
    podSpec(spec.template.spec);
  },
  StatefulSet({ spec }: StatefulSetObject) {
    fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: "OrderedReady" });
    spec.updateStrategy ??= { type: "RollingUpdate", rollingUpdate: { partition: 0 } };
    podSpec(spec.template.spec);
  },
  DaemonSet({ spec }: DaemonSetObject) {
    fill(spec, { revisionHistoryLimit: 10 });
    spec.updateStrategy ??= { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    podSpec(spec.template.spec);
  },
  Job({ spec }: JobObject) {
    fill(spec, { parallelism: 1, completions: 1, backoffLimit: 6, completionMode: "NonIndexed", suspend: false });
    podSpec(spec.template.spec);
  },
  CronJob({ spec }: { spec: Record<string, unknown> }) {
    fill(spec, {
      suspend: false,
      concurrencyPolicy: "Allow",
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
  },
  Service({ spec }: ServiceObject) {
    fill(spec, { type: "ClusterIP", sessionAffinity: "None", internalTrafficPolicy: "Cluster" });
    for (const port of spec.ports ?? []) fill(port, { protocol: "TCP", targetPort: port.port });
  },
  PersistentVolumeClaim(claim: ClaimObject) {
    fill(claim.spec, { volumeMode: "Filesystem" });
    claim.status.phase ??= "Pending";
  },
  HorizontalPodAutoscaler({ spec }: { spec: { minReplicas?: number } }) {
    fill(spec, { minReplicas: 1 });
  },
  Namespace(namespace: { spec?: object; status?: { phase?: string } }) {
    namespace.spec ??= { finalizers: ["kubernetes"] };
    fill((namespace.status ??= {}), { phase: "Active" });
  },
  Secret(secret: SecretObject) {
    secret.type ??= "Opaque";
    if (secret.stringData === undefined) return;
    const encoded = Object.entries(secret.stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
    secret.data = { ...secret.data, ...Object.fromEntries(encoded) };
    delete secret.stringData;
  },
};

function podSpec(spec: Spec | undefined): void {
  if (spec === undefined) return;
  fill(spec, {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst",
    securityContext: {},
    schedulerName: "default-scheduler",
  });
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) containerDefaults(container);
  for (const volume of spec.volumes ?? []) {
    const defaultMode = 0o644;
    if (volume.configMap) fill(volume.configMap, { defaultMode });
    if (volume.secret) fill(volume.secret, { defaultMode });
  }
}

function containerDefaults(container: Stored<V1Container>): void {
  const isMoving =
    !/[:@]/.test(container.image?.split("/").at(-1) ?? "") || container.image?.endsWith(":latest") === true;
  fill(container, {
    imagePullPolicy: isMoving ? "Always" : "IfNotPresent",
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    resources: {},
  });
  for (const port of container.ports ?? []) fill(port, { protocol: "TCP" });
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) probeDefaults(probe);
}

function probeDefaults(probe: Stored<V1Probe> | undefined): void {
  if (probe === undefined) return;
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (probe.httpGet) fill(probe.httpGet, { path: "/", scheme: "HTTP" });
}

function qosClassOf({ containers }: Spec): string {
  const all = containers.flatMap(({ resources }) =>
    ["cpu", "memory"].map((name) => [resources?.requests?.[name], resources?.limits?.[name]] as const),
  );
  if (all.every(([request, limit]) => request === undefined && limit === undefined)) return "BestEffort";
  const isGuaranteed = all.every(([request, limit]) => limit !== undefined && quantity(request) === quantity(limit));
  return isGuaranteed ? "Guaranteed" : "Burstable";
}
