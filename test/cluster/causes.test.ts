import { expect, it } from "vitest";
import type { ClusterAnswer } from "../../src/domain/telemetry.ts";
import { rankCauses } from "../../src/rca/rank.ts";
import {
  agent,
  alerts,
  connection,
  describe,
  errorLog,
  events,
  findingsOf,
  incidentOf,
  list,
  pods,
  yaml,
} from "./tools.ts";

const CART = "cart-5d8f7c6b9-x2k4q";
const crashing = pods(`${CART}  0/1  CrashLoopBackOff  5 (9s ago)  3m  node-a`);
const pending = pods(`${CART}  0/1  Pending  0  2m  <none>`);
const refused = (message: string) => {
  const event = `Warning  FailedScheduling  70s  default-scheduler  0/3 nodes are available: ${message}.`;
  return describe("pods", CART, `Node: <none>\n${events(event)}`);
};
const short = list(
  "deployments",
  "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   0/1     0            0           2m\n",
);
const forbidden = (message: string) =>
  list(
    "events",
    "9s          Warning   FailedCreate   replicaset/cart-5d8f7c6b9   Error creating: pods " +
      `"cart-5d8f7c6b9-" is forbidden: ${message}\n`,
  );
/** Usual consequences of any fault, which must not hide its cause. */
const aftermath = [
  list("endpoints", "NAME   ENDPOINTS   AGE\ncart   <none>      2m\n"),
  list(
    "services",
    "NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR\n" +
      "cart   ClusterIP   10.0.0.8     <none>        80/TCP    2m    app=cart\n",
  ),
  connection("cart", 80, "Connection Failed"),
];
const probed = (liveness: string, event: string) =>
  describe(
    "pods",
    CART,
    "Labels: app=cart\nContainers:\n  main:\n    Port:           8080/TCP\n" +
      `    Liveness:   ${liveness}\n    Readiness:  http-get http://:8080/ delay=9s period=9s ` +
      `#failure=3\n${events(`Warning  Unhealthy  2s (x9 over 80s)  kubelet  Liveness probe failed: ${event}`)}`,
  );

const cases: [string, string, ClusterAnswer[]][] = [
  ["unschedulable_memory", "cart", [pending, refused("3 Insufficient memory")]],
  ["unschedulable_taint", "cart", [pending, refused("3 node(s) had untolerated taint {team: red}")]],
  ["unschedulable_anti_affinity", "cart", [pending, refused("3 node(s) didn't match pod anti-affinity rules")]],
  [
    "quota_memory",
    "shop",
    [
      short,
      forbidden(
        "exceeded quota: q, requested: requests.memory=2Gi, used: requests.memory=7Gi, limited: requests.memory=8Gi",
      ),
    ],
  ],
  [
    "service_account_missing",
    "cart",
    [short, forbidden('error looking up service account shop/c: serviceaccount "c" not found')],
  ],
  [
    "image_registry_unresolved",
    "cart",
    [
      pods(`${CART}  0/1  ImagePullBackOff  0  2m  node-a`),
      describe(
        "pods",
        CART,
        events('Warning  Failed  9s  kubelet  Failed to pull image "r/x:1": dial tcp: lookup r: no such host'),
      ),
    ],
  ],
  [
    "liveness_wrong_port",
    "cart",
    [crashing, probed("http-get http://:8081/ delay=9s period=9s #failure=3", "connection refused")],
  ],
  [
    "liveness_wrong_protocol",
    "cart",
    [crashing, probed("grpc <pod>:8080 delay=9s period=9s #failure=3", "error reading server preface")],
  ],
  [
    "liveness_hasty",
    "cart",
    [crashing, probed("http-get http://:8080/ delay=0s period=1s #failure=1", "connection refused")],
  ],
  ["memory_exhaustion", "cart", [pods(`${CART}  0/1  OOMKilled  2 (9s ago)  2m  node-a`)]],
  [
    "secret_missing",
    "cart",
    [
      pods(`${CART}  0/1  CreateContainerConfigError  0  2m  node-a`),
      describe("pods", CART, events('Warning  Failed  9s  kubelet  Error: configmap "c" not found')),
    ],
  ],
  [
    "database_credentials_refused",
    "cart",
    [crashing, errorLog("cart", '{"app": ["FATAL: password authentication failed for user"]}')],
  ],
  ["database_address_wrong", "cart", [crashing, errorLog("cart", '{"app": ["Communications link failure"]}')]],
  ["port_in_use", "cart", [crashing, errorLog("cart", '{"app": ["listen tcp :80: bind: address already in use"]}')]],
  ["volume_permission_denied", "cart", [crashing, errorLog("cart", '{"app": ["open /data/x: Permission denied"]}')]],
  [
    "service_name_unresolved",
    "cart",
    [
      crashing,
      yaml(
        "cart",
        "kind: Deployment\nmetadata: {name: cart, namespace: shop}\n" +
          "spec: {template: {spec: {dnsPolicy: None, containers: []}}}\n",
      ),
    ],
  ],
  ["crash_loop", "cart", [crashing]],
  [
    "scaled_to_zero",
    "cart",
    [
      list("deployments", "NAME   READY   UP-TO-DATE   AVAILABLE   AGE\ncart   0/0     0            0           2m\n"),
      yaml("cart", "kind: Deployment\nmetadata: {name: cart, namespace: shop}\n"),
      yaml("other", "kind: Deployment\nmetadata: {name: cart}\nspec: {replicas: 1}\n"),
    ],
  ],
  [
    "container_runtime_down",
    "node-a",
    [pods(`${CART}  0/1  ContainerCreating  0  2m  node-a`), agent("node-a", "containerd", "failed")],
  ],
  ["kube_scheduler_down", "main", [pending, agent("main", "kube-scheduler", "inactive (dead)")]],
  [
    "node_network_loss",
    "node-a",
    [
      alerts({
        type: "Node",
        name: "node-a",
        evidence: ["TCP Retransmission | Normal=0.1retrans -> Current=9.2retrans"],
      }),
    ],
  ],
  [
    "network_delay",
    "cart",
    [alerts({ type: "Service", name: "cart", evidence: ["LATENCY | p50latency: Normal=4ms -> Current=900ms"] })],
  ],
];

it.each(cases)("names %s on %s, whatever its consequences", (cause, entity, answers) => {
  const { findings, topology } = findingsOf([
    ...answers,
    ...(entity === "cart" && cause !== "network_delay" ? aftermath : []),
  ]);
  const ranking = rankCauses({
    incident: incidentOf(),
    findings: findings.map((finding, at) => ({ ...finding, id: `E${at + 1}` })),
    topology,
    similar: [],
  });
  expect(ranking.hypotheses[0]).toMatchObject({ entity: { id: entity }, cause });
});
