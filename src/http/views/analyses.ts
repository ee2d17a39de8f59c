import { z } from "@hono/zod-openapi";
import { type Action, type Decision, RejectionReason } from "../../domain/action.ts";
import { Report } from "../../domain/report.ts";
import { type AnalysisDetail, type AnalysisSummary, type DeadLetter, WorkStatus } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import { OptionalTime, Time, timeOrNull } from "./times.ts";

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

export const DecisionView = z
  .object({
    decision: z.enum(["approved", "rejected"]),
    by: z.string(),
    at: Time,
    reason: z.enum(RejectionReason.options).optional().openapi({ description: "Why it was rejected." }),
    note: z.string().nullable(),
    script_sha256: z.string(),
  })
  .openapi("Decision");
export const decisionView = ({
  decision,
  by,
  atMs,
  reason,
  note,
  scriptSha256,
}: Decision): z.infer<typeof DecisionView> => ({
  decision,
  by,
  at: isoTime(atMs),
  ...(reason === undefined ? {} : { reason }),
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
