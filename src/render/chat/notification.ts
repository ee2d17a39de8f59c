import type { AnalysisDetail } from "../../domain/service.ts";
import type { Report } from "../../domain/report.ts";
import { neutral } from "../neutral.ts";

export const NOTIFICATION_SCHEMA = "causeway.notification/1";

/**
 * What an outgoing webhook gets of a report: the conclusion and the names of proposed actions. It holds no log line, no
 * script, no query, and no evidence but its ids.
 */
export const notification = ({ status }: Pick<AnalysisDetail, "status">, report: Report) => ({
  schema_version: NOTIFICATION_SCHEMA,
  event: "analysis.finished",
  analysis_id: report.analysis_id,
  incident_id: report.incident_id,
  status,
  title: neutral(report.title),
  verdict: report.verdict,
  why: neutral(report.why),
  onset: report.onset,
  alarm_at: report.alarm_at,
  severity: report.triage?.severity ?? null,
  team: report.triage?.team ?? null,
  root_causes: report.root_causes.map(
    ({ entity, category, title, confidence, calibrated, evidence_ids: evidence }) => ({
      entity: neutral(entity),
      category,
      title: neutral(title),
      confidence,
      calibrated,
      evidence_ids: evidence,
    }),
  ),
  actions: report.actions.map(({ id, title, target, risk, script_sha256: sha256 }) => ({
    id,
    title: neutral(title),
    target: neutral(target),
    risk,
    script_sha256: sha256,
  })),
});
