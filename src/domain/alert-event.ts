import { z } from "zod";

export const Severity = z.enum(["critical", "high", "warning", "info", "low"]);
export type Severity = z.infer<typeof Severity>;

/** An alert as a webhook tells it, whatever vendor sent it: one firing or resolving of one rule for one set of labels. */
export const AlertEvent = z.object({
  /** Equal for every event of one rule and label set. */
  fingerprint: z.string().min(1),
  status: z.enum(["firing", "resolved", "acknowledged", "suppressed"]),
  severity: Severity,
  entity: z.string().min(1),
  name: z.string().min(1),
  summary: z.string(),
  startsAtMs: z.number(),
  endsAtMs: z.number().nullable(),
  labels: z.record(z.string(), z.string()),
  /** Where a person reads on: `runbook`, `source`, `dashboard` …; http(s) addresses. */
  links: z.record(z.string(), z.string()).optional(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** What one webhook call told. */
export type AlertDelivery = {
  /** `alertmanager`, `grafana`, `pagerduty`, `custom/<name>`. */
  source: string;
  /** Names what the sender holds to be one trouble, across all its calls; null where it does not group, so that triage does. */
  groupKey: string | null;
  /** None where the call was a test or told of nothing that concerns us. */
  alerts: AlertEvent[];
  /** Alerts that the sender left out of the call. */
  truncatedAlerts: number;
};
