import type { Kysely, RawBuilder } from "kysely";
import type { Severity } from "../../domain/alert-event.ts";
import type { ExecutionState } from "../../domain/execution.ts";
import type { NoticeState } from "../../domain/notice.ts";
import type { OtlpSignal } from "../../domain/otlp.ts";
import type { RetentionStore } from "../../domain/retention.ts";
import type { KnownIncident, ProgressEvent } from "../../domain/service.ts";
import type { Script } from "./script.ts";

type AnalysisTables = {
  analyses: { id: string; incident_id: string; status: string; started_at_ms: number };
  /** `key`: hash of the body. */
  findings: { analysis_id: string; key: string; body: string };
  artifacts: { analysis_id: string; name: string; body: string };
  reports: { analysis_id: string; incident_id: string; body: string };
  actions: { id: string; analysis_id: string; position: number; body: string };
  decisions: {
    action_id: string;
    decision: "approved" | "rejected";
    decided_by: string;
    at_ms: number;
    note: string | null;
    script_sha256: string;
    reason: string | null;
  };
  action_results: { action_id: string; at_ms: number; body: string };
  approvals: { action_id: string; approver: string; at_ms: number; body: string };
  executions: {
    action_id: string;
    analysis_id: string;
    state: ExecutionState;
    owner: string;
    until_ms: number;
    started_at_ms: number;
    body: string;
  };
  /** Only ever added to. `body`: the whole line. */
  audit_lines: { seq: number; action_id: string | null; body: string };
  /** The process that works on an analysis now. */
  leases: { analysis_id: string; owner: string; until_ms: number };
};

type IncidentTables = {
  /**
   * `group_key`: hash of the sender's group; null when triage grouped the alerts. `revision` grows with each delivery.
   * `not_investigated`: JSON of the reason; null if there is none.
   */
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
    not_investigated: string | null;
  };
  /**
   * What the newest report of an incident concludes. `what`: the cause in words. `words`: what a search looks through.
   * `version`: of the code that wrote it (`HEAD_VERSION`).
   */
  incident_heads: {
    incident_id: string;
    analysis_id: string;
    at_ms: number;
    verdict: string;
    entity: string | null;
    cause: string | null;
    what: string | null;
    severity: string | null;
    owner: string | null;
    words: string;
    version: number;
  };
  /** One firing of one rule for one label set. `scope`: the sender's group, or the sender if it does not group. */
  alerts: {
    scope: string;
    fingerprint: string;
    starts_at_ms: number;
    ends_at_ms: number | null;
    status: string;
    severity: Severity;
    incident_id: string;
    received_at_ms: number;
    why: string;
    body: string;
  };
  /** Changes that others reported. `key`: hash of source, entity, kind and id. */
  changes: { key: string; source: string; at_ms: number; received_at_ms: number; body: string };
  /** Answers to requests that must not count twice. `scope`: the kind of request. */
  deliveries: { scope: string; key: string; request_sha256: string; answer: string; at_ms: number };
  /** `complete`: 0 while its bytes still arrive. */
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
};

type WorkTables = {
  /**
   * Requests for analyses. `input`: how much the incident held when the analysis began (`countInput`).
   * `dead`: 1 for a dead letter, which may be tried again. `automatic`: 1 if alerts started it.
   */
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
    automatic: number;
  };
  /** SQLite's work queue; Postgres uses pg-boss. `claim`: the worker's token, valid until `claim_until_ms`. */
  jobs: {
    analysis_id: string;
    due_at_ms: number;
    attempts: number;
    claim: string | null;
    claim_until_ms: number | null;
  };
  progress: { analysis_id: string; id: number; at_ms: number; type: ProgressEvent["type"]; data: string };
  feedback: { analysis_id: string; given_by: string; at_ms: number; body: string };
  api_keys: {
    id: string;
    name: string;
    secret_sha256: string;
    scopes: string;
    created_at_ms: number;
    revoked_at_ms: number | null;
  };
};

type ChatTables = {
  /** `body`: null once the event is handled. `owner`: the process that handles it, until `until_ms` unless renewed. */
  chat_inbox: { key: string; body: string | null; owner: string; until_ms: number; attempts: number; at_ms: number };
  /** `version` grows with each change. */
  chat_threads: {
    id: string;
    incident_id: string;
    channel: string;
    thread_ts: string | null;
    message_ts: string | null;
    status: string;
    version: number;
    body: string;
  };
  incident_notes: { id: string; incident_id: string; written_by: string; text: string; at_ms: number };
};

type OtlpTables = {
  /** Received OpenTelemetry records. `entities`: JSON; null if they are too many. `bytes`: of `body`. */
  otlp_blocks: {
    id: string;
    signal: OtlpSignal;
    sender: string;
    received_at_ms: number;
    start_ms: number;
    end_ms: number;
    records: number;
    bytes: number;
    entities: string | null;
    request_sha256: string;
    body: Buffer;
  };
};

type ModelTables = {
  /** The ledger. `body`: the whole row as JSON; neither prompt nor answer. */
  model_calls: { id: string; at_ms: number; analysis_id: string | null; body: string };
  /** What caps count. `until_ms`: the end of a reservation; null once settled. `day`: in UTC. */
  model_spend: {
    id: string;
    analysis_id: string | null;
    incident_id: string | null;
    day: string;
    at_ms: number;
    until_ms: number | null;
    calls: number;
    tokens: number;
    usd: number;
  };
  /** `vector`: JSON; null outside of the semantic cache. `bytes`: of `body` and `vector`. */
  model_replies: {
    key: string;
    at_ms: number;
    frame: string | null;
    vector: string | null;
    bytes: number;
    body: string;
  };
};

type CanaryTables = {
  canaries: { id: string; task: string; state: string; started_at_ms: number; body: string };
  /** Only ever added to. */
  canary_steps: { canary_id: string; position: number; at_ms: number; body: string };
  canary_comparisons: { id: string; canary_id: string; at_ms: number; body: string };
};

type WebTables = {
  /** `token_sha256`: hash of the secret in the cookie. `key_proof`, `sealed_id_token`: made with that secret. */
  web_sessions: {
    id: string;
    token_sha256: string;
    person_id: string;
    issuer: string | null;
    name: string;
    scopes: string;
    client: string;
    key_proof: string | null;
    sealed_id_token: string | null;
    created_at_ms: number;
    seen_at_ms: number;
    expires_at_ms: number;
  };
};

type RetentionTables = {
  /** What retention deleted. `subject`: id of the analysis or incident. */
  prunings: { subject: string; what: "analysis" | "evidence" | "incident"; at_ms: number };
};

type NoticeTables = {
  /** Messages about analyses. `owner`: the process that sends it until `until_ms`; null if none does. */
  notices: {
    id: string;
    analysis_id: string;
    place: string;
    ticket: string | null;
    pull_request: number;
    state: NoticeState;
    owner: string | null;
    until_ms: number;
    attempts: number;
    due_ms: number;
    why: string | null;
    link: string | null;
    created_at_ms: number;
    changed_at_ms: number;
  };
};

/** All tables as kysely types. Times are Unix milliseconds; `body` is JSON of the domain's schema. */
export type Tables = AnalysisTables &
  IncidentTables &
  WorkTables &
  ChatTables &
  OtlpTables &
  ModelTables &
  CanaryTables &
  WebTables &
  NoticeTables &
  RetentionTables;

/**
 * What retention needs of a dialect. `bytes`: the size of a column's value, computed without reading the value.
 */
export type SqlSpace = Pick<RetentionStore, "space" | "giveBack"> & { bytes(column: string): RawBuilder<number> };

/**
 * An open database of either dialect. A write is one statement, or a script: SQLite waits for a lock with the event
 * loop stopped, so a transaction held over an `await` would block, and be blocked by, this process's other connections.
 */
export type SqlDatabase = {
  db: Kysely<Tables>;
  /**
   * Runs a query.
   *
   * @throws {IncidentError} in place of the driver's errors: UNAVAILABLE, CONFIG or BAD_INPUT when the database cannot
   *   be used, NOT_FOUND when a row refers to one that does not exist.
   */
  run<T>(query: () => Promise<T>): Promise<T>;
  /** Runs a script in one transaction, which rolls back if it throws. @throws {IncidentError} as `run` does */
  transact<T>(script: () => Script<T>): Promise<T>;
  /** Makes scripts with the same key wait for each other. SQLite serialises all of them anyway. */
  lock(key: string): Script<void>;
  space: SqlSpace;
  close(): Promise<void>;
};
