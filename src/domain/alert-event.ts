import { z } from "zod";

export const Severity = z.enum(["critical", "high", "warning", "info", "low"]);
export type Severity = z.infer<typeof Severity>;

/** One alert from a webhook, of any vendor: one firing or resolving of one rule for one set of labels. */
export const AlertEvent = z.object({
  /** The same for every event of one rule and label set. */
  fingerprint: z.string().min(1),
  status: z.enum(["firing", "resolved", "acknowledged", "suppressed"]),
  severity: Severity,
  entity: z.string().min(1),
  name: z.string().min(1),
  summary: z.string(),
  startsAtMs: z.number(),
  endsAtMs: z.number().nullable(),
  labels: z.record(z.string(), z.string()),
  /** Pages to read next: `runbook`, `source`, `dashboard` …; http(s) addresses. */
  links: z.record(z.string(), z.string()).optional(),
});
export type AlertEvent = z.infer<typeof AlertEvent>;

/** The content of one webhook call. */
export type AlertDelivery = {
  /** `alertmanager`, `grafana`, `pagerduty`, `custom/<name>`. */
  source: string;
  /**
   * The sender's name for one problem, the same across all its calls. Null if the sender does not group; triage then
   * does.
   */
  groupKey: string | null;
  /** Empty if the call was a test, or reported nothing that Causeway handles. */
  alerts: AlertEvent[];
  /** Number of alerts that the sender left out of the call. */
  truncatedAlerts: number;
};
