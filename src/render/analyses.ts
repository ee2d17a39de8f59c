import type { AnalysisRecord, AnalysisStatus } from "../domain/ports.ts";
import { columnsOf, hang, textLayout, padded } from "./layout.ts";
import type { Report } from "../domain/report.ts";
import { VERDICT_LABEL } from "./headline.ts";
import { neutral } from "./neutral.ts";
import { causeLabel, utc } from "./labels.ts";

const STATUS: Record<AnalysisStatus, string> = {
  queued: "waiting for a worker",
  running: "running, or interrupted",
  waiting_for_review: "waiting for review",
  done: "done",
  failed: "failed",
};

const INTERRUPTED = "interrupted; resume it with `causeway analyze --resume`";

/** An analysis with its conclusion; null before there is a report. `entity`: root cause or first suspect. */
export type ListedAnalysis = AnalysisRecord & {
  /** Whether its process is gone. */
  isInterrupted?: boolean | undefined;
  conclusion: { verdict: Report["verdict"]; entity: string | null; cause: string | null } | null;
};

/** Lists analyses in the given order: id, start time, status, incident and conclusion. */
export function renderAnalyses(
  list: readonly ListedAnalysis[],
  options: { color: boolean; width: number } = { color: false, width: 80 },
): string {
  if (list.length === 0) return "There are no analyses yet. Start one with `causeway analyze <incident-id>`.\n";
  const layout = textLayout(options);
  const columns = Math.max(...list.map(({ id }) => columnsOf(id))) + 2;
  const lines = list.flatMap(({ id, incidentId, status, startedAtMs, conclusion, isInterrupted }) =>
    hang(
      layout,
      layout.paint("cyan", padded(id, columns)),
      [
        utc(startedAtMs),
        isInterrupted === true ? INTERRUPTED : STATUS[status],
        neutral(incidentId, 200),
        conclusionText(conclusion),
      ]
        .filter((part) => part !== "")
        .join(" · "),
    ),
  );
  return `${lines.join("\n")}\n`;
}

function conclusionText(conclusion: ListedAnalysis["conclusion"]): string {
  if (conclusion === null) return "";
  const { verdict, entity, cause } = conclusion;
  const named = entity === null ? "" : neutral(entity, 120);
  if (verdict === "inconclusive") return `inconclusive${named === "" ? "" : ` (first suspect: ${named})`}`;
  const why = cause === null || named === "" ? "" : `, ${causeLabel(cause)}`;
  return `${VERDICT_LABEL[verdict].toLowerCase()}${named === "" ? "" : `: ${named}${why}`}`;
}
