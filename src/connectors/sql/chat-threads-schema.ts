import type { Migration } from "./migrations.ts";

export const CHAT_THREADS_STEP: Migration = {
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
    ...[["incident_id"], ["status"], ["channel", "thread_ts"], ["channel", "message_ts"]].map((columns) =>
      schema
        .createIndex(`chat_rooms_by_${columns.at(-1)}`)
        .on("chat_rooms")
        .columns(columns as ["channel"])
        .compile(),
    ),
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
