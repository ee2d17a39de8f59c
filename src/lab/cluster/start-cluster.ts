import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createRegistry } from "./api/registry.ts";
import type { ApiUser } from "./api/review.ts";
import { type Interference, serveApi } from "./api/server.ts";
import { strategicMergePatch } from "./api/strategic-merge-patch.ts";
import { makeCertificate } from "./certificate.ts";
import type { Controller } from "./controllers/controller.ts";
import { deployments } from "./controllers/deployment.ts";
import { endpoints } from "./controllers/endpoints.ts";
import { claims, disruptionBudgets, garbage, nodes, quotas } from "./controllers/housekeeping.ts";
import { replicaSets } from "./controllers/replica-set.ts";
import { runControllers } from "./controllers/run-controllers.ts";
import { scheduler } from "./controllers/scheduler.ts";
import { ApiFailure } from "./api-failure.ts";
import { kindOf, kindOfType } from "./kinds.ts";
import { writeKubeconfig } from "./kubeconfig.ts";
import { createKubelet } from "./kubelet/kubelet.ts";
import type { LabCluster, LabClusterOptions } from "./lab-cluster.ts";
import { createNetwork } from "./network/network.ts";
import type { ClusterObject } from "./objects.ts";
import { createStore } from "./store.ts";

/** The version of Kubernetes whose behaviour the lab follows. */
export const VERSION = "v1.32.4";
const CONTROLLERS: readonly Controller[] = [
  deployments,
  replicaSets,
  scheduler,
  endpoints,
  nodes,
  quotas,
  disruptionBudgets,
  claims,
  garbage,
];
/** Kubernetes begins with 10 s and ends with 5 min. A lab's faults do not last that long. */
const BACKOFF_MS = { first: 2000, longest: 20_000 };

/** For tests: what happens to requests instead of their answer. */
export type ClusterTestOptions = { interfere?: Interference; version?: string };

/**
 * Starts a cluster: an API server that kubectl talks to, controllers, a scheduler, kubelets that run pods as processes,
 * and a proxy for each Service and pod. It behaves like Kubernetes as far as `docs/lab.md` says; it is not Kubernetes.
 *
 * @throws {IncidentError} UNAVAILABLE if it cannot make a certificate.
 */
export async function startCluster(options: LabClusterOptions, test: ClusterTestOptions = {}): Promise<LabCluster> {
  const { folder, namespace, runtime } = options;
  const { version = VERSION } = test;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const certificate = await makeCertificate(Date.now());
  const now = options.now ?? Date.now;
  const store = createStore();
  const registry = createRegistry(store, now);
  for (const name of new Set(["default", "kube-system", namespace]))
    registry.create(kindOfType("namespaces"), null, namespaceOf(name), { manager: "lab" });
  const kubelet = createKubelet({ registry, runtime, nodes: options.nodes, version, now, backoffMs: BACKOFF_MS });
  const network = createNetwork({ store, addressOf: kubelet.addressOf });
  const controllers = runControllers(registry, CONTROLLERS, now);
  kubelet.run(network);

  const users: Record<"operator" | "viewer", ApiUser> = {
    operator: { name: "lab-operator", groups: ["system:authenticated"], canWrite: true },
    viewer: { name: "lab-viewer", groups: ["system:authenticated"], canWrite: false },
  };
  const tokens = { operator: randomBytes(24).toString("base64url"), viewer: randomBytes(24).toString("base64url") };
  const api = await serveApi({
    registry,
    certificate,
    version,
    now,
    logsOf: kubelet.logsOf,
    interfere: test.interfere,
    users: new Map([
      [tokens.operator, users.operator],
      [tokens.viewer, users.viewer],
    ]),
  });
  const paths = { operator: join(folder, "kubeconfig"), viewer: join(folder, "viewer.kubeconfig") };
  for (const role of ["operator", "viewer"] as const)
    await writeKubeconfig(paths[role], {
      url: api.url,
      cert: certificate.cert,
      namespace,
      user: users[role].name,
      token: tokens[role],
    });

  return {
    url: api.url,
    kubeconfig: paths.operator,
    viewerKubeconfig: paths.viewer,
    apply(object) {
      const kind = kindOf(object.apiVersion, object.kind);
      if (kind === null)
        throw new ApiFailure("NotFound", `the lab's cluster has no ${object.apiVersion} ${object.kind}`);
      const place = kind.isNamespaced ? (object.metadata.namespace ?? namespace) : null;
      const before = store.get(kind, place, object.metadata.name);
      const applied = withLastApplied(object, place);
      const write = { manager: "kubectl-client-side-apply" };
      if (before === null) return Promise.resolve(registry.create(kind, place, applied, write));
      return Promise.resolve(registry.update(kind, strategicMergePatch(before, applied), write));
    },
    list: (type) => {
      const kind = kindOfType(type);
      return store.list(kind, kind.isNamespaced ? namespace : null);
    },
    resolve: network.resolverOf(null, namespace),
    impair: network.impair,
    async close() {
      controllers.stop();
      await api.close();
      await kubelet.close();
      network.close();
    },
  };
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The object with what `kubectl apply` notes in it: its own configuration. */
function withLastApplied(object: ClusterObject, namespace: string | null): ClusterObject {
  const metadata = { ...object.metadata, ...(namespace === null ? {} : { namespace }) };
  const { [LAST_APPLIED]: _before, ...annotations } = metadata.annotations ?? {};
  const noted = `${JSON.stringify({ ...object, metadata: { ...metadata, annotations } })}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [LAST_APPLIED]: noted } } };
}

const namespaceOf = (name: string): Pick<ClusterObject, "apiVersion" | "kind" | "metadata"> => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "kubernetes.io/metadata.name": name } },
});
