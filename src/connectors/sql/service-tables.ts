import type { Severity } from "../../domain/alert-event.ts";
import type { KnownIncident, ProgressEvent } from "../../domain/service.ts";

/** What a running service keeps, as kysely types. Times are Unix milliseconds; `body` is JSON of the domain's schema of that name. */
export type ServiceTables = {
  /** `group_key`: hash of what the sender calls one trouble; null where triage grouped. `revision` grows with each delivery that told something new of it. */
  incidents: {
    id: string;
    title: string;
    system: string | null;
    origin: KnownIncident["origin"];
    status: KnownIncident["status"];
    severity: Severity | null;
    alarm_at_ms: number | null;
    opened_at_ms: number;
    closed_at_ms: number | null;
    group_key: string | null;
    merged_into: string | null;
    revision: number;
    body: string;
  };
  /** One firing of one rule for one label set, from its start to its end. `scope`: the group, or the sender where it does not group. */
  alerts: {
    scope: string;
    fingerprint: string;
    starts_at_ms: number;
    ends_at_ms: number | null;
    status: string;
    severity: Severity;
    incident_id: string;
    told_at_ms: number;
    why: string;
    body: string;
  };
  /** Requests that must not count twice, with what they were answered. `scope`: which kind of request. */
  deliveries: { scope: string; key: string; request_sha256: string; answer: string; at_ms: number };
  /** Analyses that were asked of the service. `input`: how much of the incident there was to read when it was first begun. `dead`: 1 where it was given up and may be tried again. */
  requests: {
    analysis_id: string;
    incident_id: string;
    input: number;
    requested_by: string;
    requested_at_ms: number;
    began_at_ms: number | null;
    finished_at_ms: number | null;
    attempts: number;
    why: string | null;
    dead: number;
  };
  progress: { analysis_id: string; id: number; at_ms: number; type: ProgressEvent["type"]; data: string };
  feedback: { analysis_id: string; said_by: string; at_ms: number; body: string };
  api_keys: {
    id: string;
    name: string;
    secret_sha256: string;
    scopes: string;
    created_at_ms: number;
    revoked_at_ms: number | null;
  };
  /** `complete`: 0 while its bytes still come in. */
  uploads: {
    id: string;
    incident_id: string;
    name: string;
    framing: "raw" | "jsonl";
    bytes: number;
    sha256: string;
    at_ms: number;
    complete: number;
  };
  upload_chunks: { upload_id: string; n: number; bytes: Buffer };
  /** Work that waits or is done, where no queue of its own is there (SQLite). `claim`: who works on it, until when unless renewed. */
  jobs: {
    analysis_id: string;
    due_at_ms: number;
    attempts: number;
    claim: string | null;
    claim_until_ms: number | null;
  };
};
