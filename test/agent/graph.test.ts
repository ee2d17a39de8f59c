import { expect, it } from "vitest";
import type { AnalysisGraph } from "../../src/agent/graph.ts";
import { machineOver } from "./fakes.ts";

/** The compiled machine as a mermaid drawing, without the handlers that LangGraph adds for failures: every source has one. */
async function drawMachine(graph: AnalysisGraph): Promise<string> {
  const drawable = await graph.getGraphAsync();
  for (const node of Object.values(drawable.nodes)) if (node.id.startsWith("__error_handler__")) drawable.removeNode(node);
  return drawable.drawMermaid({ withStyles: false }).trim();
}

it("wires the way of an incident", async () => {
  const drawing = await drawMachine((await machineOver({})).graph);
  for (const edge of [
    "load-incident --> mine-logs;", "load-incident --> read-cluster;", "walk-traces --> map-topology;", "map-topology --> rank-causes;", "rank-causes --> recall-similar;",
    "recall-similar -.-> widen-window;", "recall-similar -.-> explain;", "widen-window --> scan-metrics;", "explain --> plan-remediation;", "plan-remediation -.-> review;",
    "review --> record-decision;", "record-decision -.-> review;", "record-decision -.-> remember;",
  ]) expect(drawing).toContain(edge);
});
