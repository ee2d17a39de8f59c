import type { LabCluster } from "../../../src/lab/cluster/lab-cluster.ts";
import type { ClusterObject } from "../../../src/lab/cluster/objects.ts";
import type { RunbookStep } from "../../../src/domain/runbook.ts";
import { eventually } from "../../eventually.ts";

const until = (holds: () => boolean): Promise<void> =>
  eventually(() => {
    if (!holds()) throw new Error("the cluster is not there yet");
  });

/** What a step finds in the cluster, as its evidence would say: every object that a runbook step can name. */
export async function seedFor(cluster: LabCluster, name: string, step: RunbookStep): Promise<void> {
  const { script } = step;
  await cluster.apply(claim(name));
  await cluster.apply(service(name));
  await cluster.apply(settings(name));
  if (script.includes("resourcequota/")) await cluster.apply(quota(name));
  await cluster.apply(policy(name));
  await cluster.apply(autoscaler(name));
  await cluster.apply(cronJob(name, script.includes('"op":"test","path":"/spec/suspend","value":false')));
  await cluster.apply(deployment(name, "first"));
  await until(() => condition(cluster, name) === "NewReplicaSetAvailable");
  await cluster.apply(deployment(name, "second"));
  await until(() => revision(cluster, name) === "2" && condition(cluster, name) === "NewReplicaSetAvailable");
  const change = (spec: object): Promise<ClusterObject> =>
    cluster.apply({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec });
  if (script.includes("--current-replicas=0")) await change({ replicas: 0 });
  if (script.includes("rollout resume")) await change({ paused: true });
  if (script.includes("expect selector")) await cluster.apply(service(name, "nobody"));
  if (script.includes("kubectl uncordon"))
    await cluster.apply({ apiVersion: "v1", kind: "Node", metadata: { name }, spec: { unschedulable: true } });
  if (script.includes("ProgressDeadlineExceeded")) {
    await change({ progressDeadlineSeconds: 3 });
    await cluster.apply(deployment(name, "third", "missing:1", 3));
    await until(() => condition(cluster, name) === "ProgressDeadlineExceeded");
  }
}

export const deploymentOf = (cluster: LabCluster, name: string): ClusterObject => {
  const found = cluster.list("deployments").find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`there is no deployment ${name}`);
  return found;
};
export const revision = (cluster: LabCluster, name: string): string | undefined =>
  deploymentOf(cluster, name).metadata.annotations?.["deployment.kubernetes.io/revision"];
const condition = (cluster: LabCluster, name: string): string | undefined =>
  (deploymentOf(cluster, name).status as { conditions?: { type: string; reason: string }[] }).conditions?.find(
    ({ type }) => type === "Progressing",
  )?.reason;

function deployment(name: string, version: string, image = "main:1", progressDeadlineSeconds = 120): ClusterObject {
  const probe = { httpGet: { path: "/", port: 8080 }, periodSeconds: 1, failureThreshold: 3, timeoutSeconds: 1 };
  const resources = { limits: { memory: "512Mi", cpu: "500m" } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: 3,
      progressDeadlineSeconds,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          dnsPolicy: "Default",
          terminationGracePeriodSeconds: 1,
          initContainers: [{ name: "init-data", image: "main:1", resources }],
          containers: [
            {
              name: "main",
              image,
              resources,
              ports: [{ containerPort: 9090 }],
              env: [
                { name: "VERSION", value: version },
                { name: "CART_ADDR", value: "crat:8080" },
              ],
              startupProbe: probe,
              livenessProbe: probe,
              readinessProbe: probe,
            },
          ],
          volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
        },
      },
    },
  };
}

const service = (name: string, app = name): ClusterObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app }, ports: [{ port: 80, targetPort: 8080 }] },
});
const settings = (name: string): ClusterObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { MODE: "faulty" },
});
const quota = (name: string): ClusterObject => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name },
  spec: { hard: { pods: "1000" } },
});
/** The patches of an undo for the seeded objects, by the kind in their source: from the seen to the former value. */
const FORMER: Readonly<Record<string, (name: string) => { path: string; seen: unknown; former: unknown }>> = {
  service: (name) => ({ path: "/spec/selector", seen: { app: name }, former: { app: "former" } }),
  configmap: () => ({ path: "/data/MODE", seen: "faulty", former: 'it\'s "quoted" $(here)' }),
  "configmap-at-start": () => ({ path: "/data/MODE", seen: "faulty", former: "live" }),
  resourcequota: () => ({ path: "/spec/hard", seen: { pods: "1000" }, former: {} }),
};
const TYPES: Readonly<Record<string, string>> = { service: "services" };

/** The value of a source such as `undo:service.patch`; null for every other. */
export function undoValue(cluster: LabCluster, source: string, name: string): string | null {
  const [, kind = "", word] = /^undo:([a-z-]+)\.(\w+)$/.exec(source) ?? [];
  const fields = FORMER[kind]?.(name);
  if (fields === undefined || word === "name") return null;
  if (word === "reader") return `deployment/${name}`;
  const { path, seen, former } = fields;
  if (word === "seen")
    return `shop/${Object.entries(seen as object)
      .map(([key, value]) => `${key}:${String(value)}/`)
      .join("")}`;
  if (word === "back") return JSON.stringify([{ op: "add", path, value: seen }]);
  if (word === "patch")
    return JSON.stringify([
      { op: "test", path, value: seen },
      { op: "replace", path, value: former },
    ]);
  const objects = cluster.list(TYPES[kind] ?? "configmaps");
  return objects.find(({ metadata }) => metadata.name === name)?.metadata.resourceVersion ?? null;
}
const policy = (name: string): ClusterObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name },
  spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ["Ingress"], ingress: [{}] },
});
const claim = (name: string): ClusterObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], storageClassName: "fast", resources: { requests: { storage: "10Gi" } } },
});
const autoscaler = (name: string): ClusterObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name }, minReplicas: 1, maxReplicas: 5 },
});
const cronJob = (name: string, isRunning: boolean): ClusterObject => ({
  apiVersion: "batch/v1",
  kind: "CronJob",
  metadata: { name },
  spec: {
    schedule: "0 3 * * *",
    suspend: !isRunning,
    jobTemplate: {
      spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "job", image: "main:1" }] } } },
    },
  },
});
