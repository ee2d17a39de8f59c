import { html } from "hono/html";
import { plural } from "../../render/labels.ts";
import { type Markup, NOTHING, shown } from "../html.ts";
import { evidenceOfEntity } from "./addresses.ts";
import { type GraphDirection, type PlacedEdge, type PlacedNode, placeGraph } from "./graph-layout.ts";
import type { GraphView, NodeRole } from "./graph-view.ts";

/** Letters of a name that fit into a box. */
const FITS: Readonly<Record<GraphDirection, number>> = { right: 19, down: 14 };

/** `marks`: what the roles are called in this report. */
export type GraphOptions = { analysisId: string; causeMark: string };

/** The service graph as two drawings: one for wide screens, one for phones. */
export const graphSvgs = (view: GraphView, options: GraphOptions): Markup =>
  view.nodes.length === 0
    ? NOTHING
    : html`<div class="graph">
        <div class="wide">${graphSvg(view, "right", options)}</div>
        <div class="narrow">${graphSvg(view, "down", options)}</div>
        ${
          view.hidden === 0
            ? NOTHING
            : html`<p class="dim">${plural(view.hidden, "more entity", "more entities")} not drawn.</p>`
        }
      </div>`;

function graphSvg(view: GraphView, direction: GraphDirection, options: GraphOptions): Markup {
  const { width, height, nodes, edges } = placeGraph(view, direction);
  // the path lies on top
  const ordered = edges.toSorted((a, b) => Number(a.isPath) - Number(b.isPath));
  return html`<svg
    viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"
    width="${Math.ceil(width)}"
    height="${Math.ceil(height)}"
    role="group"
    aria-label="Service graph: who calls whom"
  >
    ${ordered.map(edgeSvg)} ${nodes.map((node) => nodeSvg(node, direction, options))}
  </svg>`;
}

const roleText = (role: NodeRole, { causeMark }: GraphOptions): string | null =>
  role === "cause" ? causeMark : role === "symptom" ? "symptom" : role === "path" ? "on the path" : null;

function nodeSvg(node: PlacedNode, direction: GraphDirection, options: GraphOptions): Markup {
  const { id, role, findings, strongest, x, y, width, height } = node;
  const count = findings === 0 ? "quiet" : plural(findings, "finding");
  const mark = roleText(role, options);
  const box = html`<rect x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="7" />
    <text x="${round(x + width / 2)}" y="${round(y + 21)}" class="name">${fitted(id, FITS[direction])}</text>
    <text x="${round(x + width / 2)}" y="${round(y + 38)}" class="note">
      ${mark === null ? count : direction === "right" && findings > 0 ? `${mark} · ${count}` : mark}
    </text>`;
  const title = html`<title>
    ${shown(id, 160)}${mark === null ? "" : `, ${mark}`}: ${strongest === null ? "no evidence" : shown(strongest, 240)}
  </title>`;
  const kind = `node role-${role}${findings === 0 ? " is-quiet" : ""}`;
  return findings === 0
    ? html`<g class="${kind}">${title}${box}</g>`
    : html`<a class="${kind}" href="${evidenceOfEntity(options.analysisId, id)}">${title}${box}</a>`;
}

/** A smooth line through the points of the layout, with a head at its end. */
function edgeSvg({ points, isPath }: PlacedEdge): Markup {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return NOTHING;
  const before = points.at(-2) ?? first;
  const angle = Math.atan2(last.y - before.y, last.x - before.x);
  const wing = (turn: number): string =>
    `${round(last.x - 9 * Math.cos(angle + turn))} ${round(last.y - 9 * Math.sin(angle + turn))}`;
  const line = [`M${round(first.x)} ${round(first.y)}`, ...rest.map(({ x, y }) => `L${round(x)} ${round(y)}`)].join(
    " ",
  );
  return html`<g class="${isPath ? "edge is-path" : "edge"}">
    <path d="${line}" /><path class="head" d="M${round(last.x)} ${round(last.y)} L${wing(0.45)} L${wing(-0.45)} Z" />
  </g>`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** A name that fits; a longer one keeps its end, which tells pods and paths apart. */
function fitted(name: string, fits: number): string {
  const whole = shown(name, 160);
  return whole.length <= fits ? whole : `${whole.slice(0, fits - 8)}…${whole.slice(-7)}`;
}
