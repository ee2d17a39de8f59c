import type { RecordedObject } from "../connectors/kubernetes/api-server.ts";
import { ago } from "../connectors/kubernetes/shop-cluster.ts";

type Sizes = { pods: number; events: number };
const PODS_OF_WORKLOAD = 5;
const WORKLOADS_OF_NAMESPACE = 40;
const NODES = 200;

/** Bookkeeping that real objects carry, and that a reader must not keep. */
const managedFields = (name: string, fields = 25): object[] => [
  {
    manager: "kube-controller-manager",
    operation: "Update",
    apiVersion: "v1",
    time: ago(60),
    fieldsType: "FieldsV1",
    fieldsV1: Object.fromEntries(
      Array.from({ length: fields }, (_, at) => [
        `f:field-${at}`,
        { [`k:{"name":"${name}"}`]: { ".": {}, "f:image": {} } },
      ]),
    ),
  },
];

/** A cluster of this size: every 50th pod crashes, and events are spread over all pods. */
export function largeCluster({ pods, events }: Sizes): RecordedObject[] {
  const workloads = Math.ceil(pods / PODS_OF_WORKLOAD);
  const placeOf = (workload: number): { namespace: string; app: string } => ({
    namespace: `team-${Math.floor(workload / WORKLOADS_OF_NAMESPACE)}`,
    app: `app-${workload}`,
  });
  const podAt = (at: number): { namespace: string; app: string; name: string } => {
    const place = placeOf(Math.floor(at / PODS_OF_WORKLOAD));
    return { ...place, name: `${place.app}-7d9f8c6b5d-${(at + 20_000).toString(36).padStart(5, "b")}` };
  };
  return [
    ...Array.from({ length: NODES }, (_, at) => nodeOf(`node-${at}`)),
    ...Array.from({ length: workloads }, (_, at) => placeOf(at)).flatMap(workloadOf),
    ...Array.from({ length: pods }, (_, at) => podOf(podAt(at), `node-${at % NODES}`, at % 50 === 0)),
    ...Array.from({ length: events }, (_, at) => eventOf(podAt((at * 7) % pods), at)),
  ];
}

const template = (app: string): object => ({
  metadata: { labels: { app } },
  spec: {
    containers: [
      {
        name: app,
        image: `registry.example/${app}:2`,
        ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
        env: Array.from({ length: 12 }, (_, at) => ({ name: `SETTING_${at}`, value: `value-${at}` })),
        resources: { limits: { cpu: "500m", memory: "256Mi" }, requests: { cpu: "100m", memory: "128Mi" } },
        readinessProbe: { httpGet: { path: "/healthz", port: "http", scheme: "HTTP" }, periodSeconds: 10 },
        livenessProbe: { httpGet: { path: "/healthz", port: "http", scheme: "HTTP" }, periodSeconds: 10 },
        volumeMounts: [{ name: "token", mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true }],
      },
    ],
    volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
  },
});

function workloadOf({ namespace, app }: { namespace: string; app: string }): RecordedObject[] {
  const metadata = { namespace, creationTimestamp: ago(6_000), labels: { app }, managedFields: managedFields(app) };
  const spec = { replicas: PODS_OF_WORKLOAD, selector: { matchLabels: { app } }, template: template(app) };
  const status = { replicas: PODS_OF_WORKLOAD, readyReplicas: PODS_OF_WORKLOAD };
  const annotations = { "deployment.kubernetes.io/revision": "1" };
  const ownerReferences = [{ kind: "Deployment", name: app, controller: true }];
  const ports = [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }];
  return [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { ...metadata, name: app }, spec, status },
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { ...metadata, name: `${app}-7d9f8c6b5d`, annotations, ownerReferences },
      spec,
      status,
    },
    { apiVersion: "v1", kind: "Service", metadata: { ...metadata, name: app }, spec: { selector: { app }, ports } },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { ...metadata, name: `${app}-x1`, labels: { "kubernetes.io/service-name": app } },
      endpoints: [{ addresses: ["10.0.0.1"], conditions: { ready: true } }],
    },
  ];
}

function podOf(
  { namespace, app, name }: { namespace: string; app: string; name: string },
  node: string,
  isCrashing: boolean,
): RecordedObject {
  const state = isCrashing
    ? {
        ready: false,
        restartCount: 7,
        state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
        lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: ago(6), finishedAt: ago(5) } },
      }
    : { ready: true, started: true, restartCount: 0, state: { running: { startedAt: ago(500) } }, lastState: {} };
  const { spec } = template(app) as { spec: object };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      uid: name,
      creationTimestamp: ago(600),
      labels: { app, "pod-template-hash": "7d9f8c6b5d" },
      ownerReferences: [{ kind: "ReplicaSet", name: `${app}-7d9f8c6b5d`, controller: true }],
      managedFields: managedFields(name),
    },
    spec: { ...spec, nodeName: node, restartPolicy: "Always", serviceAccountName: "default" },
    status: {
      phase: "Running",
      startTime: ago(599),
      podIP: "10.0.0.1",
      conditions: ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map((type) => ({
        type,
        status: "True",
        lastTransitionTime: ago(500),
      })),
      containerStatuses: [{ name: app, image: `registry.example/${app}:2`, ...state }],
    },
  };
}

function eventOf(pod: { namespace: string; name: string }, at: number): RecordedObject {
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `event-${at}`,
      namespace: pod.namespace,
      creationTimestamp: ago(60),
      managedFields: managedFields("event", 10),
    },
    involvedObject: { kind: "Pod", namespace: pod.namespace, name: pod.name, uid: pod.name },
    type: at % 3 === 0 ? "Warning" : "Normal",
    reason: at % 3 === 0 ? "BackOff" : "Pulled",
    message: `Back-off restarting failed container number ${at} in pod ${pod.name}, and some more words about it`,
    source: { component: "kubelet", host: "node-1" },
    firstTimestamp: ago(50),
    lastTimestamp: ago(at % 50),
    count: 3,
  };
}

const nodeOf = (name: string): RecordedObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "kubernetes.io/os": "linux" } },
  spec: {},
  status: { conditions: [{ type: "Ready", status: "True", reason: "KubeletReady", message: "ready" }] },
});
