import { z } from "@hono/zod-openapi";
import { Severity } from "../../domain/alert-event.ts";
import { NotInvestigated } from "../../domain/alert-manners.ts";
import { type IncidentAlert, type IncidentDetail, IncidentOrigin, type KnownIncident } from "../../domain/service.ts";
import { isoTime } from "../../domain/time.ts";
import { AnalysisSummaryView, analysisSummaryView } from "./analyses.ts";
import { OptionalTime, Time, timeOrNull } from "./times.ts";
import { UploadView, uploadView } from "./uploads.ts";

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
    not_investigated: NotInvestigated.nullable().openapi({
      description: "Why its alerts started no investigation. Request an analysis to investigate it.",
    }),
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
  notInvestigated,
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
  not_investigated: notInvestigated,
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
