import type { AnalysisRecord, AnalysisStatus } from "../domain/ports.ts";
import { columnsOf, hang, textLayout, padded } from "./layout.ts";
import { neutral } from "./neutral.ts";
import { utc } from "./labels.ts";

const STATUS: Record<AnalysisStatus, string> = {
  queued: "waits for a worker",
  running: "running, or broken off",
  waiting_for_review: "waits for review",
  done: "done",
  failed: "failed",
};

/** Analyses, newest first: id, when it was begun, how far it is, and of which incident, one below the other. */
export function renderAnalyses(
  list: readonly AnalysisRecord[],
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  if (list.length === 0) return "Nothing was analysed here yet.\n";
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
