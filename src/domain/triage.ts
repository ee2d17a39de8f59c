import type { AlertEvent, Severity } from "./alert-event.ts";

export const TRIAGE_SCHEMA = "causeway.triage/1";

/** An alert as triage shows it: the latest of its firings. Snake case, because it is other programs' input. Times are ISO 8601. */
export type TriagedAlert = Pick<AlertEvent, "fingerprint" | "name" | "entity" | "status" | "severity" | "summary"> & {
  started_at: string;
  ended_at: string | null;
  /** How often it fired within the incident. */
  firings: number;
  /** Why it belongs to the incident; null of the first. */
  why: string | null;
  /** Why it need not be shown by itself; null where it must. `parent`: the fingerprint of the alert that speaks for it. */
  suppressed: { why: string; parent: string | null } | null;
  /** It cannot make up its mind. */
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
  /** Who depends on what is ill, what is ill included. */
  blast_radius: readonly string[];
  /** Whom to call; null where nobody is known to answer for it. */
  team: string | null;
  team_why: string;
  alerts: readonly TriagedAlert[];
};

/** Incidents that alerts make: open ones first, of those the worst first. `not_read`: input that was stepped over. */
export type TriageReport = {
  schema_version: typeof TRIAGE_SCHEMA;
  incidents: readonly TriagedIncident[];
  not_read: readonly string[];
};
