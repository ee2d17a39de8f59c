import type { AlertEvent, Severity } from "./alert-event.ts";

export const TRIAGE_SCHEMA = "causeway.triage/1";

/**
 * An alert in the triage report: the latest of its firings. Snake case, because other programs read it. Times are ISO
 * 8601.
 */
export type TriagedAlert = Pick<AlertEvent, "fingerprint" | "name" | "entity" | "status" | "severity" | "summary"> & {
  started_at: string;
  ended_at: string | null;
  /** Number of firings within the incident. */
  firings: number;
  /** Why it belongs to the incident. Null for the first alert. */
  why: string | null;
  /**
   * Why it need not be shown on its own; null if it must be. `parent`: the fingerprint of the alert that stands for it.
   */
  suppressed: { why: string; parent: string | null } | null;
  /** It fires and resolves again and again. */
  flapping: boolean;
};

export type TriagedIncident = {
  title: string;
  status: "open" | "closed";
  started_at: string;
  /** When its last alert was resolved. */
  ended_at: string | null;
  severity: Severity;
  severity_why: string;
  /** The unhealthy entities, and all that depend on them. */
  blast_radius: readonly string[];
  /** The team to call. Null if no owner is configured. */
  team: string | null;
  team_why: string;
  alerts: readonly TriagedAlert[];
};

/** Incidents made from alerts: open ones first, worst first. `not_read`: input that was skipped. */
export type TriageReport = {
  schema_version: typeof TRIAGE_SCHEMA;
  incidents: readonly TriagedIncident[];
  not_read: readonly string[];
};
