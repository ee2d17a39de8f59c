import type { AnalysisRecord, AnalysisStatus } from "../domain/ports.ts";
import { columnsOf, hang, textLayout, padded } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { utc } from "./labels.ts";

const STATUS: Record<AnalysisStatus, string> = {
  queued: "waiting for a worker",
  running: "running, or interrupted",
  waiting_for_review: "waiting for review",
  done: "done",
  failed: "failed",
};

/** Lists analyses in the given order: id, start time, status and incident. */
export function renderAnalyses(
  list: readonly AnalysisRecord[],
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  if (list.length === 0) return "There are no analyses yet. Start one with `causeway analyze <incident-id>`.\n";
  const layout = textLayout(options);
  const columns = Math.max(...list.map(({ id }) => columnsOf(id))) + 2;
  const lines = list.flatMap(({ id, incidentId, status, startedAtMs }) =>
    hang(
      layout,
      layout.paint("cyan", padded(id, columns)),
      `${utc(startedAtMs)} · ${STATUS[status]} · ${neutral(incidentId, 200)}`,
    ),
  );
  return `${lines.join("\n")}\n`;
}
