import { ChatThread, type ChatThreadStore } from "../../domain/chat-thread.ts";
import { inboxRows } from "./chat-inbox.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase } from "./tables.ts";

/**
 * `chat_threads` was created as `chat_rooms`, and `written_by` as `said_by`; both were renamed in `040-plain-names`.
 */
export const CHAT_THREAD_SCHEMA = [
  `create table chat_rooms (
    id text primary key,
    incident_id text not null,
    channel text not null,
    thread_ts text,
    message_ts text,
    status text not null,
    version integer not null,
    body text not null
  )`,
  `create index chat_rooms_by_incident_id on chat_rooms (incident_id)`,
  `create index chat_rooms_by_status on chat_rooms (status)`,
  `create index chat_rooms_by_thread_ts on chat_rooms (channel, thread_ts)`,
  `create index chat_rooms_by_message_ts on chat_rooms (channel, message_ts)`,
  `create table incident_notes (
    id text primary key,
    incident_id text not null,
    said_by text not null,
    text text not null,
    at_ms bigint not null
  )`,
  `create index incident_notes_by_incident on incident_notes (incident_id, at_ms)`,
];

const rowOf = (thread: ChatThread) => ({
  incident_id: thread.incidentId,
  channel: thread.channel,
  thread_ts: thread.threadTs,
  message_ts: thread.messageTs,
  status: thread.status,
  body: JSON.stringify(thread),
});
const threadOf = ({ id, body }: { id: string; body: string }): ChatThread =>
  readJson(ChatThread, body, `the chat thread ${id}`);

/** Chat threads. A change applies to the version it was computed from; if another came first, it is computed again. */
const threadRows = ({
  db,
  run,
}: SqlDatabase): Pick<ChatThreadStore, "openThread" | "getThread" | "changeThread" | "findThreads"> => {
  const read = (id: string) =>
    run(() => db.selectFrom("chat_threads").select(["id", "body", "version"]).where("id", "=", id).executeTakeFirst());
  return {
    async openThread(thread) {
      await run(() =>
        db
          .insertInto("chat_threads")
          .values({ id: thread.id, version: 1, ...rowOf(thread) })
          .onConflict((conflict) => conflict.column("id").doNothing())
          .execute(),
      );
      const row = await read(thread.id);
      return row === undefined ? thread : threadOf(row);
    },
    async getThread(id) {
      const row = await read(id);
      return row === undefined ? null : threadOf(row);
    },
    async changeThread(id, change) {
      for (;;) {
        const row = await read(id);
        if (row === undefined) return null;
        const thread = change(threadOf(row));
        const { numUpdatedRows } = await run(() =>
          db
            .updateTable("chat_threads")
            .set({ version: row.version + 1, ...rowOf(thread) })
            .where("id", "=", id)
            .where("version", "=", row.version)
            .executeTakeFirst(),
        );
        if (numUpdatedRows === 1n) return thread;
      }
    },
    async findThreads(query) {
      const all = db.selectFrom("chat_threads").select(["id", "body"]).orderBy("id");
      const matching =
        "status" in query
          ? all.where("status", "=", query.status)
          : "incidentId" in query
            ? all.where("incident_id", "=", query.incidentId)
            : "threadTs" in query
              ? all.where("channel", "=", query.channel).where("thread_ts", "=", query.threadTs)
              : all.where("channel", "=", query.channel).where("message_ts", "=", query.messageTs);
      return (await run(() => matching.execute())).map(threadOf);
    },
  };
};

/** Notes that people added to incidents. */
const noteRows = ({ db, run }: SqlDatabase): Pick<ChatThreadStore, "addNote" | "notesOf"> => ({
  async addNote({ id, incidentId, by, text, atMs }) {
    await run(() =>
      db
        .insertInto("incident_notes")
        .values({ id, incident_id: incidentId, written_by: by, text, at_ms: atMs })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute(),
    );
  },
  async notesOf(incidentId) {
    const rows = await run(() =>
      db
        .selectFrom("incident_notes")
        .selectAll()
        .where("incident_id", "=", incidentId)
        .orderBy("at_ms")
        .orderBy("id")
        .execute(),
    );
    return rows.map(({ id, incident_id, written_by, text, at_ms }) => ({
      id,
      incidentId: incident_id,
      by: written_by,
      text,
      atMs: Number(at_ms),
    }));
  },
});

/** Chat threads, the chat inbox and the notes of incidents. */
export const sqlChatThreadStore = (sql: SqlDatabase): ChatThreadStore => ({
  ...inboxRows(sql),
  ...threadRows(sql),
  ...noteRows(sql),
});
