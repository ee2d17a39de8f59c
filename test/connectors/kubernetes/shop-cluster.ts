import type { RecordedObject } from "./api-server.ts";

/** When the recorded cluster was as it is here. */
export const NOW = Date.parse("2026-11-30T12:00:00Z");
export const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString().replace(".000Z", "Z");

type Part = Record<string, unknown>;
const object = (
  apiVersion: string,
  kind: string,
  metadata: RecordedObject["metadata"],
  rest: Part = {},
): RecordedObject => ({
  apiVersion,
  kind,
  metadata: {
    uid: `${kind}-${metadata.namespace ?? ""}-${metadata.name}`.toLowerCase(),
    creationTimestamp: ago(600),
    ...metadata,
  },
  ...rest,
});
const owned = (kind: string, name: string): Part => ({
  ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: `${kind}-${name}`, controller: true }],
});

const container = (name: string, more: Part = {}): Part => ({
  name,
  image: `registry.example/${name}:2`,
  ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
  resources: { limits: { cpu: "500m", memory: "128Mi" } },
  readinessProbe: {
    httpGet: { path: "/healthz", port: 8080, scheme: "HTTP" },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  },
  ...more,
});
const running = (name: string, more: Part = {}): Part => ({
  name,
  image: `registry.example/${name}:2`,
  imageID: "",
  ready: true,
  started: true,
  restartCount: 0,
  state: { running: { startedAt: ago(500) } },
  lastState: {},
  ...more,
});

type PodInput = { name: string; namespace?: string; app: string; metadata?: Part; spec?: Part; status?: Part };
function pod({ name, namespace = "shop", app, metadata = {}, spec = {}, status = {} }: PodInput): RecordedObject {
  const podSpec = { nodeName: "node-a", containers: [container(app)], restartPolicy: "Always", ...spec };
  return object(
    "v1",
    "Pod",
    { name, namespace, labels: { app }, ...owned("ReplicaSet", name.replace(/-[a-z0-9]{5}$/, "")), ...metadata },
    {
      spec: podSpec,
      status: { phase: "Running", startTime: ago(599), containerStatuses: [running(app)], ...status },
    },
  );
}

type DeploymentInput = { name: string; replicas?: number | null; ready: number; env?: Part[]; image?: string };
function deployment({ name, replicas = 1, ready, env = [] }: DeploymentInput): RecordedObject[] {
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [container(name, env.length > 0 ? { env } : {})] },
  };
  const selector = { matchLabels: { app: name } };
  const counts = {
    replicas: replicas ?? 1,
    readyReplicas: ready,
    availableReplicas: ready,
    updatedReplicas: replicas ?? 1,
  };
  const older = { ...template, spec: { containers: [container(name, { image: `registry.example/${name}:1` })] } };
  const set = (hash: string, revision: number, made: string, body: Part): RecordedObject =>
    object(
      "apps/v1",
      "ReplicaSet",
      {
        name: `${name}-${hash}`,
        namespace: "shop",
        labels: { app: name },
        creationTimestamp: made,
        annotations: { "deployment.kubernetes.io/revision": String(revision) },
        ...owned("Deployment", name),
      },
      { spec: { replicas: 1, selector, template: body }, status: { replicas: 1 } },
    );
  return [
    object(
      "apps/v1",
      "Deployment",
      { name, namespace: "shop", labels: { app: name } },
      {
        spec: { ...(replicas === null ? {} : { replicas }), selector, template, strategy: { type: "RollingUpdate" } },
        status: { ...counts, conditions: [{ type: "Available", status: "True", lastUpdateTime: ago(40) }] },
      },
    ),
    set("5d8f7c6b9d", 1, ago(600), older),
    set("7d9f8c6b5d", 2, ago(35), template),
  ];
}

const event = (name: string, about: [kind: string, name: string], minutes: number, more: Part): RecordedObject =>
  object(
    "v1",
    "Event",
    { name, namespace: "shop", creationTimestamp: ago(minutes + 5) },
    {
      involvedObject: {
        kind: about[0],
        namespace: "shop",
        name: about[1],
        uid: `${about[0]}-shop-${about[1]}`.toLowerCase(),
      },
      type: "Warning",
      source: { component: "kubelet", host: "node-a" },
      firstTimestamp: ago(minutes + 5),
      lastTimestamp: ago(minutes),
      count: 3,
      ...more,
    },
  );

const service = (name: string, app: string, more: Part = {}): RecordedObject =>
  object(
    "v1",
    "Service",
    { name, namespace: "shop", labels: { app } },
    {
      spec: {
        type: "ClusterIP",
        clusterIP: "10.0.0.1",
        selector: { app },
        ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
        ...more,
      },
      status: { loadBalancer: {} },
    },
  );
const endpoints = (name: string, addresses: string[]): RecordedObject[] => [
  object(
    "discovery.k8s.io/v1",
    "EndpointSlice",
    { name: `${name}-x1`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
    {
      addressType: "IPv4",
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    },
  ),
  object(
    "v1",
    "Endpoints",
    { name, namespace: "shop" },
    addresses.length === 0
      ? {}
      : { subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: "http", port: 8080 }] }] },
  ),
];

const node = (name: string, ready: string, more: Part = {}): RecordedObject =>
  object(
    "v1",
    "Node",
    { name, labels: { "kubernetes.io/os": "linux", "node-role.kubernetes.io/worker": "" } },
    {
      spec: more,
      status: {
        conditions: [
          {
            type: "MemoryPressure",
            status: "False",
            reason: "KubeletHasSufficientMemory",
            message: "kubelet has sufficient memory available",
            lastHeartbeatTime: ago(1),
            lastTransitionTime: ago(90),
          },
          {
            type: "Ready",
            status: ready,
            reason: ready === "True" ? "KubeletReady" : "NodeStatusUnknown",
            message: ready === "True" ? "kubelet is posting ready status" : "Kubelet stopped posting node status.",
            lastHeartbeatTime: ago(1),
            lastTransitionTime: ago(30),
          },
        ],
        capacity: { cpu: "4", memory: "8Gi", pods: "110" },
        allocatable: { cpu: "4", memory: "8Gi", pods: "110" },
        nodeInfo: { kubeletVersion: "v1.32.0" },
      },
    },
  );

/** A cluster in which several things are wrong, in the forms that objects have. */
export const SHOP: readonly RecordedObject[] = [
  ...["shop", "payments"].map((name) => object("v1", "Namespace", { name }, { status: { phase: "Active" } })),
  node("node-a", "True"),
  node("node-b", "Unknown", {
    unschedulable: true,
    taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute" }],
  }),
  ...deployment({ name: "cart", replicas: 2, ready: 0 }),
  ...deployment({
    name: "web",
    replicas: null,
    ready: 1,
    env: [
      { name: "CART_ADDR", value: "carts:80" },
      { name: "DB_PASSWORD", value: "hunter2-secret" },
      { name: "API_URL", value: "http://user:s3cr3t@cart:80" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "tokens", key: "web" } } },
    ],
  }),
  pod({
    name: "cart-7d9f8c6b5d-abcde",
    app: "cart",
    status: {
      containerStatuses: [
        running("cart", {
          ready: false,
          started: false,
          restartCount: 12,
          state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled", startedAt: ago(4), finishedAt: ago(3) } },
        }),
      ],
    },
  }),
  pod({
    name: "cart-7d9f8c6b5d-pqrst",
    app: "cart",
    spec: {
      initContainers: [container("migrate", { readinessProbe: undefined })],
      volumes: [{ name: "data", persistentVolumeClaim: { claimName: "cart-data" } }],
      nodeSelector: { disk: "ssd" },
    },
    status: {
      phase: "Pending",
      initContainerStatuses: [
        running("migrate", {
          ready: false,
          restartCount: 4,
          state: { waiting: { reason: "CrashLoopBackOff" } },
          lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: ago(9), finishedAt: ago(8) } },
        }),
      ],
      containerStatuses: [running("cart", { ready: false, state: { waiting: { reason: "PodInitializing" } } })],
    },
  }),
  pod({ name: "web-7d9f8c6b5d-xxxxx", app: "web" }),
  pod({
    name: "web-7d9f8c6b5d-zzzzz",
    app: "web",
    status: {
      phase: "Pending",
      containerStatuses: [running("web", { ready: false, state: { waiting: { reason: "ImagePullBackOff" } } })],
    },
  }),
  pod({
    name: "pending-7d9f8c6b5d-q7q7q",
    app: "pending",
    spec: { nodeName: undefined },
    status: {
      phase: "Pending",
      containerStatuses: undefined,
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable" }],
    },
  }),
  // a bare pod whose status is missing, and one that is being deleted: neither may break a reader
  object(
    "v1",
    "Pod",
    { name: "bare", namespace: "payments" },
    { spec: { containers: [container("bare")] }, status: {} },
  ),
  pod({
    name: "leaving-7d9f8c6b5d-bbbbb",
    app: "leaving",
    metadata: { deletionTimestamp: ago(2), deletionGracePeriodSeconds: 30 },
  }),
  service("cart", "cart"),
  ...endpoints("cart", []),
  service("web", "web"),
  ...endpoints("web", ["10.1.0.9"]),
  object(
    "v1",
    "ConfigMap",
    { name: "web-config", namespace: "shop" },
    { data: { "app.ini": "password=hunter2-secret", CART_HOST: "cart" } },
  ),
  object("v1", "Secret", { name: "tokens", namespace: "shop" }, { data: { web: "aHVudGVyMi1zZWNyZXQ=" } }),
  object(
    "v1",
    "PersistentVolumeClaim",
    { name: "cart-data", namespace: "shop" },
    {
      spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "10Gi" } } },
      status: { phase: "Pending" },
    },
  ),
  object(
    "v1",
    "PersistentVolume",
    { name: "pv-1" },
    {
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        storageClassName: "slow",
        persistentVolumeReclaimPolicy: "Retain",
        claimRef: { kind: "PersistentVolumeClaim", namespace: "payments", name: "ledger" },
      },
      status: { phase: "Bound" },
    },
  ),
  object(
    "storage.k8s.io/v1",
    "StorageClass",
    { name: "slow" },
    { provisioner: "example.com/slow", reclaimPolicy: "Delete" },
  ),
  object(
    "v1",
    "ResourceQuota",
    { name: "few", namespace: "shop" },
    {
      spec: { hard: { pods: "10", "requests.cpu": "2" } },
      status: { hard: { pods: "10", "requests.cpu": "2" }, used: { pods: "6", "requests.cpu": "900m" } },
    },
  ),
  object(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { name: "web", namespace: "shop" },
    {
      spec: { maxReplicas: 3, scaleTargetRef: { kind: "Deployment", name: "web", apiVersion: "apps/v1" } },
      status: { currentReplicas: 1, desiredReplicas: 1, currentMetrics: null, conditions: [] },
    },
  ),
  event("cart.1", ["Pod", "cart-7d9f8c6b5d-abcde"], 2, {
    reason: "BackOff",
    message: "Back-off restarting failed container cart in pod",
  }),
  event("web.1", ["Pod", "web-7d9f8c6b5d-zzzzz"], 1, {
    reason: "Failed",
    message: 'Failed to pull image "registry.example/web:2": rpc error: code = NotFound desc = manifest unknown',
  }),
  event("cart.2", ["ReplicaSet", "cart-7d9f8c6b5d"], 20, { reason: "FailedCreate", message: "exceeded quota: few" }),
  event("pending.1", ["Pod", "pending-7d9f8c6b5d-q7q7q"], 3, {
    reason: "FailedScheduling",
    message: "0/2 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable.",
  }),
  event("data.1", ["PersistentVolumeClaim", "cart-data"], 4, {
    reason: "ProvisioningFailed",
    message: 'storageclass.storage.k8s.io "fast" not found',
  }),
];
