import { Graph, layout } from "@dagrejs/dagre";
import type { GraphEdgeView, GraphNodeView, GraphView } from "./graph-view.ts";

export type CanvasPoint = { x: number; y: number };
/** `x`, `y`: the upper left corner. Lengths are pixels. */
export type PlacedNode = GraphNodeView & CanvasPoint & { width: number; height: number };
export type PlacedEdge = GraphEdgeView & { points: CanvasPoint[] };
export type PlacedGraph = { width: number; height: number; nodes: PlacedNode[]; edges: PlacedEdge[] };

/** `right`: from left to right, for wide screens. `down`: for phones. */
export type GraphDirection = "right" | "down";

const NODE = { right: { width: 150, height: 50 }, down: { width: 112, height: 50 } } as const;
const SPACE = { right: { nodesep: 18, ranksep: 44 }, down: { nodesep: 10, ranksep: 34 } } as const;
const MARGIN = 8;

/**
 * Places the boxes in layers, callers before callees. Edges are in the order of the path first, so that the path
 * stays straight. @see Gansner et al., A Technique for Drawing Directed Graphs, IEEE TSE 19(3), 1993
 */
export function placeGraph({ nodes, edges }: GraphView, direction: GraphDirection): PlacedGraph {
  const size = NODE[direction];
  const graph = new Graph();
  graph.setGraph({
    rankdir: direction === "right" ? "LR" : "TB",
    marginx: MARGIN,
    marginy: MARGIN,
    ...SPACE[direction],
  });
  // Names of others must not be ids of this graph: dagre keeps them as keys of plain objects.
  const idOf = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  for (const { id } of nodes) graph.setNode(idOf.get(id) ?? "", { ...size });
  for (const { from, to, isPath } of edges)
    graph.setEdge(idOf.get(from) ?? "", idOf.get(to) ?? "", { weight: isPath ? 10 : 1 });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x, y } = graph.node(idOf.get(node.id) ?? "") as CanvasPoint;
      return { ...node, ...size, x: x - size.width / 2, y: y - size.height / 2 };
    }),
    edges: edges.map((edge) => {
      const { points } = graph.edge(idOf.get(edge.from) ?? "", idOf.get(edge.to) ?? "") as { points: CanvasPoint[] };
      return { ...edge, points };
    }),
  };
}
