-- The tables as Causeway created them before the step 040-plain-names, in the words of both dialects.
-- 001-analyses
create table "analyses" ("id" text primary key, "incident_id" text not null, "status" text not null, "started_at_ms" bigint not null);
create index "analyses_by_incident" on "analyses" ("incident_id", "started_at_ms");
create table "findings" ("analysis_id" text not null references "analyses" ("id"), "key" text not null, "body" text not null);
create unique index "findings_key" on "findings" ("analysis_id", "key");
create table "bodies" ("analysis_id" text not null references "analyses" ("id"), "name" text not null, "body" text not null);
create unique index "bodies_key" on "bodies" ("analysis_id", "name");
create table "reports" ("analysis_id" text primary key references "analyses" ("id"), "incident_id" text not null, "body" text not null);
create table "actions" ("id" text primary key, "analysis_id" text not null references "analyses" ("id"), "position" integer not null, "body" text not null);
create index "actions_by_analysis" on "actions" ("analysis_id", "position");
create table "decisions" ("action_id" text primary key references "actions" ("id"), "decision" text not null, "decided_by" text not null, "at_ms" bigint not null, "note" text, "script_sha256" text not null);
-- 004-leases
create table "leases" ("analysis_id" text primary key, "owner" text not null, "until_ms" bigint not null);
-- 010-service
create table "incidents" ("id" text not null, "title" text not null, "system" text, "origin" text not null, "status" text not null, "severity" text, "alarm_at_ms" bigint, "opened_at_ms" bigint not null, "closed_at_ms" bigint, "group_key" text, "merged_into" text, "revision" integer not null, "body" text not null);
create unique index "incidents_key" on "incidents" ("id");
create table "alerts" ("scope" text not null, "fingerprint" text not null, "starts_at_ms" bigint not null, "ends_at_ms" bigint, "status" text not null, "severity" text not null, "incident_id" text not null, "told_at_ms" bigint not null, "why" text not null, "body" text not null);
create unique index "alerts_key" on "alerts" ("scope", "fingerprint", "starts_at_ms");
create table "deliveries" ("scope" text not null, "key" text not null, "request_sha256" text not null, "answer" text not null, "at_ms" bigint not null);
create unique index "deliveries_key" on "deliveries" ("scope", "key");
create table "requests" ("analysis_id" text not null, "incident_id" text not null, "input" integer not null, "requested_by" text not null, "requested_at_ms" bigint not null, "began_at_ms" bigint, "finished_at_ms" bigint, "attempts" integer not null, "why" text, "dead" integer not null);
create unique index "requests_key" on "requests" ("analysis_id");
create table "progress" ("analysis_id" text not null, "id" integer not null, "at_ms" bigint not null, "type" text not null, "data" text not null);
create unique index "progress_key" on "progress" ("analysis_id", "id");
create table "feedback" ("analysis_id" text not null, "said_by" text not null, "at_ms" bigint not null, "body" text not null);
create unique index "feedback_key" on "feedback" ("analysis_id", "said_by", "at_ms");
create table "api_keys" ("id" text not null, "name" text not null, "secret_sha256" text not null, "scopes" text not null, "created_at_ms" bigint not null, "revoked_at_ms" bigint);
create unique index "api_keys_key" on "api_keys" ("id");
create table "uploads" ("id" text not null, "incident_id" text not null, "name" text not null, "framing" text not null, "bytes" bigint not null, "sha256" text not null, "at_ms" bigint not null, "complete" integer not null);
create unique index "uploads_key" on "uploads" ("id");
create table "upload_chunks" ("upload_id" text not null, "n" integer not null, "bytes" bytea not null);
create unique index "upload_chunks_key" on "upload_chunks" ("upload_id", "n");
create table "jobs" ("analysis_id" text not null, "due_at_ms" bigint not null, "attempts" integer not null, "claim" text, "claim_until_ms" bigint);
create unique index "jobs_key" on "jobs" ("analysis_id");
create index "incidents_by_opened_at_ms_id" on "incidents" ("opened_at_ms", "id");
create index "incidents_by_group_key" on "incidents" ("group_key");
create index "alerts_by_incident_id" on "alerts" ("incident_id");
create index "deliveries_by_at_ms" on "deliveries" ("at_ms");
create index "requests_by_dead" on "requests" ("dead");
create index "uploads_by_incident_id" on "uploads" ("incident_id");
create index "jobs_by_due_at_ms" on "jobs" ("due_at_ms");
create index "analyses_by_status" on "analyses" ("status");
create unique index "api_keys_secret" on "api_keys" ("secret_sha256");
-- 020-chat-rooms
create table "chat_inbox" ("key" text primary key, "body" text, "owner" text not null, "until_ms" bigint not null, "attempts" integer not null, "at_ms" bigint not null);
create index "chat_inbox_by_until" on "chat_inbox" ("until_ms");
create table "chat_rooms" ("id" text primary key, "incident_id" text not null, "channel" text not null, "thread_ts" text, "message_ts" text, "status" text not null, "version" integer not null, "body" text not null);
create index "chat_rooms_by_incident_id" on "chat_rooms" ("incident_id");
create index "chat_rooms_by_status" on "chat_rooms" ("status");
create index "chat_rooms_by_thread_ts" on "chat_rooms" ("channel", "thread_ts");
create index "chat_rooms_by_message_ts" on "chat_rooms" ("channel", "message_ts");
create table "incident_notes" ("id" text primary key, "incident_id" text not null, "said_by" text not null, "text" text not null, "at_ms" bigint not null);
create index "incident_notes_by_incident" on "incident_notes" ("incident_id", "at_ms");
