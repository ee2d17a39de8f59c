import { z } from "@hono/zod-openapi";
import type { Action, Decision } from "../domain/action.ts";
import { Severity } from "../domain/alert-event.ts";
import { unreadableLines } from "../domain/log-readability.ts";
import { Report } from "../domain/report.ts";
import {
  type AnalysisDetail,
  type AnalysisSummary,
  type DeadLetter,
  IncidentOrigin,
  type IncidentAlert,
  type IncidentDetail,
  type KnownIncident,
  type Upload,
  WorkStatus,
} from "../domain/service.ts";
import { isoTime } from "../domain/time.ts";
import type { TakenUpload } from "../service/take-upload.ts";

// JSON on the wire: snake case and ISO times, as in the report.

const Time = z.iso.datetime().openapi({ example: "2026-03-02T09:52:26.739Z" });
const OptionalTime = Time.nullable();
const timeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export const IncidentView = z
  .object({
    id: z.string(),
    title: z.string(),
    system: z.string().nullable(),
    origin: IncidentOrigin,
    status: z.enum(["open", "closed"]),
    severity: Severity.nullable(),
    alarm_at: OptionalTime,
    opened_at: OptionalTime,
    closed_at: OptionalTime,
    merged_into: z.string().nullable().openapi({ description: "The incident that this one was merged into." }),
  })
  .openapi("Incident");
export const incidentView = ({
  id,
  title,
  system,
  origin,
  status,
  severity,
  alarmAtMs,
  openedAtMs,
  closedAtMs,
  mergedInto,
}: KnownIncident): z.infer<typeof IncidentView> => ({
  id,
  title,
  system,
  origin,
  status,
  severity,
  alarm_at: timeOrNull(alarmAtMs),
  opened_at: timeOrNull(openedAtMs),
  closed_at: timeOrNull(closedAtMs),
  merged_into: mergedInto,
});

const AlertView = z
  .object({
    fingerprint: z.string(),
    status: z.enum(["firing", "resolved", "acknowledged", "suppressed"]),
    severity: Severity,
    entity: z.string(),
    name: z.string(),
    summary: z.string(),
    starts_at: Time,
    ends_at: OptionalTime,
    labels: z.record(z.string(), z.string()),
    links: z.record(z.string(), z.string()),
    why: z.string().openapi({ description: "Why it belongs to this incident." }),
  })
  .openapi("Alert");
const alertView = ({
  fingerprint,
  status,
  severity,
  entity,
  name,
  summary,
  startsAtMs,
  endsAtMs,
  labels,
  links = {},
  why,
}: IncidentAlert): z.infer<typeof AlertView> => ({
  fingerprint,
  status,
  severity,
  entity,
  name,
  summary,
  starts_at: isoTime(startsAtMs),
  ends_at: timeOrNull(endsAtMs),
  labels,
  links,
  why,
});

export const UploadView = z
  .object({
    id: z.string(),
    name: z.string(),
    framing: z.enum(["raw", "jsonl"]),
    bytes: z.number().openapi({ description: "After decompression." }),
    sha256: z.string(),
    uploaded_at: Time,
  })
  .openapi("Upload");
export const uploadView = ({ uploadedAtMs, ...upload }: Upload): z.infer<typeof UploadView> => ({
  ...upload,
  uploaded_at: isoTime(uploadedAtMs),
});

export const TakenUploadView = UploadView.extend({
  lines: z.number().openapi({ description: "Lines with content." }),
  readable_lines: z.number().openapi({ description: "Lines with a time, of their own or of their event." }),
  warning: z
    .string()
    .nullable()
    .openapi({ description: "What could not be read, and what to do. Null: all was read." }),
}).openapi("TakenUpload");
export const takenUploadView = ({ readability, ...upload }: TakenUpload): z.infer<typeof TakenUploadView> => ({
  ...uploadView(upload),
  lines: readability.lines,
  readable_lines: readability.readable,
  warning: unreadableLines(readability),
});

export const AnalysisSummaryView = z
  .object({
    id: z.string(),
    incident_id: z.string(),
    status: WorkStatus,
    why: z.string().nullable().openapi({ description: "Why it failed or is being retried." }),
    requested_by: z.string(),
    requested_at: Time,
    started_at: OptionalTime,
    finished_at: OptionalTime,
    attempts: z.number().int(),
  })
  .openapi("AnalysisSummary");
export const analysisSummaryView = ({
  id,
  incidentId,
  status,
  why,
  requestedBy,
  requestedAtMs,
  startedAtMs,
  finishedAtMs,
  attempts,
}: AnalysisSummary): z.infer<typeof AnalysisSummaryView> => ({
  id,
  incident_id: incidentId,
  status,
  why,
  requested_by: requestedBy,
  requested_at: isoTime(requestedAtMs),
  started_at: timeOrNull(startedAtMs),
  finished_at: timeOrNull(finishedAtMs),
  attempts,
});

export const IncidentDetailView = IncidentView.extend({
  alerts: z.array(AlertView),
  alert_count: z.number().int(),
  uploads: z.array(UploadView),
  analyses: z.array(AnalysisSummaryView),
}).openapi("IncidentDetail");
export const incidentDetailView = (incident: IncidentDetail): z.infer<typeof IncidentDetailView> => ({
  ...incidentView(incident),
  alerts: incident.alerts.map(alertView),
  alert_count: incident.alertCount,
  uploads: incident.uploads.map(uploadView),
  analyses: incident.analyses.map(analysisSummaryView),
});

export const DecisionView = z
  .object({
    decision: z.enum(["approved", "rejected"]),
    by: z.string(),
    at: Time,
    note: z.string().nullable(),
    script_sha256: z.string(),
  })
  .openapi("Decision");
export const decisionView = ({ decision, by, atMs, note, scriptSha256 }: Decision): z.infer<typeof DecisionView> => ({
  decision,
  by,
  at: isoTime(atMs),
  note,
  script_sha256: scriptSha256,
});

const ActionView = z
  .object({
    id: z.string(),
    title: z.string(),
    target: z.string(),
    risk: z.enum(["low", "medium", "high"]),
    reversible: z.boolean(),
    script: z.string(),
    script_sha256: z
      .string()
      .openapi({ description: "An approval names this hash. It is valid for exactly these bytes." }),
    rollback: z.string(),
    verify: z.string(),
    expires_at: Time,
    decision: DecisionView.nullable(),
  })
  .openapi("Action");
const actionView = (action: Action, decision: Decision | null): z.infer<typeof ActionView> => ({
  id: action.id,
  title: action.title,
  target: action.target.id,
  risk: action.risk,
  reversible: action.reversible,
  script: action.script,
  script_sha256: action.scriptSha256,
  rollback: action.rollback,
  verify: action.verify,
  expires_at: isoTime(action.expiresAtMs),
  decision: decision === null ? null : decisionView(decision),
});

// a new schema, because one created before the OpenAPI extension lacks `.openapi`
export const ReportView = Report.extend({}).openapi("Report");
export const AnalysisView = AnalysisSummaryView.extend({
  report: ReportView.nullable(),
  actions: z.array(ActionView),
}).openapi("Analysis");
export const analysisView = ({ report, actions, ...summary }: AnalysisDetail): z.infer<typeof AnalysisView> => ({
  ...analysisSummaryView(summary),
  report,
  actions: actions.map(({ action, decision }) => actionView(action, decision)),
});

export const DeadLetterView = z
  .object({
    analysis_id: z.string(),
    incident_id: z.string(),
    why: z.string(),
    attempts: z.number().int(),
    failed_at: Time,
  })
  .openapi("DeadLetter");
export const deadLetterView = ({
  analysisId,
  incidentId,
  why,
  attempts,
  failedAtMs,
}: DeadLetter): z.infer<typeof DeadLetterView> => ({
  analysis_id: analysisId,
  incident_id: incidentId,
  why,
  attempts,
  failed_at: isoTime(failedAtMs),
});
