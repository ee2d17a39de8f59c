import type { ClusterAnswer } from "../../src/domain/telemetry.ts";
import {
  ago,
  type ApiObject,
  condition,
  deployment,
  ended,
  endpoints,
  event,
  node,
  object,
  pod,
  read,
  running,
  service,
  waiting,
} from "./api-objects.ts";

/** One fault: its cause, the entity to blame, clusters that have it, and clusters that only look like it. */
export type SickCluster = {
  cause: string;
  entity: string;
  sick: readonly (readonly ClusterAnswer[])[];
  healthy: readonly (readonly ClusterAnswer[])[];
};

const P = "cart-5d8f7c6b9-x2k4q";
const Q = "cart-5d8f7c6b9-m7w2d";
const init = (status: Record<string, unknown>, containers: unknown[] = [{ name: "migrate" }]): ApiObject =>
  pod(P, {
    spec: { initContainers: containers },
    status: {
      phase: "Pending",
      conditions: [condition("Initialized", "False", "ContainersNotInitialized")],
      initContainerStatuses: [status],
      containerStatuses: [waiting("cart", "PodInitializing")],
    },
  });
const initRuns = { ...running("migrate"), ready: false, started: true };
const stuck = (reason: string, message: string, more: Record<string, unknown> = {}): ApiObject =>
  pod(P, { status: { phase: "Pending", containerStatuses: [waiting("cart", reason, message, more)] } });
const creating = stuck("ContainerCreating", "");
const pendingPod = pod(P, {
  spec: { nodeName: "" },
  status: {
    phase: "Pending",
    conditions: [condition("PodScheduled", "False", "Unschedulable")],
    containerStatuses: [],
  },
});
/** A pod without a node, with what the scheduler says. */
const unscheduled = (message: string): ClusterAnswer[] =>
  read([pendingPod, event(`Pod/${P}`, "FailedScheduling", `0/4 nodes are available: ${message}.`)]);
/** A ready pod, with a warning of an hour ago. */
const resolved = (reason: string, message: string): ClusterAnswer[] =>
  read([pod(P), deployment("cart", 1, 1), event(`Pod/${P}`, reason, message, 55)]);
/** The deployment lacks a pod that the API server refused. */
const refused = (message: string): ClusterAnswer[] =>
  read([
    deployment("cart", 1, 0),
    event(
      "ReplicaSet/cart-5d8f7c6b9",
      "FailedCreate",
      `Error creating: pods "cart-5d8f7c6b9-" is forbidden: ${message}`,
    ),
  ]);
const admitted = (message: string): ClusterAnswer[] =>
  read([
    pod(P),
    deployment("cart", 1, 1),
    event(
      "ReplicaSet/cart-5d8f7c6b9",
      "FailedCreate",
      `Error creating: pods "cart-5d8f7c6b9-" is forbidden: ${message}`,
      50,
    ),
  ]);
const startFault = (cause: string, messages: readonly string[]): SickCluster => ({
  cause,
  entity: "cart",
  sick: messages.flatMap((message) => [
    read([creating, event(`Pod/${P}`, "Failed", message)]),
    read([stuck("CreateContainerError", ""), deployment("cart", 1, 0), event(`Pod/${P}`, "FailedMount", message, 1)]),
  ]),
  healthy: messages.map((message) => resolved("Failed", message)),
});
const pullFault = (cause: string, messages: readonly string[]): SickCluster => ({
  cause,
  entity: "cart",
  sick: messages.map((message) =>
    read([stuck("ImagePullBackOff", ""), event(`Pod/${P}`, "Failed", `Failed to pull image "r/cart:2": ${message}`)]),
  ),
  healthy: messages.map((message) => resolved("Failed", `Failed to pull image "r/cart:2": ${message}`)),
});
const placement = (cause: string, messages: readonly string[]): SickCluster => ({
  cause,
  entity: "cart",
  sick: messages.map(unscheduled),
  healthy: messages.map((message) => resolved("FailedScheduling", `0/4 nodes are available: ${message}.`)),
});
const refusal = (cause: string, messages: readonly string[]): SickCluster => ({
  cause,
  entity: "cart",
  sick: messages.map(refused),
  healthy: messages.map(admitted),
});
const nodeFault = (cause: string, sick: readonly Record<string, unknown>[]): SickCluster => ({
  cause,
  entity: "node-a",
  sick: sick.map((one) => read([node("node-a", [one]), node("node-b"), pod(P)])),
  healthy: [
    read([node("node-a", [condition("DiskPressure", "False", "KubeletHasNoDiskPressure")]), pod(P)]),
    read([node("node-a", [condition("EtcdIsVoter", "True", "MemberNotLearner")])]),
  ],
});
const evicted = (message: string, minutes: number): ApiObject =>
  pod(Q, {
    status: {
      phase: "Failed",
      reason: "Evicted",
      message,
      conditions: [condition("DisruptionTarget", "True", "TerminationByKubelet", message, minutes)],
      containerStatuses: [],
    },
  });
const eviction = (cause: string, messages: readonly string[]): SickCluster => ({
  cause,
  entity: "cart",
  sick: messages.flatMap((message) => [
    read([evicted(message, 3), deployment("cart", 2, 1), pod(P)]),
    read([evicted(message, 12)]),
  ]),
  healthy: messages.map((message) => read([evicted(message, 600), deployment("cart", 1, 1), pod(P)])),
});
const probed = (spec: Record<string, unknown>, messages: readonly string[], killed: string | null): ClusterAnswer[] =>
  read([
    pod(P, {
      spec: { containers: [{ name: "cart", ports: [{ containerPort: 8080 }], ...spec }] },
      status: {
        containerStatuses: [
          running("cart", { ready: false, restartCount: 6, lastState: ended("Error", 137), state: { running: {} } }),
        ],
      },
    }),
    ...messages.map((message) => event(`Pod/${P}`, "Unhealthy", message)),
    ...(killed === null ? [] : [event(`Pod/${P}`, "Killing", killed, 1, "Normal")]),
  ]);
const http = (port: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  httpGet: { path: "/healthz", port },
  failureThreshold: 30,
  periodSeconds: 10,
  ...more,
});

const hpa = (status: Record<string, unknown>, spec: Record<string, unknown> = {}): ApiObject =>
  object("HorizontalPodAutoscaler", "cart-scaler", {
    spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { kind: "Deployment", name: "cart" }, ...spec },
    status,
  });
const limited = (reason: string, status = "True"): Record<string, unknown> =>
  condition("ScalingLimited", status, reason, "the desired replica count is outside of the range");
const job = (name: string, status: Record<string, unknown>, owner?: string): ApiObject =>
  object("Job", name, {
    metadata: owner === undefined ? {} : { ownerReferences: [{ kind: "CronJob", name: owner, controller: true }] },
    spec: { backoffLimit: 4 },
    status,
  });
const failed = (reason: string, minutes: number): Record<string, unknown> => ({
  failed: 5,
  startTime: ago(minutes + 4),
  conditions: [condition("Failed", "True", reason, "Job has reached the specified limit", minutes)],
});
const complete = (minutes: number): Record<string, unknown> => ({
  succeeded: 1,
  completionTime: ago(minutes),
  conditions: [condition("Complete", "True", "", "", minutes)],
});
const cron = (spec: Record<string, unknown> = {}): ApiObject =>
  object("CronJob", "report", { spec: { schedule: "*/5 * * * *", ...spec }, status: { lastScheduleTime: ago(300) } });
const ingress = (spec: Record<string, unknown>): ApiObject => object("Ingress", "shop", { spec });
const leadsTo = (name: string, port: Record<string, unknown>): Record<string, unknown> => ({
  ingressClassName: "nginx",
  rules: [{ host: "shop.example", http: { paths: [{ path: "/", backend: { service: { name, port } } }] } }],
});
const nginx = object("IngressClass", "nginx");
const budget = (
  allowed: number,
  spec: Record<string, unknown> = { selector: { matchLabels: { app: "cart" } } },
): ApiObject =>
  object("PodDisruptionBudget", "cart-pdb", {
    spec,
    status: { disruptionsAllowed: allowed, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
  });
const cordoned = node("node-a", [], { unschedulable: true });
const policy = (spec: Record<string, unknown>, name = "deny"): ApiObject => object("NetworkPolicy", name, { spec });
/** Cart's pod, a caller that is configured to call it, and what a new policy lets in. */
const newPolicy = (from: Record<string, unknown>, minutes = 2): ApiObject[] => [
  object("NetworkPolicy", "only-some", {
    metadata: { creationTimestamp: ago(minutes) },
    spec: { podSelector: { matchLabels: { app: "cart" } }, policyTypes: ["Ingress"], ingress: [from] },
  }),
  service("cart"),
  pod(P),
  deployment("web", 1, 1, {
    spec: { template: { spec: { containers: [{ name: "web", env: [{ name: "CART_ADDR", value: "cart:80" }] }] } } },
  }),
  pod("web-7c5b9d8f6-abcde", {
    metadata: {
      labels: { app: "web" },
      ownerReferences: [{ kind: "ReplicaSet", name: "web-7c5b9d8f6", controller: true }],
    },
  }),
];
const fromApp = (app: string) => ({ from: [{ podSelector: { matchLabels: { app } } }] });
const denyAll = policy({ podSelector: { matchLabels: { app: "cart" } }, policyTypes: ["Ingress"] });
const refusedConnection: ClusterAnswer = {
  tool: "CheckServiceConnectivity",
  args: { namespace: "shop", service_name: "cart", port: 80 },
  text: "Connection failed: timed out",
};
const certificate = (status: Record<string, unknown>, metadata: Record<string, unknown> = {}): ApiObject =>
  object("Certificate", "shop-tls", { metadata, spec: { secretName: "shop-tls" }, status });
const webhook = (policyWord: string): ApiObject =>
  object("ValidatingWebhookConfiguration", "guard", {
    webhooks: [
      {
        name: "guard.example.com",
        failurePolicy: policyWord,
        clientConfig: { service: { name: "guard", namespace: "shop" } },
      },
      { name: "by-url.example.com", clientConfig: { url: "https://example.com" } },
    ],
  });
const webhookFails = event(
  "ReplicaSet/cart-5d8f7c6b9",
  "FailedCreate",
  'Error creating: Internal error occurred: failed calling webhook "guard.example.com": connection refused',
);
const deletedAt = (minutes: number, finalizers: string[] = []): Record<string, unknown> => ({
  deletionTimestamp: ago(minutes),
  finalizers,
});
const set = (spec: Record<string, unknown>, ready: number): ApiObject =>
  object("StatefulSet", "ledger", {
    spec: { replicas: 2, template: { metadata: { labels: { app: "ledger" } }, spec: { containers: [] } }, ...spec },
    status: { replicas: 2, readyReplicas: ready },
  });
const headless = service("ledger-peers", { clusterIP: "None", selector: { app: "ledger" } });
const route = (parents: unknown): ApiObject =>
  object("HTTPRoute", "shop", {
    spec: { rules: [{ backendRefs: [{ name: "cart", port: 80 }] }] },
    status: parents === undefined ? {} : { parents },
  });
const parent = (type: string, status: string, reason: string): Record<string, unknown> => ({
  parentRef: { name: "edge" },
  conditions: [condition(type, status, reason, "see the reference")],
});
const withSidecar = (statuses: unknown[], more: Record<string, unknown> = {}): ApiObject =>
  pod(P, {
    spec: { containers: [{ name: "cart" }, { name: "envoy" }], ...more },
    status: { containerStatuses: statuses },
  });
const logs = (service_name: string, line: string): ClusterAnswer => ({
  tool: "GetErrorLogs",
  args: { namespace: "shop", service_name },
  text: JSON.stringify({ app: [line] }),
});

export const SICK_CLUSTERS: readonly SickCluster[] = [
  // how containers start
  {
    cause: "init_container_stuck",
    entity: "cart",
    sick: [read([init(initRuns)]), read([init(initRuns), deployment("cart", 2, 1), pod(Q)])],
    healthy: [
      read([pod(P, { ...init(initRuns), metadata: { creationTimestamp: ago(1) } })]),
      read([pod(P, { spec: { initContainers: [{ name: "migrate" }] } })]),
    ],
  },
  {
    cause: "init_container_fails",
    entity: "cart",
    sick: [
      read([
        init(waiting("migrate", "CrashLoopBackOff", "back-off", { restartCount: 6, lastState: ended("Error", 1) })),
      ]),
      read([init({ ...waiting("migrate", ""), state: ended("Error", 2) }), deployment("cart", 1, 0)]),
    ],
    healthy: [
      read([
        pod(P, {
          status: { initContainerStatuses: [{ name: "migrate", state: ended("Completed", 0, 50), ready: true }] },
        }),
      ]),
    ],
  },
  {
    cause: "init_container_out_of_memory",
    entity: "cart",
    sick: [
      read([init(waiting("migrate", "CrashLoopBackOff", "", { restartCount: 3, lastState: ended("OOMKilled", 137) }))]),
      read([init({ ...waiting("migrate", ""), state: ended("OOMKilled", 137) })]),
    ],
    healthy: [
      read([
        pod(P, {
          status: {
            initContainerStatuses: [
              {
                name: "migrate",
                state: ended("Completed", 0, 50),
                lastState: ended("OOMKilled", 137, 55),
                ready: true,
              },
            ],
          },
        }),
      ]),
    ],
  },
  {
    cause: "scheduling_gated",
    entity: "cart",
    sick: [["quota.example.com/wait"], ["a/b", "c/d"]].map((gates) =>
      read([
        pod(P, {
          spec: { nodeName: null, schedulingGates: gates.map((name) => ({ name })) },
          status: {
            phase: "Pending",
            conditions: [condition("PodScheduled", "False", "SchedulingGated")],
            containerStatuses: [],
          },
        }),
      ]),
    ),
    healthy: [
      read([
        pod(P, {
          metadata: { creationTimestamp: ago(1) },
          spec: { nodeName: null, schedulingGates: [{ name: "a/b" }] },
          status: {
            phase: "Pending",
            conditions: [condition("PodScheduled", "False", "SchedulingGated")],
            containerStatuses: [],
          },
        }),
      ]),
    ],
  },
  {
    cause: "config_key_missing",
    entity: "cart",
    sick: [
      read([stuck("CreateContainerConfigError", "couldn't find key DB_HOST in ConfigMap shop/settings")]),
      read([creating, event(`Pod/${P}`, "Failed", "Error: couldn't find key token in Secret shop/keys")]),
      read([
        creating,
        event(
          `Pod/${P}`,
          "FailedMount",
          'MountVolume.SetUp failed for volume "c" : references non-existent config key: app.yaml',
        ),
      ]),
    ],
    healthy: [resolved("Failed", "Error: couldn't find key token in Secret shop/keys")],
  },
  {
    cause: "secret_missing",
    entity: "cart",
    sick: [
      read([stuck("CreateContainerConfigError", 'secret "keys" not found')]),
      read([
        creating,
        event(`Pod/${P}`, "FailedMount", 'MountVolume.SetUp failed for volume "c" : configmap "settings" not found'),
      ]),
    ],
    healthy: [resolved("Failed", 'Error: secret "keys" not found')],
  },
  startFault("image_architecture_wrong", [
    "exec /app/cart: exec format error",
    "failed to start: exec format error: unknown",
  ]),
  startFault("container_command_wrong", [
    'exec: "srve": executable file not found in $PATH: unknown',
    "stat /app/run: no such file or directory: unknown",
  ]),
  startFault("run_as_root_refused", [
    "Error: container has runAsNonRoot and image will run as root (pod: x)",
    "Error: container has runAsNonRoot and image has non-numeric user (app)",
  ]),
  startFault("volume_multi_attach", [
    'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) cart-old',
    'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node',
  ]),
  startFault("volume_attach_failed", ['AttachVolume.Attach failed for volume "pvc-1" : rpc error: code = NotFound']),
  startFault("volume_mount_failed", [
    'MountVolume.SetUp failed for volume "data" : mount failed: exit status 32',
    "Unable to attach or mount volumes: unmounted volumes=[data]",
  ]),
  startFault("pod_addresses_exhausted", [
    'Failed to create pod sandbox: plugin type="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
    "Failed to create pod sandbox: no IP addresses available in range set",
  ]),
  startFault("pod_network_setup_failed", [
    'Failed to create pod sandbox: rpc error: plugin type="calico" failed (add): connection refused',
  ]),
  pullFault("image_registry_unreachable", ["dial tcp 10.0.0.1:443: i/o timeout", "connect: connection refused"]),
  pullFault("image_pull_rate_limited", ["toomanyrequests: You have reached your pull rate limit"]),
  pullFault("image_registry_untrusted", [
    "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  ]),
  pullFault("image_pull_disk_full", ["failed to extract layer: write /var/lib/x: no space left on device"]),
  pullFault("image_architecture_wrong", [
    "no match for platform in manifest: not found",
    "no matching manifest for linux/arm64/v8 in the manifest list entries",
  ]),
  pullFault("image_pull_secret_missing", [
    "pull access denied, repository does not exist or may require authorization: insufficient_scope",
    "401 Unauthorized",
  ]),
  {
    cause: "image_never_pulled",
    entity: "cart",
    sick: [read([stuck("ErrImageNeverPull", 'Container image "cart:2" is not present with pull policy of Never')])],
    healthy: [read([pod(P)])],
  },
  {
    cause: "startup_probe_kills",
    entity: "cart",
    sick: [
      probed(
        { startupProbe: http(8080) },
        ["Startup probe failed: HTTP probe failed with statuscode: 503"],
        "Container cart failed startup probe, will be restarted",
      ),
      probed({ startupProbe: http(8080, { failureThreshold: 1 }) }, ["Startup probe failed: connection refused"], null),
    ],
    healthy: [
      read([
        pod(P),
        event(`Pod/${P}`, "Unhealthy", "Startup probe failed: HTTP probe failed with statuscode: 503", 58),
      ]),
    ],
  },
  {
    cause: "startup_wrong_port",
    entity: "cart",
    sick: [probed({ startupProbe: http(9999) }, ["Startup probe failed: connection refused"], null)],
    healthy: [read([pod(P)])],
  },
  {
    cause: "startup_wrong_protocol",
    entity: "cart",
    sick: [probed({ startupProbe: http(8080) }, ["Startup probe failed: malformed HTTP response"], null)],
    healthy: [read([pod(P)])],
  },
  {
    cause: "liveness_impatient",
    entity: "cart",
    sick: [
      probed(
        { livenessProbe: http(8080, { failureThreshold: 3 }) },
        [
          'Liveness probe failed: Get "http://10.1.0.4:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        ],
        "Container cart failed liveness probe, will be restarted",
      ),
    ],
    healthy: [read([pod(P), event(`Pod/${P}`, "Unhealthy", "Liveness probe failed: context deadline exceeded", 3)])],
  },
  // where pods run
  placement("unschedulable_topology_spread", [
    "4 node(s) didn't match pod topology spread constraints",
    "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, " +
      "3 node(s) didn't match pod topology spread constraints (missing required label)",
  ]),
  placement("unschedulable_ephemeral", ["4 Insufficient ephemeral-storage"]),
  placement("unschedulable_pod_count", [
    "4 Too many pods",
    "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Too many pods",
  ]),
  placement("unschedulable_device", [
    "4 Insufficient nvidia.com/gpu",
    "1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient amd.com/gpu",
  ]),
  placement("unschedulable_pod_affinity", ["4 node(s) didn't match pod affinity rules"]),
  placement("unschedulable_host_port", ["4 node(s) didn't have free ports for the requested pod ports"]),
  placement("unschedulable_taint", [
    "4 node(s) had untolerated taint {dedicated: gpu}",
    "2 node(s) had untolerated taint {team: red}, 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
  ]),
  placement("volume_on_other_node", [
    "4 node(s) had volume node affinity conflict",
    "2 node(s) had volume node affinity conflict, 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }",
  ]),
  placement("volume_count_limit", ["4 node(s) exceed max volume count"]),
  placement("claim_missing", ['persistentvolumeclaim "data" not found']),
  nodeFault("node_disk_pressure", [condition("DiskPressure", "True", "KubeletHasDiskPressure")]),
  nodeFault("node_memory_pressure", [condition("MemoryPressure", "True", "KubeletHasInsufficientMemory")]),
  nodeFault("node_pid_pressure", [condition("PIDPressure", "True", "KubeletHasInsufficientPID")]),
  nodeFault("node_network_unavailable", [condition("NetworkUnavailable", "True", "NoRouteCreated")]),
  {
    cause: "node_certificate_expired",
    entity: "node-a",
    sick: [
      read([
        object("Node", "node-a", {
          status: {
            conditions: [
              condition("Ready", "False", "KubeletNotReady", "x509: certificate has expired or is not yet valid"),
            ],
          },
        }),
      ]),
    ],
    healthy: [read([node("node-a")])],
  },
  {
    cause: "kubelet_down",
    entity: "node-a",
    sick: [
      read([
        object("Node", "node-a", {
          status: {
            conditions: [condition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")],
          },
        }),
        pod(P, { status: { conditions: [condition("Ready", "False", "")], containerStatuses: [running("cart")] } }),
      ]),
    ],
    healthy: [read([node("node-a")])],
  },
  eviction("evicted_disk", [
    "The node was low on resource: ephemeral-storage. Threshold quantity: 1Gi, available: 900Mi.",
  ]),
  eviction("evicted_memory", ["The node was low on resource: memory. Container cart was using 2Gi, request is 0."]),
  eviction("evicted_pids", ["The node was low on resource: pids."]),
  eviction("ephemeral_storage_limit", [
    "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi.",
    'Usage of EmptyDir volume "tmp" exceeds the limit "500Mi".',
  ]),
  {
    cause: "preempted",
    entity: "cart",
    sick: [
      read([
        pendingPod,
        deployment("cart", 1, 0),
        event(`Pod/${P}`, "Preempted", "Preempted by pod 1b2c on node node-a"),
      ]),
      read([pendingPod, event(`Pod/${P}`, "Preempted", "Preempted by a pod on node node-a", 9)]),
    ],
    healthy: [
      read([pod(P), deployment("cart", 1, 1), event(`Pod/${P}`, "Preempted", "Preempted by a pod on node node-a", 9)]),
      read([pod(P), event(`Pod/${P}`, "Preempted", "Preempted by a pod on node node-a", 90)]),
    ],
  },
  {
    cause: "sidecar_not_ready",
    entity: "cart",
    sick: [
      read([withSidecar([running("cart"), running("envoy", { ready: false })])]),
      read([
        pod(P, {
          spec: { initContainers: [{ name: "tunnel", restartPolicy: "Always" }] },
          status: {
            initContainerStatuses: [running("tunnel", { ready: false })],
            containerStatuses: [running("cart")],
          },
        }),
      ]),
    ],
    healthy: [
      read([withSidecar([running("cart"), running("envoy")])]),
      read([withSidecar([running("cart", { ready: false }), running("envoy")])]),
    ],
  },
  {
    cause: "pod_stuck_terminating",
    entity: "cart",
    sick: [
      read([pod(P, { metadata: { ...deletedAt(40, ["example.com/guard"]), deletionGracePeriodSeconds: 30 } })]),
      read([pod(P, { metadata: deletedAt(90) }), deployment("cart", 1, 0)]),
    ],
    healthy: [read([pod(P, { metadata: deletedAt(0) }), deployment("cart", 1, 1), pod(Q)])],
  },
  // workloads
  {
    cause: "rollout_deadline_exceeded",
    entity: "cart",
    sick: [
      read([
        deployment("cart", 2, 2, {
          status: {
            updatedReplicas: 1,
            conditions: [
              condition(
                "Progressing",
                "False",
                "ProgressDeadlineExceeded",
                'ReplicaSet "cart-2" has timed out progressing.',
              ),
            ],
          },
        }),
        pod(P),
      ]),
      read([
        deployment("cart", 2, 1, {
          status: { conditions: [condition("Progressing", "False", "ProgressDeadlineExceeded")] },
        }),
      ]),
    ],
    healthy: [
      read([
        deployment("cart", 2, 1, {
          status: { updatedReplicas: 1, conditions: [condition("Progressing", "True", "ReplicaSetUpdated", "", 1)] },
        }),
        pod(P),
      ]),
    ],
  },
  {
    cause: "rollout_paused",
    entity: "cart",
    sick: [read([deployment("cart", 3, 2, { spec: { paused: true }, status: { updatedReplicas: 1 } })])],
    healthy: [read([deployment("cart", 3, 3, { spec: { paused: true } })])],
  },
  {
    cause: "headless_service_mismatch",
    entity: "ledger",
    sick: [
      read([set({ serviceName: "ledger-peers" }, 1)], ["Service"]),
      read([set({ serviceName: "ledger-peers" }, 0), service("ledger-peers", { selector: { app: "ledger" } })]),
      read([
        set({ serviceName: "ledger-peers" }, 1),
        service("ledger-peers", { clusterIP: "None", selector: { app: "old" } }),
      ]),
      [
        ...read([set({ serviceName: "ledger-peers" }, 2)], ["Service"]),
        logs("ledger", "dial ledger-1.ledger-peers: no such host"),
      ],
    ],
    healthy: [
      read([set({ serviceName: "ledger-peers" }, 2), headless]),
      read([set({ serviceName: "" }, 2)], ["Service"]),
      read([set({ replicas: 0, serviceName: "gone" }, 0)], ["Service"]),
      read([set({}, 1)]),
    ],
  },
  {
    cause: "autoscaler_at_maximum",
    entity: "cart",
    sick: [
      read([
        hpa({ currentReplicas: 5, desiredReplicas: 5, conditions: [limited("TooManyReplicas")] }),
        deployment("cart", 5, 5),
      ]),
      read([hpa({ currentReplicas: 5, conditions: [limited("TooManyReplicas")] }, { minReplicas: 5 })]),
    ],
    healthy: [
      read([hpa({ currentReplicas: 2, desiredReplicas: 2, conditions: [limited("TooFewReplicas")] })]),
      read([hpa({ currentReplicas: 5, conditions: [limited("DesiredWithinRange", "False")] })]),
      read([hpa({}, { scaleTargetRef: null, minReplicas: null })]),
      read([hpa({ conditions: null }, { maxReplicas: undefined })]),
    ],
  },
  {
    cause: "autoscaler_without_metrics",
    entity: "cart",
    sick: [
      read([
        hpa({
          currentReplicas: 2,
          conditions: [
            condition("ScalingActive", "False", "FailedGetResourceMetric", "unable to get metrics for resource cpu"),
          ],
        }),
      ]),
      read([
        hpa({
          conditions: [condition("ScalingActive", "False", "FailedGetExternalMetric", "no matching metrics found")],
        }),
      ]),
    ],
    healthy: [
      read([
        hpa({
          conditions: [
            condition(
              "ScalingActive",
              "False",
              "ScalingDisabled",
              "scaling is disabled since the replica count of the target is zero",
            ),
          ],
        }),
      ]),
    ],
  },
  {
    cause: "autoscaler_target_missing",
    entity: "cart",
    sick: [
      read([
        hpa({ conditions: [condition("AbleToScale", "False", "FailedGetScale", 'deployments.apps "cart" not found')] }),
      ]),
    ],
    healthy: [read([hpa({ conditions: [condition("AbleToScale", "True", "ReadyForNewScale")] })])],
  },
  {
    cause: "disruption_budget_blocks_drain",
    entity: "cart",
    sick: [
      read([budget(0), cordoned, pod(P)]),
      read([budget(0, { maxUnavailable: 0, selector: {} }), cordoned, pod(P)]),
    ],
    healthy: [
      read([budget(0), node("node-a"), pod(P)]),
      read([budget(1), cordoned, pod(P)]),
      read([budget(0, { minAvailable: 1 }), cordoned, pod(P)]),
      read([budget(0), cordoned, pod(P, { spec: { nodeName: "node-b" } })]),
    ],
  },
  {
    cause: "job_backoff_limit",
    entity: "report",
    sick: [
      read([job("report-29012345", failed("BackoffLimitExceeded", 5), "report")]),
      read([
        job("report-29012345", complete(400), "report"),
        job("report-29012350", failed("BackoffLimitExceeded", 3), "report"),
      ]),
      read([job("report", failed("PodFailurePolicy", 8))]),
    ],
    healthy: [
      read([
        job("report-29012345", failed("BackoffLimitExceeded", 60), "report"),
        job("report-29012350", complete(5), "report"),
      ]),
      read([job("report-1", failed("BackoffLimitExceeded", 60)), job("report-2", complete(5))]),
      read([job("report", { active: 1, failed: 2 })]),
    ],
  },
  {
    cause: "job_deadline_exceeded",
    entity: "report",
    sick: [
      read([job("report-29012345", failed("DeadlineExceeded", 5), "report")]),
      read([job("report", failed("DeadlineExceeded", 2))]),
    ],
    healthy: [read([job("report", complete(5))])],
  },
  {
    cause: "cron_job_missed",
    entity: "report",
    sick: [
      read([
        cron(),
        event(
          "CronJob/report",
          "TooManyMissedTimes",
          "too many missed start times. Set or decrease .spec.startingDeadlineSeconds",
        ),
      ]),
      read([cron(), event("CronJob/report", "MissSchedule", "Missed scheduled time to start a job")]),
    ],
    healthy: [
      read([cron()]),
      read([cron({ suspend: true }), event("CronJob/report", "MissSchedule", "Missed scheduled time")]),
      read([cron(), event("CronJob/report", "MissSchedule", "Missed scheduled time", 300)]),
    ],
  },
  {
    cause: "cron_job_blocked",
    entity: "report",
    sick: [
      read([
        cron({ concurrencyPolicy: "Forbid" }),
        event(
          "CronJob/report",
          "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid",
          1,
          "Normal",
        ),
      ]),
    ],
    healthy: [read([cron(), job("report-1", { active: 1 }, "report")])],
  },
  // refusals
  refusal("limit_range_refusal", [
    "maximum cpu usage per Container is 2, but limit is 4",
    "minimum memory usage per Pod is 100Mi, but request is 10Mi",
  ]),
  refusal("quota_requires_limits", [
    "failed quota: compute: must specify limits.cpu for: cart; requests.memory for: cart",
  ]),
  refusal("pod_security_refusal", ['violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false']),
  refusal("admission_webhook_denies", ['admission webhook "policy.example.com" denied the request: no owner label']),
  refusal("priority_class_missing", ["no PriorityClass with name urgent was found"]),
  refusal("service_account_missing", [
    'error looking up service account shop/runner: serviceaccount "runner" not found',
  ]),
  {
    cause: "admission_webhook_unreachable",
    entity: "guard",
    sick: [
      read([webhook("Fail"), service("guard"), endpoints("guard", false), deployment("cart", 1, 0), webhookFails]),
      read([webhook("Fail"), endpoints("other", true), deployment("cart", 1, 0), webhookFails], ["Service"]),
    ],
    healthy: [
      read([
        webhook("Fail"),
        service("guard"),
        endpoints("guard", true),
        pod("guard-5d8f7c6b9-aaaaa", { metadata: { labels: { app: "guard" } } }),
      ]),
      read([webhook("Ignore"), object("Namespace", "shop")], ["Service"]),
    ],
  },
  {
    cause: "rbac_forbidden",
    entity: "cart",
    sick: [
      [
        logs(
          "cart",
          'pods is forbidden: User "system:serviceaccount:shop:cart" cannot list resource "pods" in API group ""',
        ),
        ...read([pod(P, { status: { containerStatuses: [running("cart", { ready: false })] } })]),
      ],
      [
        logs(
          "cart",
          'configmaps "x" is forbidden: User "system:serviceaccount:shop:default" cannot get resource "configmaps"',
        ),
      ],
    ],
    healthy: [[logs("cart", "GET /admin 403 Forbidden")]],
  },
  // routes
  {
    cause: "ingress_class_missing",
    entity: "cart",
    sick: [
      read([ingress(leadsTo("cart", { number: 80 })), service("cart")], ["IngressClass"]),
      read([
        ingress({ ingressClassName: "ngnix", defaultBackend: { service: { name: "cart", port: { number: 80 } } } }),
        nginx,
        service("cart"),
      ]),
    ],
    healthy: [
      read([ingress(leadsTo("cart", { number: 80 })), service("cart"), nginx]),
      read([
        ingress({ ingressClassName: "nginx", defaultBackend: { resource: { kind: "StorageBucket", name: "static" } } }),
        nginx,
      ]),
      read([ingress({ rules: [{ http: null }, { host: "x" }] })]),
    ],
  },
  {
    cause: "ingress_backend_missing",
    entity: "cart",
    sick: [
      read([ingress(leadsTo("cart", { number: 80 })), nginx], ["Service"]),
      read([ingress(leadsTo("cart", { number: 8081 })), nginx, service("cart")]),
      read([
        ingress(leadsTo("cart", { name: "http" })),
        nginx,
        service("cart", { ports: [{ name: "web", port: 80 }] }),
      ]),
    ],
    healthy: [
      read([ingress(leadsTo("cart", { number: 80 })), nginx, service("cart")]),
      read([ingress(leadsTo("cart", { name: "web" })), nginx, service("cart", { ports: [{ name: "web", port: 80 }] })]),
      read(
        [
          ingress({
            ingressClassName: "nginx",
            rules: [{ http: { paths: [{ backend: { resource: { name: "x" } } }] } }],
          }),
          nginx,
        ],
        ["Service"],
      ),
    ],
  },
  {
    cause: "load_balancer_failed",
    entity: "cart",
    sick: [
      read([
        service("cart", { type: "LoadBalancer" }),
        event("Service/cart", "SyncLoadBalancerFailed", "Error syncing load balancer: quota of addresses reached"),
      ]),
    ],
    healthy: [read([service("cart", { type: "LoadBalancer" })])],
  },
  {
    cause: "gateway_not_accepted",
    entity: "edge",
    sick: [
      read([
        object("Gateway", "edge", { status: { conditions: [condition("Accepted", "False", "InvalidParameters")] } }),
      ]),
      read([
        object("Gateway", "edge", {
          status: {
            conditions: [condition("Accepted", "True", "Accepted"), condition("Programmed", "False", "NoResources")],
          },
        }),
      ]),
    ],
    healthy: [
      read([object("Gateway", "edge", { status: { conditions: [condition("Accepted", "True", "Accepted")] } })]),
      read([object("Gateway", "edge")]),
      read([object("Gateway", "edge", { status: { conditions: [condition("Programmed", "False", "Pending")] } })]),
      read([object("Gateway", "edge", { status: null })]),
    ],
  },
  {
    cause: "gateway_route_not_accepted",
    entity: "cart",
    sick: [
      read([route([parent("Accepted", "False", "NotAllowedByListeners")]), service("cart")]),
      read([route([parent("ResolvedRefs", "False", "BackendNotFound")])]),
    ],
    healthy: [
      read([route([parent("Accepted", "True", "Accepted")])]),
      read([route(undefined)]),
      read([route([null, {}])]),
    ],
  },
  {
    cause: "network_policy_denies",
    entity: "cart",
    sick: [
      [...read([denyAll, service("cart"), pod(P)]), refusedConnection],
      [
        ...read([policy({ podSelector: {}, policyTypes: ["Ingress"], ingress: [] }), service("cart"), pod(P)]),
        logs("web", "Get http://cart/items: dial tcp: i/o timeout"),
      ],
      read(newPolicy(fromApp("jobs"))),
    ],
    healthy: [
      read(newPolicy(fromApp("web"))),
      read(newPolicy(fromApp("jobs"), 600)),
      read(newPolicy({ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] })),
      read(newPolicy({})),
      read([denyAll, service("cart"), pod(P)]),
      [
        ...read([
          denyAll,
          policy(
            { podSelector: { matchLabels: { app: "cart" } }, ingress: [{ from: [{ podSelector: {} }] }] },
            "allow",
          ),
          service("cart"),
          pod(P),
        ]),
        refusedConnection,
      ],
    ],
  },
  // certificates, deletions, extensions of the API
  {
    cause: "certificate_expired",
    entity: "shop-tls",
    sick: [
      read([
        certificate({ notAfter: ago(30), conditions: [condition("Ready", "False", "Expired", "Certificate expired")] }),
      ]),
      read([certificate({ notAfter: ago(5) })]),
    ],
    healthy: [
      read([certificate({ notAfter: ago(-90_000), conditions: [condition("Ready", "True", "Ready")] })]),
      read([certificate({})]),
    ],
  },
  {
    cause: "certificate_not_ready",
    entity: "shop-tls",
    sick: [
      read([
        certificate({
          conditions: [condition("Ready", "False", "DoesNotExist", "Issuing certificate as Secret does not exist")],
        }),
      ]),
      read([
        certificate({
          conditions: [condition("Ready", "False", "IncorrectIssuer"), condition("Issuing", "False", "Failed")],
        }),
      ]),
    ],
    healthy: [
      read([certificate({ conditions: [condition("Ready", "False", "DoesNotExist")] }, { creationTimestamp: ago(1) })]),
    ],
  },
  {
    cause: "claim_lost",
    entity: "cart",
    sick: [
      read([
        object("PersistentVolumeClaim", "data", { spec: { volumeName: "pv-1" }, status: { phase: "Lost" } }),
        pod(P, { spec: { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }] } }),
      ]),
    ],
    healthy: [
      read([
        object("PersistentVolumeClaim", "data", { spec: { volumeName: "pv-1" }, status: { phase: "Bound" } }),
        pod(P),
      ]),
    ],
  },
  {
    cause: "namespace_stuck",
    entity: "old",
    sick: [
      read([
        object("Namespace", "old", {
          metadata: deletedAt(60),
          status: {
            phase: "Terminating",
            conditions: [
              condition(
                "NamespaceFinalizersRemaining",
                "True",
                "SomeFinalizersRemain",
                "example.com/x in 2 resource instances",
              ),
            ],
          },
        }),
      ]),
      read([object("Namespace", "old", { metadata: deletedAt(600), status: { phase: "Terminating" } })]),
    ],
    healthy: [
      read([object("Namespace", "old", { metadata: deletedAt(1), status: { phase: "Terminating" } })]),
      read([object("Namespace", "shop", { status: { phase: "Active" } })]),
    ],
  },
  {
    cause: "finalizer_stuck",
    entity: "ledger-1",
    sick: [
      read([object("Database", "ledger-1", { metadata: deletedAt(60, ["example.com/backup"]) })]),
      read([service("ledger-1"), object("Bucket", "ledger-1", { metadata: deletedAt(30, ["a/b"]) })]),
    ],
    healthy: [read([object("Database", "ledger-1", { metadata: deletedAt(1, ["example.com/backup"]) })])],
  },
  {
    cause: "api_extension_unavailable",
    entity: "metrics-server",
    sick: [
      read([
        object("APIService", "v1beta1.metrics.k8s.io", {
          spec: { service: { name: "metrics-server" } },
          status: { conditions: [condition("Available", "False", "FailedDiscoveryCheck")] },
        }),
      ]),
    ],
    healthy: [
      read([
        object("APIService", "v1.apps", {
          spec: { service: null },
          status: { conditions: [condition("Available", "True", "Local")] },
        }),
      ]),
    ],
  },
  {
    cause: "resource_definition_refused",
    entity: "widgets.example.com",
    sick: [
      read([
        object("CustomResourceDefinition", "widgets.example.com", {
          status: { conditions: [condition("NamesAccepted", "False", "ShortNamesConflict")] },
        }),
      ]),
    ],
    healthy: [
      read([
        object("CustomResourceDefinition", "widgets.example.com", {
          status: { conditions: [condition("Established", "True", "InitialNamesAccepted")] },
        }),
      ]),
    ],
  },
  {
    cause: "resource_conversion_fails",
    entity: "widget-hook",
    sick: [
      [
        ...read([
          object("CustomResourceDefinition", "widgets.example.com", {
            spec: {
              group: "example.com",
              names: { kind: "Widget" },
              versions: [{ name: "v1" }, { name: "v2" }],
              conversion: { strategy: "Webhook", webhook: { clientConfig: { service: { name: "widget-hook" } } } },
            },
          }),
        ]),
        logs("operator", "conversion webhook for example.com/v1, Kind=Widget failed: Post https://widget-hook: EOF"),
      ],
    ],
    healthy: [read([object("CustomResourceDefinition", "widgets.example.com")])],
  },
];
