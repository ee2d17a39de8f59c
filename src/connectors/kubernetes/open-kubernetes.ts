import type { Telemetry } from "../../domain/ports.ts";
import { type Backend, openBackend } from "../backend.ts";
import type { ServiceOf } from "../changes/parts.ts";
import type { ProxySettings } from "../http/proxy.ts";
import type { QueryLimits } from "../http/query-limits.ts";
import type { PageTemplates } from "../link.ts";
import { type KubernetesAccess, type KubernetesServer, openAccess } from "./access.ts";
import { kubernetesRefusal } from "./list.ts";
import { openSnapshot, type NamespaceScope } from "./snapshot.ts";
import { kubernetesChanges, kubernetesCluster, type KubernetesReading } from "./sources.ts";
import { type ClusterTopologyOf, kubernetesTopology } from "./topology-source.ts";

export type KubernetesSettings = KubernetesAccess & {
  name: string;
  namespaces: readonly string[];
  timeoutMs: number;
  limits: QueryLimits;
  pages: PageTemplates;
  proxy: ProxySettings | null;
  settings: { address: string; credentials: string };
};

/**
 * A cluster that is read with list requests only. The kubeconfig is read with the first query, so a wrong one is a
 * source that could not be asked, and no reason not to start.
 */
export function openKubernetes(
  settings: KubernetesSettings,
  { now, serviceOf, topologyOf }: { now: () => number; serviceOf: ServiceOf; topologyOf: ClusterTopologyOf },
): {
  sources(): Telemetry;
  close(): Promise<void>;
} {
  const { name, namespaces, timeoutMs, limits, context, pages } = settings;
  let opened: Promise<{ server: KubernetesServer; backend: Backend }> | null = null;
  const open = (): Promise<{ server: KubernetesServer; backend: Backend }> =>
    (opened ??= connect().catch((error: unknown) => {
      opened = null; // the file may be there next time
      throw error;
    }));
  async function connect(): Promise<{ server: KubernetesServer; backend: Backend }> {
    const server = await openAccess(settings);
    const backend = openBackend(
      {
        url: server.url,
        label: name === "kubernetes" ? "Kubernetes" : `Kubernetes "${name}"`,
        settings: settings.settings,
        tls: server.tls,
        proxy: server.proxy ?? settings.proxy,
        timeouts: { totalMs: timeoutMs },
        refusal: kubernetesRefusal,
      },
      limits,
    );
    return { server, backend };
  }
  const scope = async (): Promise<NamespaceScope> => ({
    namespaces,
    own: namespaces.length > 0 ? null : (await open()).server.namespace,
  });
  return {
    sources() {
      const door = once(async () => {
        const { server, backend } = await open();
        return { http: backend.forAnalysis(), headers: server.headers };
      });
      const snapshot = once(async () => openSnapshot(door, await scope(), now));
      const reading: KubernetesReading = { name, context, pages, scope, open: door, snapshot, now, serviceOf };
      return [kubernetesCluster(reading), kubernetesChanges(reading), kubernetesTopology(reading, topologyOf)];
    },
    close: async () => {
      const started = await opened?.catch(() => null);
      await started?.backend.close();
    },
  };
}

/** Runs an asynchronous function once; again after a failure. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | null = null;
  return () =>
    (result ??= run().catch((error: unknown) => {
      result = null;
      throw error;
    }));
}
