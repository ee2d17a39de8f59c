import { z } from "zod";
import { Severity } from "../../domain/alert-event.ts";
import type { TriagedAlert, TriagedIncident } from "../../domain/triage.ts";
import { defineTool, type RegisterTool } from "../define-tool.ts";
import { CursorInput, NextCursor, pageOf } from "../pages.ts";
import type { McpPorts } from "../ports.ts";
import { limitInput } from "../schemas.ts";

const MAX_ALERTS = 2_000;
/** Alerts that are shown of one incident: the first, and those that need not be hidden. */
const SHOWN_ALERTS = 20;
const SHOWN_ENTITIES = 30;

const Alert = z.object({
  name: z.string(),
  entity: z.string(),
  status: z.string(),
  severity: Severity,
  summary: z.string(),
  started_at: z.string(),
  why: z.string().nullable(),
  suppressed: z.string().nullable(),
  flapping: z.boolean(),
});

/** Groups alerts into incidents. Nothing is stored, and nothing is analysed. */
export const triageAlerts = (ports: McpPorts): RegisterTool =>
  defineTool(
    {
      name: "triage_alerts",
      title: "Triage alerts",
      description:
        "Groups alerts into incidents, with severity, affected entities and the team to call. Takes webhook payloads " +
        "of Alertmanager, Grafana or PagerDuty, or alert events. Nothing is stored and nothing is analyzed.",
      scope: "read",
      writes: false,
      asksOutside: false,
      input: {
        alerts: z.array(z.looseObject({})).min(1).max(MAX_ALERTS).describe("payloads or alert events"),
        limit: limitInput(20, 100),
        cursor: CursorInput,
      },
      output: {
        incidents: z.array(
          z.object({
            title: z.string(),
            status: z.enum(["open", "closed"]),
            started_at: z.string(),
            ended_at: z.string().nullable(),
            severity: Severity,
            severity_why: z.string(),
            blast_radius: z.array(z.string()),
            team: z.string().nullable(),
            team_why: z.string(),
            alert_count: z.number().int(),
            alerts: z.array(Alert),
          }),
        ),
        not_read: z.array(z.string()),
        next_cursor: NextCursor,
        total: z.number().int(),
      },
    },
    ports,
    async ({ alerts, limit, cursor }, { signal }) => {
      const { incidents, not_read: notRead } = await ports.triage(JSON.stringify(alerts), signal);
      const listing = ["triage_alerts", alerts];
      const { items, ...page } = pageOf(incidents.map(incidentView), { listing, cursor, limit });
      return { incidents: items, not_read: notRead.slice(0, SHOWN_ALERTS), ...page };
    },
  );

const incidentView = ({ alerts, blast_radius: radius, ...incident }: TriagedIncident) => ({
  ...incident,
  blast_radius: radius.slice(0, SHOWN_ENTITIES),
  alert_count: alerts.length,
  alerts: alerts
    .toSorted((a, b) => Number(a.suppressed !== null) - Number(b.suppressed !== null))
    .slice(0, SHOWN_ALERTS)
    .map(alertView),
});

const alertView = (alert: TriagedAlert): z.infer<typeof Alert> => ({
  name: alert.name,
  entity: alert.entity,
  status: alert.status,
  severity: alert.severity,
  summary: alert.summary,
  started_at: alert.started_at,
  why: alert.why,
  suppressed: alert.suppressed?.why ?? null,
  flapping: alert.flapping,
});
