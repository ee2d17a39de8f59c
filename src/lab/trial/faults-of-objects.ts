import { imageName } from "../market/images.ts";
import { NAMESPACE } from "../market/plan.ts";
import type { FaultTools, LabFault } from "./fault.ts";

/** The few words that each fault adds to what all have. */
type Given = Pick<LabFault, "name" | "family" | "half" | "what" | "causes" | "runbooks" | "begin"> & {
  entity: string | readonly string[];
  objects?: readonly string[];
};
export const fault = ({ entity, objects = [], ...rest }: Given): LabFault => ({
  ...rest,
  objects,
  entities: [typeof entity === "string" ? [entity] : entity],
  heals: false,
});

const patch = (kind: string, name: string, value: unknown) => [
  "patch",
  kind,
  name,
  "--type=strategic",
  `--patch=${JSON.stringify(value)}`,
];
const template = (spec: unknown) => ({ spec: { template: { spec } } });
const container = (name: string, fields: object) => template({ containers: [{ name, ...fields }] });
const secretPatch = (name: string, data: Record<string, string>) =>
  patch("secret", name, {
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")])),
  });
const run =
  (...commands: string[][]) =>
  async ({ kubectl }: FaultTools): Promise<void> => {
    for (const command of commands) await kubectl(...command);
  };

/** Faults in the objects of the cluster. The lab writes them with kubectl, as an operator would. */
export const FAULTS_OF_OBJECTS: readonly LabFault[] = [
  fault({
    name: "wrong-target-port",
    family: "virtualization",
    half: "tuning",
    what: "the Service sends requests to a port on which the container does not listen",
    entity: "catalog",
    causes: ["service_port_wrong", "service_misrouted"],
    runbooks: ["service-routing"],
    begin: run([
      "patch",
      "service",
      "catalog",
      "--type=json",
      '--patch=[{"op":"replace","path":"/spec/ports/0/targetPort","value":8089}]',
    ]),
  }),
  fault({
    name: "wrong-selector",
    family: "virtualization",
    half: "final",
    what: "the Service selects labels that no pod has",
    entity: "payment",
    causes: ["service_selector_wrong", "service_misrouted"],
    runbooks: ["service-routing"],
    begin: run(patch("service", "payment", { spec: { selector: { app: "payments" } } })),
  }),
  fault({
    name: "scaled-to-zero",
    family: "virtualization",
    half: "tuning",
    what: "the Deployment has zero replicas",
    entity: "cart",
    causes: ["scaled_to_zero"],
    runbooks: ["scaled-to-zero"],
    begin: run(["scale", "deployment/cart", "--replicas=0"]),
  }),
  fault({
    name: "no-such-node",
    family: "virtualization",
    half: "final",
    what: "the pod template selects a node that does not exist",
    entity: "shipping",
    causes: ["unschedulable_selector", "unschedulable", "unschedulable_affinity"],
    runbooks: ["placement-rules"],
    begin: run(patch("deployment", "shipping", template({ nodeSelector: { "kubernetes.io/hostname": "node-9" } }))),
  }),
  fault({
    name: "cordoned-nodes",
    family: "virtualization",
    half: "tuning",
    what: "all nodes are cordoned, and a pod must be scheduled anew",
    entity: ["pricing", "node-1", "node-2", "node-3"],
    causes: ["unschedulable_cordon"],
    runbooks: ["cordoned-nodes"],
    begin: run(["cordon", "node-1", "node-2", "node-3"], ["delete", "pod", "--selector=app=pricing"]),
  }),
  fault({
    name: "wrong-command",
    family: "virtualization",
    half: "final",
    what: "the container's command is not in its image",
    entity: "checkout",
    causes: ["container_command_wrong"],
    runbooks: ["container-start"],
    begin: run(patch("deployment", "checkout", container("checkout", { command: ["/app/serve"] }))),
  }),
  fault({
    name: "missing-image",
    family: "virtualization",
    half: "tuning",
    what: "a release whose image is not in the registry",
    entity: "payment",
    causes: ["image_reference_wrong", "image_pull_failure"],
    runbooks: ["image-pull-failure"],
    begin: run(["set", "image", "deployment/payment", `payment=${imageName("payment", "1.4.9")}`]),
  }),
  fault({
    name: "missing-secret",
    family: "virtualization",
    half: "final",
    what: "a variable of the container refers to a Secret that does not exist",
    entity: "stock",
    causes: ["secret_missing", "config_key_missing"],
    runbooks: ["missing-reference"],
    begin: run(
      patch(
        "deployment",
        "stock",
        container("stock", {
          env: [
            { name: "STORE_PASSWORD", valueFrom: { secretKeyRef: { name: "stock-logins", key: "STORE_PASSWORD" } } },
          ],
        }),
      ),
    ),
  }),
  fault({
    name: "missing-volume-claim",
    family: "virtualization",
    half: "tuning",
    what: "the pod template mounts a claim that does not exist",
    entity: "queue",
    causes: ["claim_missing"],
    runbooks: ["volume-claim"],
    begin: run(
      patch(
        "deployment",
        "queue",
        template({
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: "queue-data" } }],
          containers: [{ name: "queue", volumeMounts: [{ name: "data", mountPath: "/data" }] }],
        }),
      ),
    ),
  }),
  fault({
    name: "readiness-port",
    family: "virtualization",
    half: "final",
    what: "the readiness probe asks a port on which nothing listens",
    entity: "cart",
    causes: ["readiness_wrong_port", "probe_misconfigured"],
    runbooks: ["probe-settings"],
    begin: run(
      patch("deployment", "cart", container("cart", { readinessProbe: { httpGet: { path: "/readyz", port: 8099 } } })),
    ),
  }),
  fault({
    name: "liveness-port",
    family: "virtualization",
    half: "tuning",
    what: "the liveness probe asks a port on which nothing listens, so a healthy program is killed again and again",
    entity: "shipping",
    causes: ["liveness_wrong_port", "probe_misconfigured"],
    runbooks: ["probe-settings"],
    begin: run(
      patch(
        "deployment",
        "shipping",
        container("shipping", {
          livenessProbe: {
            httpGet: { path: "/healthz", port: 8099 },
            initialDelaySeconds: 1,
            periodSeconds: 1,
            failureThreshold: 2,
          },
        }),
      ),
    ),
  }),
  fault({
    name: "pod-quota",
    family: "virtualization",
    half: "final",
    what: "a quota allows fewer pods than there are, and one is deleted",
    entity: ["checkout", NAMESPACE],
    objects: ["team-limits"],
    causes: ["quota_pods", "quota_exceeded"],
    runbooks: ["resource-quota"],
    begin: async ({ apply, kubectl }) => {
      await apply({
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "team-limits" },
        spec: { hard: { pods: "10" } },
      });
      await kubectl("delete", "pod", "--selector=app=checkout");
    },
  }),
  fault({
    name: "wrong-address",
    family: "application",
    half: "tuning",
    what: "a variable names a host that does not exist",
    entity: "checkout",
    causes: ["address_variable_wrong", "service_name_unresolved", "bad_config", "dns_failure"],
    runbooks: ["wrong-address", "bad-config"],
    begin: run(["set", "env", "deployment/checkout", "PAYMENT_ADDR=payments:8080"]),
  }),
  fault({
    name: "wrong-setting",
    family: "application",
    half: "final",
    what: "a setting has a value that the program refuses, so it exits at once",
    entity: "shipping",
    causes: ["bad_config", "crash_loop"],
    runbooks: ["bad-config", "crash-loop", "bad-rollout"],
    begin: run(["set", "env", "deployment/shipping", "RATE_TABLE=summer-v1"]),
  }),
  fault({
    name: "cache-does-not-start",
    family: "application",
    half: "tuning",
    what: "the cache exits at once because of a setting",
    entity: "cache",
    causes: ["bad_config", "crash_loop"],
    runbooks: ["bad-config", "crash-loop", "bad-rollout"],
    begin: run(["set", "env", "deployment/cache", "MAX_ENTRIES=unlimited"]),
  }),
  fault({
    name: "rotated-password",
    family: "application",
    half: "final",
    what: "a password was changed in both Secrets and at the store; the caller still runs with the old one",
    entity: ["checkout", "store"],
    causes: ["database_credentials_refused", "authentication_failure"],
    runbooks: ["rejected-credentials"],
    begin: run(
      secretPatch("checkout-login", { STORE_PASSWORD: "n3w-chk-77" }),
      secretPatch("store-login", {
        STORE_USERS: "catalog:k7-cat-9f,stock:k7-stk-1c,checkout:n3w-chk-77,fulfilment:k7-ful-8a",
      }),
      ["rollout", "restart", "deployment/store"],
    ),
  }),
  fault({
    name: "faulty-release",
    family: "application",
    half: "tuning",
    what: "a release that throws an exception on each quote",
    entity: "pricing",
    causes: ["bad_deploy", "unhandled_exception"],
    runbooks: ["bad-rollout", "application-errors"],
    begin: run(["set", "image", "deployment/pricing", `pricing=${imageName("pricing", "1.5.0")}`]),
  }),
  fault({
    name: "slow-release",
    family: "resource",
    half: "final",
    what: "a release that uses much CPU for each request",
    entity: "pricing",
    causes: ["bad_deploy", "cpu_contention"],
    runbooks: ["bad-rollout", "cpu-contention"],
    begin: run(["set", "image", "deployment/pricing", `pricing=${imageName("pricing", "1.5.1")}`]),
  }),
  fault({
    name: "leaking-release",
    family: "resource",
    half: "tuning",
    what: "a release whose memory grows until it is killed, again and again",
    entity: "cart",
    causes: ["memory_exhaustion", "bad_deploy"],
    runbooks: ["bad-rollout", "memory-exhaustion"],
    begin: run(["set", "image", "deployment/cart", `cart=${imageName("cart", "1.5.0")}`]),
  }),
  fault({
    name: "leaking-pool-release",
    family: "resource",
    half: "final",
    what: "a release that does not return each second connection to its pool",
    entity: "stock",
    causes: ["connection_pool_exhaustion", "bad_deploy"],
    runbooks: ["bad-rollout", "connection-pool-exhaustion"],
    begin: run(["set", "image", "deployment/stock", `stock=${imageName("stock", "1.5.0")}`]),
  }),
  fault({
    name: "small-memory-limit",
    family: "resource",
    half: "tuning",
    what: "a memory limit below what the program needs to start",
    entity: "catalog",
    causes: ["memory_exhaustion"],
    runbooks: ["memory-exhaustion", "bad-config"],
    begin: run(["set", "resources", "deployment/catalog", "--limits=memory=56Mi", "--requests=memory=56Mi"]),
  }),
  fault({
    name: "small-cpu-limit",
    family: "resource",
    half: "final",
    what: "a CPU limit far below what the load needs",
    entity: "pricing",
    causes: ["cpu_contention"],
    runbooks: ["cpu-contention", "bad-config"],
    begin: run(["set", "resources", "deployment/pricing", "--limits=cpu=10m", "--requests=cpu=10m"]),
  }),
  fault({
    name: "feature-flag",
    family: "application",
    half: "tuning",
    what: "a flag switches to a code path that fails",
    entity: ["flags", "payment"],
    causes: ["bad_config", "unhandled_exception"],
    runbooks: ["feature-flag", "bad-config"],
    begin: run(patch("configmap", "flags-config", { data: { FLAGS: '{"card-check-v2":true,"gift-wrap":true}' } }), [
      "rollout",
      "restart",
      "deployment/flags",
    ]),
  }),
];
