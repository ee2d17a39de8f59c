import { coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { Capabilities, NativeQuery, TelemetrySource } from "../../domain/ports.ts";
import { callEdge, SERVICE_GRAPH_LABELS, SERVICE_GRAPH_METRICS } from "../../domain/service-graph.ts";
import type { TimeWindow } from "../../domain/time.ts";
import type { QueryDoor } from "../backend.ts";
import { prometheusClient } from "./client.ts";
import { type GraphPages, pageOf } from "./link.ts";
import { aggregated, duration, oneOf, selectorOf } from "./promql.ts";

const CAPABILITIES: Capabilities = { holds: "system", filters: ["range"], metadata: ["entities", "names"] };

/**
 * Which service calls which, from counters of calls that name both ends: those of Grafana Tempo and of the collector's
 * `servicegraph`, and Istio's. One query. No edges if the server has none of these metrics.
 */
export function prometheusTopology(
  http: QueryDoor,
  { name, ...pages }: GraphPages & { name: string },
): TelemetrySource<"topology"> {
  const client = prometheusClient(http);
  return {
    name,
    signal: "topology",
    capabilities: CAPABILITIES,
    async query(query, fetch = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      const nothing = { nodes: [], edges: [] };
      if (query.recording !== null) return { data: nothing, coverage };
      const atMs = Math.min(query.range.endMs, Date.now());
      const found = await client.instant(graphQuery(query.range, atMs), atMs, fetch);
      const edges = found.flatMap(({ labels }) => {
        const metric = labels.__name__ ?? "metrics";
        const edge = callEdge(new Map(Object.entries(labels)), `${metric} of ${name}`, atMs);
        return edge === null ? [] : [edge];
      });
      return { data: { nodes: [], edges }, coverage: { ...coverage, returned: edges.length } };
    },
    metadata: async () => NO_METADATA,
    async native({ range }): Promise<NativeQuery[]> {
      const text = graphQuery(range, range.endMs);
      return [{ language: "PromQL", text, link: pageOf(pages, { text, range }) }];
    },
  };
}

/** One series for each pair of services that had a counter in the range. */
function graphQuery({ startMs }: TimeWindow, atMs: number): string {
  const selector = selectorOf([oneOf("__name__", SERVICE_GRAPH_METRICS)]);
  const inner = `last_over_time(${selector}[${duration(atMs - startMs)}])`;
  return aggregated("count", ["__name__", ...SERVICE_GRAPH_LABELS], inner);
}
