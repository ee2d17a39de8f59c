import type { AnalysisGraph } from "../../src/agent/graph.ts";

/** The compiled graph as a mermaid drawing, without the error handlers that LangGraph adds: every source has one. */
export async function drawGraph(graph: Pick<AnalysisGraph, "getGraphAsync">): Promise<string> {
  const drawable = await graph.getGraphAsync();
  for (const node of Object.values(drawable.nodes))
    if (node.id.startsWith("__error_handler__")) drawable.removeNode(node);
  return drawable.drawMermaid({ withStyles: false }).trim();
}
