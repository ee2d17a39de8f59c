import type { Report } from "../domain/report.ts";
import { utcClock } from "../domain/time.ts";

const MAX_NAMED = 5;

/** "9 edges seen in spans of otlp until 08:41:10 UTC, 2 declared". Null if all edges were recorded. */
export function callGraphText({ call_graph: graph = [] }: Pick<Report, "call_graph">): string | null {
  if (graph.length === 0) return null;
  const parts = graph.slice(0, MAX_NAMED).map(({ source, edges, newest }) => {
    if (source === "declared") return `${edges} declared`;
    const until = newest === null ? "" : ` until ${utcClock(Date.parse(newest))}`;
    return `${edges} ${edges === 1 ? "edge" : "edges"} seen in ${source}${until}`;
  });
  const more = graph.length > MAX_NAMED ? [`and ${graph.length - MAX_NAMED} more sources`] : [];
  return [...parts, ...more].join(", ");
}
