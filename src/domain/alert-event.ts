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
});
export type AlertEvent = z.infer<typeof AlertEvent>;
