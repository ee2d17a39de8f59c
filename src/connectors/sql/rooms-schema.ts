import type { Migration } from "./migrations.ts";

/** What is kept of chats, as kysely types. Times are Unix milliseconds; `body` is JSON. */
export type RoomTables = {
  /** `body`: null once it is dealt with. `owner`: who deals with it, until when unless renewed. */
  chat_inbox: { key: string; body: string | null; owner: string; until_ms: number; attempts: number; at_ms: number };
  /** `version` grows with each change. */
  chat_rooms: { id: string; incident_id: string; channel: string; thread_ts: string | null; message_ts: string | null; status: string; version: number; body: string };
  incident_notes: { id: string; incident_id: string; said_by: string; text: string; at_ms: number };
};

export const ROOMS_STEP: Migration = {
  name: "020-chat-rooms",
  statements: ({ schema }) => [
    schema
      .createTable("chat_inbox")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("body", "text")
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("until_ms", "bigint", (column) => column.notNull())
      .addColumn("attempts", "integer", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .compile(),
    schema.createIndex("chat_inbox_by_until").on("chat_inbox").column("until_ms").compile(),
    schema
      .createTable("chat_rooms")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("incident_id", "text", (column) => column.notNull())
      .addColumn("channel", "text", (column) => column.notNull())
      .addColumn("thread_ts", "text")
      .addColumn("message_ts", "text")
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .compile(),
    ...[["incident_id"], ["status"], ["channel", "thread_ts"], ["channel", "message_ts"]].map((columns) => schema.createIndex(`chat_rooms_by_${columns.at(-1)}`).on("chat_rooms").columns(columns as ["channel"]).compile()),
    schema
      .createTable("incident_notes")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("incident_id", "text", (column) => column.notNull())
      .addColumn("said_by", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .compile(),
    schema.createIndex("incident_notes_by_incident").on("incident_notes").columns(["incident_id", "at_ms"]).compile(),
  ],
};
