import dagre from "@dagrejs/dagre";
import { html, raw } from "hono/html";

export type DrawnEdge = { from: string; to: string; dashed?: boolean };
export type Drawing = { label: string; nodes: readonly string[]; edges: readonly DrawnEdge[] };

const LETTER_PX = 7.6;
const HEIGHT_PX = 30;

/** Draws boxes and arrows from top to bottom as SVG, laid out by dagre. The same drawing always gives the same bytes. */
export function drawSvg({ label, nodes, edges }: Drawing): string {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "TB", nodesep: 14, ranksep: 34, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of nodes) graph.setNode(name, { width: name.length * LETTER_PX + 20, height: HEIGHT_PX });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const boxes = nodes.map((name) => {
    const { x, y, width: wide } = graph.node(name);
    return html`<rect
        x="${px(x - wide / 2)}"
        y="${px(y - HEIGHT_PX / 2)}"
        width="${px(wide)}"
        height="${HEIGHT_PX}"
        rx="6"
      />
      <text x="${px(x)}" y="${px(y + 4)}">${name}</text>`;
  });
  const lines = edges.map(({ from, to, dashed = false }) => {
    const { points } = graph.edge(from, to) as { points: { x: number; y: number }[] };
    const path = points.map(({ x, y }, at) => `${at === 0 ? "M" : "L"}${px(x)} ${px(y)}`).join(" ");
    return html`<path d="${path}" marker-end="url(#head)" ${raw(dashed ? ' class="dashed"' : "")} />`;
  });
  return String(
    html`<svg
      xmlns="http://www.w3.org/2000/svg"
      class="drawing"
      viewBox="0 0 ${px(width)} ${px(height)}"
      width="${px(width)}"
      role="img"
      aria-label="${label}"
    >
      <defs>
        <marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
          <path class="head" d="M0 0 L8 4 L0 8 Z" />
        </marker>
      </defs>
      ${lines}${boxes}
    </svg>`,
  );
}

const px = (value: number): number => Math.round(value);

/** Reads a mermaid drawing as LangGraph writes it: `a --> b;`, or `a -.-> b;` for a choice. */
export function mermaidDrawing(text: string): Drawing {
  const edges = [...text.matchAll(/^\s*([\w-]+) (-->|-\.->|-\. .*? \.->)\s*([\w-]+);?$/gm)].map(
    ([, from = "", arrow = "", to = ""]) => ({ from: plain(from), to: plain(to), dashed: arrow !== "-->" }),
  );
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))];
  return { label: "State machine of an analysis", nodes, edges };
}

const plain = (name: string): string => name.replace(/^__(\w+)__$/, "$1");
