import { IncidentError } from "../../domain/errors.ts";
import { ACTION_RESULT_SCHEMA, ACTION_SCHEMA } from "./actions.ts";
import { ALERT_SCHEMA } from "./alerts.ts";
import { ANALYSIS_ORDER_SCHEMA, ANALYSIS_SCHEMA } from "./analyses.ts";
import { ARTIFACT_SCHEMA } from "./artifacts.ts";
import { APPROVAL_SCHEMA } from "./approvals.ts";
import { AUDIT_SCHEMA } from "./audit.ts";
import { CANARY_SCHEMA } from "./canaries.ts";
import { CHANGE_SCHEMA } from "./changes.ts";
import { CHAT_INBOX_SCHEMA } from "./chat-inbox.ts";
import { CHAT_THREAD_SCHEMA } from "./chat-threads.ts";
import { EXECUTION_SCHEMA } from "./executions.ts";
import { FEEDBACK_SCHEMA } from "./feedback.ts";
import { DELIVERY_SCHEMA } from "./idempotency.ts";
import { HEAD_VERSION_SCHEMA, INCIDENT_HEAD_SCHEMA, INCIDENT_ORDER_SCHEMA } from "./incident-heads.ts";
import { INCIDENT_SCHEMA } from "./incidents.ts";
import { KEY_SCHEMA } from "./keys.ts";
import { LEASE_SCHEMA } from "./leases.ts";
import { MODEL_CALL_SCHEMA } from "./model-calls.ts";
import { MODEL_REPLY_SCHEMA } from "./model-replies.ts";
import { MODEL_SPEND_SCHEMA } from "./model-spend.ts";
import { NOTICE_SCHEMA } from "./notices.ts";
import { OTLP_SCHEMA } from "./otlp-blocks.ts";
import { PRUNING_SCHEMA } from "./prunings.ts";
import { PROGRESS_SCHEMA } from "./progress.ts";
import { QUEUE_SCHEMA } from "./queue.ts";
import { REQUEST_SCHEMA } from "./requests.ts";
import { WRITE_CHECK_SCHEMA } from "./service-store.ts";
import { UPLOAD_SCHEMA } from "./uploads.ts";
import { WEB_SESSION_SCHEMA } from "./web-sessions.ts";

/** One step forward, in SQL that both dialects understand. A published step never changes; a change is a new step. */
export type Migration = { name: string; statements: readonly string[] };

/** Names that said too little, renamed in place: the tables above are created under the old ones. */
const PLAIN_NAMES: Migration = {
  name: "040-plain-names",
  statements: [
    `alter table alerts rename column told_at_ms to received_at_ms`,
    `alter table feedback rename column said_by to given_by`,
    `alter table incident_notes rename column said_by to written_by`,
    `alter table bodies rename to artifacts`,
    `drop index bodies_key`,
    `create unique index artifacts_key on artifacts (analysis_id, name)`,
    `alter table chat_rooms rename to chat_threads`,
    ...["incident_id", "status", "thread_ts", "message_ts"].flatMap((column) => [
      `drop index chat_rooms_by_${column}`,
      `create index chat_threads_by_${column} on chat_threads (${column.endsWith("_ts") ? "channel, " : ""}${column})`,
    ]),
  ],
};

const ALERT_MANNERS: Migration = {
  name: "050-alert-manners",
  statements: [
    `alter table incidents add column not_investigated text`,
    `alter table requests add column automatic integer not null default 0`,
    `create index requests_by_automatic_requested_at_ms on requests (automatic, requested_at_ms)`,
  ],
};

/** In order. Each dialect adds steps of its own. */
export const STEPS: readonly Migration[] = [
  { name: "001-analyses", statements: [...ANALYSIS_SCHEMA, ...ARTIFACT_SCHEMA, ...ACTION_SCHEMA] },
  { name: "004-leases", statements: LEASE_SCHEMA },
  {
    name: "010-service",
    statements: [
      ...INCIDENT_SCHEMA,
      ...ALERT_SCHEMA,
      ...DELIVERY_SCHEMA,
      ...REQUEST_SCHEMA,
      ...PROGRESS_SCHEMA,
      ...FEEDBACK_SCHEMA,
      ...KEY_SCHEMA,
      ...UPLOAD_SCHEMA,
      ...QUEUE_SCHEMA,
    ],
  },
  { name: "020-chat-rooms", statements: [...CHAT_INBOX_SCHEMA, ...CHAT_THREAD_SCHEMA] },
  PLAIN_NAMES,
  ALERT_MANNERS,
  { name: "060-changes", statements: CHANGE_SCHEMA },
  { name: "070-write-checks", statements: WRITE_CHECK_SCHEMA },
  { name: "080-models", statements: [...MODEL_CALL_SCHEMA, ...MODEL_SPEND_SCHEMA, ...MODEL_REPLY_SCHEMA] },
  { name: "090-canaries", statements: CANARY_SCHEMA },
  { name: "100-audit", statements: AUDIT_SCHEMA },
  { name: "101-approvals", statements: APPROVAL_SCHEMA },
  { name: "102-executions", statements: EXECUTION_SCHEMA },
  { name: "120-incident-heads", statements: INCIDENT_HEAD_SCHEMA },
  { name: "103-action-results", statements: ACTION_RESULT_SCHEMA },
  { name: "110-web-sessions", statements: WEB_SESSION_SCHEMA },
  { name: "130-prunings", statements: PRUNING_SCHEMA },
  { name: "131-incident-order", statements: INCIDENT_ORDER_SCHEMA },
  { name: "140-notices", statements: NOTICE_SCHEMA },
  { name: "140-head-versions", statements: HEAD_VERSION_SCHEMA },
  { name: "141-analysis-order", statements: ANALYSIS_ORDER_SCHEMA },
];

/** Received OpenTelemetry records: a file of its own in SQLite, tables beside the others in Postgres. */
export const OTLP_STEPS: readonly Migration[] = [{ name: "050-otlp-blocks", statements: OTLP_SCHEMA }];

/**
 * The steps that a database still needs. The caller runs them in one transaction and adds their names to `migrations`.
 *
 * @param done names in `migrations`.
 * @param place the database, for messages.
 * @throws {IncidentError} CONFIG if a newer version of Causeway wrote the database.
 */
export function missingSteps(steps: readonly Migration[], done: readonly string[], place: string): Migration[] {
  const names = new Set(steps.map(({ name }) => name));
  const newer = done.filter((name) => !names.has(name));
  if (newer.length === 0) return steps.filter(({ name }) => !done.includes(name));
  throw new IncidentError("CONFIG", `a newer version of Causeway wrote ${place} (steps ${newer.join(", ")})`, {
    hint: "Update Causeway, or set CAUSEWAY_HOME or DATABASE_URL to another database.",
  });
}
