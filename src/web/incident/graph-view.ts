import type { Report } from "../../domain/report.ts";
import type { Topology } from "../../domain/telemetry.ts";
import { pathStops } from "../../render/path-stops.ts";

/** `cause`: blamed, or the first suspect of an open verdict. `path`: between it and the symptom. */
export type NodeRole = "cause" | "symptom" | "path" | "other";
/** An entity of the graph. `findings`: how much evidence names it; `strongest`: the summary of its strongest. */
export type GraphNodeView = { id: string; role: NodeRole; findings: number; strongest: string | null };
/** A call from one entity to another. `isPath`: between two neighbours of the blamed path. */
export type GraphEdgeView = { from: string; to: string; isPath: boolean };
/** `hidden`: entities that are not drawn. */
export type GraphView = { nodes: GraphNodeView[]; edges: GraphEdgeView[]; hidden: number };

/** A person reads about this many boxes. */
const MAX_NODES = 18;
/** Edges that say who calls whom. Others join a pod with its service or its node. */
const isCall = (kind: string): boolean => kind !== "none" && kind !== "member_of" && kind !== "runs_on";

/**
 * Picks from the topology what the reader needs: the path, the suspects, what has evidence, and the neighbours of
 * these. An entity without any edge is drawn only if it is a suspect.
 */
export function graphView(report: Report, { edges: all }: Topology): GraphView {
  const path = pathOf(report);
  const steps = path.slice(1).map((to, i) => ({ from: path[i] ?? "", to }));
  const isStep = (from: string, to: string): boolean => steps.some((step) => step.from === from && step.to === to);
  const calls = distinct([...steps, ...all.filter(({ kind, from, to }) => isCall(kind) && from !== to)]);
  const evidence = Map.groupBy(report.evidence, ({ entity }) => entity);
  const suspects = report.hypotheses.filter(({ status }) => status !== "ruled_out").map(({ entity }) => entity);
  const connected = new Set(calls.flatMap(({ from, to }) => [from, to]));
  const central = new Set([...path, ...suspects.slice(0, 3)]);
  const neighbours = calls.flatMap(({ from, to }) => (central.has(from) ? [to] : central.has(to) ? [from] : []));
  const withEvidence = [...evidence.keys()]
    .filter((id) => connected.has(id))
    .toSorted((a, b) => (evidence.get(b)?.length ?? 0) - (evidence.get(a)?.length ?? 0));
  const ordered = [...new Set([...central, ...withEvidence, ...neighbours, ...connected])].filter(
    (id) => connected.has(id) || central.has(id),
  );
  const drawn = ordered.slice(0, MAX_NODES);
  const isDrawn = new Set(drawn);
  return {
    nodes: drawn.map((id) => {
      const found = evidence.get(id) ?? [];
      const strongest = found.toSorted((a, b) => b.strength - a.strength)[0];
      return { id, role: roleOf(id, path), findings: found.length, strongest: strongest?.summary ?? null };
    }),
    edges: calls
      .filter(({ from, to }) => isDrawn.has(from) && isDrawn.has(to))
      .map(({ from, to }) => ({ from, to, isPath: isStep(from, to) })),
    hidden: ordered.length - drawn.length,
  };
}

/** From the symptom to the cause; the first suspect alone where the report proves none. */
function pathOf(report: Report): string[] {
  const stops = pathStops(report).map(({ entity }) => entity);
  const [suspect] = report.hypotheses;
  return stops.length > 0 || report.verdict !== "inconclusive" || suspect === undefined ? stops : suspect.path;
}

const roleOf = (id: string, path: readonly string[]): NodeRole =>
  id === path.at(-1) ? "cause" : id === path[0] ? "symptom" : path.includes(id) ? "path" : "other";

const distinct = (edges: readonly { from: string; to: string }[]): { from: string; to: string }[] => [
  ...new Map(edges.map(({ from, to }) => [JSON.stringify([from, to]), { from, to }])).values(),
];
