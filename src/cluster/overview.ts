import type { ClusterState } from "./state.ts";

/** What was read. `counts`: objects by type, largest first. */
export type ClusterOverview = { counts: { what: string; count: number }[]; namespaces: string[] };

/** Counts what was read, so that a person sees whether it is what they gave. */
export function overviewOf(state: ClusterState): ClusterOverview {
  const counted = new Map<string, number>([
    ["pods", state.pods.length],
    ["workloads", state.workloads.length],
    ["services", state.services.length],
    ["nodes", state.nodes.length],
    ["events", state.events.length || state.pods.reduce((sum, { events }) => sum + events.length, 0)],
    ["volume claims", state.claims.length],
    ["volumes", state.volumes.length],
    ["quotas", state.quotas.length],
    ["logs", state.errorLogs.length],
    ["manifests", state.manifests.length],
  ]);
  const known = new Set(
    "pods deployments statefulsets daemonsets services nodes events persistentvolumeclaims persistentvolumes resourcequotas".split(
      " ",
    ),
  );
  for (const { type } of state.objects) if (!known.has(type)) counted.set(type, (counted.get(type) ?? 0) + 1);
  const namespaces = new Set([...state.pods, ...state.workloads, ...state.services].map(({ namespace }) => namespace));
  return {
    counts: [...counted]
      .filter(([, count]) => count > 0)
      .map(([what, count]) => ({ what, count }))
      .toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1)),
    namespaces: [...namespaces].filter((name) => name !== "").toSorted(),
  };
}
