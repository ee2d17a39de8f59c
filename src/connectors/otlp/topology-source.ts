import { coverageFor, NO_METADATA } from "../../domain/answer.ts";
import { metricNameOf } from "../../domain/metric-name.ts";
import type { Capabilities, TelemetrySource } from "../../domain/ports.ts";
import { queryFor } from "../../domain/query.ts";
import { callEdge, isServiceGraph } from "../../domain/service-graph.ts";
import type { Span, Topology } from "../../domain/telemetry.ts";
import { contains, nanosToMs, type TimeWindow } from "../../domain/time.ts";
import type { OtlpPoint } from "./metrics.ts";
import { linesOf, type OtlpRecords } from "./records.ts";
import { spanFromLine } from "./span-line.ts";
import { traceSample } from "./trace-sample.ts";

/** Derives call edges from spans. `by`: the source that each edge then names. */
export type TopologyOf = (spans: readonly Span[], by: string) => Topology;

/** Enough for the edges of a large system. About 30 MB. */
const MAX_SPANS = 100_000;
/** A counter of calls is sent again and again, so its last points hold all edges. */
const GRAPH_MS = 10 * 60_000;
const CAPABILITIES: Capabilities = { holds: "system", filters: ["range"], metadata: ["entities", "names"] };

/**
 * Which service calls which, from OpenTelemetry spans, and from the metrics of a collector that counts calls
 * (`servicegraph`).
 */
export function topologySource(
  records: OtlpRecords,
  signals: { hasSpans: boolean; hasMetrics: boolean },
  topologyOf: TopologyOf,
): TelemetrySource<"topology"> {
  const { name } = records;
  async function read(range: TimeWindow, abort: AbortSignal | undefined): Promise<Topology> {
    const ignored = { gaps: [], problems: [] }; // the sources of spans and metrics report them
    const sample = traceSample(MAX_SPANS);
    if (signals.hasSpans)
      for await (const line of linesOf(records.read("trace", queryFor("trace", range), ignored, abort))) {
        const span = spanFromLine(line);
        if (contains(range, nanosToMs(span.startUnixNano))) sample.add(span);
      }
    const spans = topologyOf(sample.done(), `spans of ${name}`);
    if (!signals.hasMetrics) return spans;
    const last = queryFor("metric", { startMs: Math.max(range.startMs, range.endMs - GRAPH_MS), endMs: range.endMs });
    const graph: Topology["edges"] = [];
    for await (const line of linesOf(records.read("metric", last, ignored, abort))) {
      const point = JSON.parse(line) as OtlpPoint; // written by `readAll`
      const { base, labels } = metricNameOf(point.metric);
      if (!isServiceGraph(base)) continue;
      const edge = callEdge(labels, `${base} of ${name}`, point.timeMs);
      if (edge !== null) graph.push(edge);
    }
    return { nodes: spans.nodes, edges: [...spans.edges, ...graph] };
  }
  return {
    name,
    signal: "topology",
    capabilities: CAPABILITIES,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities: CAPABILITIES }, query);
      if (query.recording !== null) return { data: { nodes: [], edges: [] }, coverage };
      const data = await read(query.range, signal);
      return { data, coverage: { ...coverage, returned: data.edges.length } };
    },
    metadata: async () => NO_METADATA,
  };
}
