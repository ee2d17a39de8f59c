import type { AnalysisGraph } from "../../src/agent/graph.ts";

/** The compiled machine as a mermaid drawing. The handlers that LangGraph adds for failures are left out: every source has one. */
export async function drawMachine(graph: Pick<AnalysisGraph, "getGraphAsync">): Promise<string> {
  const drawable = await graph.getGraphAsync();
  for (const node of Object.values(drawable.nodes))
    if (node.id.startsWith("__error_handler__")) drawable.removeNode(node);
  return drawable.drawMermaid({ withStyles: false }).trim();
}
