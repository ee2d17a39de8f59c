import type { TopologyEdge } from "./telemetry.ts";

/** Counters of calls whose labels name both ends, with those labels in order of preference. */
const GRAPHS: readonly { metrics: readonly string[]; client: readonly string[]; server: readonly string[] }[] = [
  {
    // Grafana Tempo's metrics generator, and the collector's servicegraph connector
    metrics: ["traces_service_graph_request_total"],
    client: ["client"],
    server: ["server"],
  },
  {
    metrics: ["istio_requests_total", "istio_tcp_connections_opened_total"],
    client: ["source_canonical_service", "source_workload", "source_app"],
    server: ["destination_canonical_service", "destination_service_name", "destination_workload", "destination_app"],
  },
];

/** Metrics that show which service calls which. */
export const SERVICE_GRAPH_METRICS: readonly string[] = GRAPHS.flatMap(({ metrics }) => metrics);
/** Labels that name the ends of a call in these metrics. */
export const SERVICE_GRAPH_LABELS: readonly string[] = [
  ...new Set(GRAPHS.flatMap(({ client, server }) => [...client, ...server])),
];

export const isServiceGraph = (metric: string): boolean => SERVICE_GRAPH_METRICS.includes(metric);

/** What these metrics write for an end that they do not know: Istio `unknown`, Tempo `user`. */
const NOBODY = new Set(["", "unknown", "user", "-"]);

/**
 * The call that a series of such a metric counts. Null if one end is not known. Istio counts a call at both ends, with
 * the same labels.
 *
 * @param by how reports name where it was observed. @param atMs when, Unix milliseconds.
 */
export function callEdge(labels: ReadonlyMap<string, string>, by: string, atMs: number): TopologyEdge | null {
  for (const { client, server } of GRAPHS) {
    const [from, to] = [firstLabel(labels, client), firstLabel(labels, server)];
    if (from !== null && to !== null) return from === to ? null : { from, to, kind: "calls", seen: [{ by, atMs }] };
  }
  return null;
}

function firstLabel(labels: ReadonlyMap<string, string>, names: readonly string[]): string | null {
  for (const name of names) {
    const value = labels.get(name);
    if (value !== undefined && !NOBODY.has(value)) return value;
  }
  return null;
}
