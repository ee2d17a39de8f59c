import type { ClusterObject } from "../cluster/objects.ts";
import { imageName, SERVER_COMMAND } from "./images.ts";
import { MARKET, NAMESPACE, type WorkloadPlan } from "./plan.ts";

const LIMITS = { cpu: "1", memory: "192Mi" };
const REQUESTS = { cpu: "50m", memory: "96Mi" };
/** Short, so that a rollout that goes nowhere is given up within the time of one incident of the lab. */
const PROGRESS_DEADLINE_SECONDS = 12;

const metadata = (name: string, app = name) => ({
  name,
  namespace: NAMESPACE,
  labels: { app, "app.kubernetes.io/part-of": NAMESPACE },
});
const configName = (name: string): string => `${name}-config`;
const secretName = (name: string): string => `${name}-login`;

/** The objects of the whole market, in the order in which they are applied. */
export const marketObjects = (): ClusterObject[] => MARKET.flatMap(objectsOf);

function objectsOf(plan: WorkloadPlan): ClusterObject[] {
  const { name, port, config, secret, isCalled } = plan;
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(configName(name), name), data: config },
    ...(Object.keys(secret).length === 0
      ? []
      : [
          {
            apiVersion: "v1",
            kind: "Secret",
            type: "Opaque",
            metadata: metadata(secretName(name), name),
            data: Object.fromEntries(
              Object.entries(secret).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
            ),
          },
        ]),
    deploymentOf(plan),
    ...(isCalled
      ? [
          {
            apiVersion: "v1",
            kind: "Service",
            metadata: metadata(name),
            spec: { selector: { app: name }, ports: [{ name: "http", port, protocol: "TCP", targetPort: port }] },
          },
        ]
      : []),
  ];
}

const fromKeys = (keys: readonly string[], source: "configMapKeyRef" | "secretKeyRef", from: string) =>
  keys.map((key) => ({ name: key, valueFrom: { [source]: { name: from, key } } }));
const portOf = (callee: string): number => MARKET.find((other) => other.name === callee)?.port ?? 0;

/** Pods are recreated: the programs keep state or are alone, so two versions must not run side by side. */
function deploymentOf({ name, port, replicas, calls, config, secret }: WorkloadPlan): ClusterObject {
  const container = {
    name,
    image: imageName(name),
    command: [SERVER_COMMAND],
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    env: [
      { name: "PORT", value: String(port) },
      ...calls.map((callee) => ({ name: `${callee.toUpperCase()}_ADDR`, value: `${callee}:${portOf(callee)}` })),
      ...fromKeys(Object.keys(config), "configMapKeyRef", configName(name)),
      ...fromKeys(Object.keys(secret), "secretKeyRef", secretName(name)),
    ],
    resources: { limits: LIMITS, requests: REQUESTS },
    readinessProbe: { httpGet: { path: "/readyz", port }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 3 },
    livenessProbe: {
      httpGet: { path: "/healthz", port },
      initialDelaySeconds: 10,
      periodSeconds: 5,
      timeoutSeconds: 4,
      failureThreshold: 4,
    },
  };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name),
    spec: {
      replicas,
      progressDeadlineSeconds: PROGRESS_DEADLINE_SECONDS,
      revisionHistoryLimit: 10,
      selector: { matchLabels: { app: name } },
      strategy: { type: "Recreate" },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 5, containers: [container] },
      },
    },
  };
}
