import { topologyOfCluster } from "../../../src/cluster/topology.ts";
import { serviceNames } from "../../../src/connectors/changes/parts.ts";
import { openKubernetes } from "../../../src/connectors/kubernetes/open-kubernetes.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { queryFor } from "../../../src/domain/query.ts";
import type { Answer, TelemetrySource } from "../../../src/domain/ports.ts";
import type { QueryLimits } from "../../../src/connectors/http/query-limits.ts";
import { kubeconfigFor } from "./kubectl.ts";
import { NOW } from "./shop-cluster.ts";

const LIMITS: QueryLimits = { queries: 500, bytes: 512 * 1024 * 1024, ms: 120_000, concurrency: 4 };
export const RANGE = { startMs: NOW - 3 * 3_600_000, endMs: NOW };

type OpenOptions = {
  token?: string;
  namespaces?: readonly string[];
  timeoutMs?: number;
  limits?: Partial<QueryLimits>;
  kubeconfig?: string;
  context?: string | null;
};

/** Our client of a server, at the time of the recorded cluster. */
export function openCluster(url: string, options: OpenOptions = {}) {
  const { token = "", namespaces = [], timeoutMs = 20_000, limits = {}, context = null } = options;
  const backend = openKubernetes(
    {
      name: "kubernetes",
      kubeconfig: [options.kubeconfig ?? kubeconfigFor(url, { token })],
      isInCluster: false,
      context,
      namespaces,
      timeoutMs,
      limits: { ...LIMITS, ...limits },
      proxy: null,
      pages: NO_PAGES,
      settings: { address: "KUBECONFIG", credentials: "the user that KUBECONFIG names" },
    },
    { now: () => NOW, serviceOf: serviceNames({}), topologyOf: topologyOfCluster },
  );
  const sources = backend.sources();
  const cluster = sources.find((source) => source.signal === "cluster") as TelemetrySource<"cluster">;
  const changes = sources.find((source) => source.signal === "change") as TelemetrySource<"change">;
  const topology = sources.find((source) => source.signal === "topology") as TelemetrySource<"topology">;
  return { cluster, changes, topology, close: () => backend.close() };
}

/** Reads everything once, and closes. */
export async function readCluster(url: string, options: OpenOptions = {}): Promise<Answer<"cluster">> {
  const { cluster, close } = openCluster(url, options);
  try {
    return await cluster.query(queryFor("cluster", RANGE));
  } finally {
    await close();
  }
}
