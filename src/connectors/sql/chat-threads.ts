import type { Lease } from "../../domain/ports.ts";
import { ChatThread, type ChatThreadStore } from "../../domain/chat-thread.ts";
import { readBody } from "./canonical.ts";
import type { Sql } from "./tables.ts";

const rowOf = (thread: ChatThread) => ({
  incident_id: thread.incidentId,
  channel: thread.channel,
  thread_ts: thread.threadTs,
  message_ts: thread.messageTs,
  status: thread.status,
  body: JSON.stringify(thread),
});
const threadOf = ({ id, body }: { id: string; body: string }): ChatThread =>
  readBody(ChatThread, body, `the chat thread ${id}`);

/** What came in from chats, who deals with it, and what is settled. Each answer is one statement, so that of several that ask at once one gets it. */
const inboxRows = ({
  db,
  asking,
}: Sql): Pick<ChatThreadStore, "receive" | "hold" | "takeOver" | "finish" | "forgetBefore"> => ({
  async receive({ key, body }, { owner, untilMs }, nowMs) {
    const row = { key, body, owner, until_ms: untilMs, attempts: 1, at_ms: nowMs };
    const { numInsertedOrUpdatedRows } = await asking(() =>
      db
        .insertInto("chat_inbox")
        .values(row)
        .onConflict((conflict) => conflict.column("key").doNothing())
        .executeTakeFirst(),
    );
    return numInsertedOrUpdatedRows === 1n;
  },
  async hold(key, { owner, untilMs }) {
    const { numUpdatedRows } = await asking(() =>
      db
        .updateTable("chat_inbox")
        .set({ until_ms: untilMs })
        .where("key", "=", key)
        .where("owner", "=", owner)
        .executeTakeFirst(),
    );
    return numUpdatedRows === 1n;
  },
  async takeOver(held: Lease, { nowMs, limit, hasDied }) {
    const open = await asking(() =>
      db
        .selectFrom("chat_inbox")
        .select(["key", "body", "attempts", "owner", "until_ms"])
        .where("body", "is not", null)
        .orderBy("at_ms")
        .execute(),
    );
    const idle = open
      .filter(({ owner, until_ms: untilMs }) => Number(untilMs) <= nowMs || hasDied(owner))
      .slice(0, limit);
    const taken = await Promise.all(
      idle.map(async ({ key, body, attempts, owner, until_ms: untilMs }) => {
        const mine = { owner: held.owner, until_ms: held.untilMs, attempts: attempts + 1 };
        const { numUpdatedRows } = await asking(() =>
          db
            .updateTable("chat_inbox")
            .set(mine)
            .where("key", "=", key)
            .where("body", "is not", null)
            .where("owner", "=", owner)
            .where("until_ms", "=", untilMs)
            .executeTakeFirst(),
        );
        return numUpdatedRows === 1n && body !== null ? [{ key, body, attempts: attempts + 1 }] : [];
      }),
    );
    return taken.flat();
  },
  async finish(key, owner) {
    await asking(() =>
      db.updateTable("chat_inbox").set({ body: null }).where("key", "=", key).where("owner", "=", owner).execute(),
    );
  },
  async forgetBefore(atMs) {
    await asking(() => db.deleteFrom("chat_inbox").where("body", "is", null).where("at_ms", "<", atMs).execute());
  },
});

/** Chat threads. A change is made on the version that was read, or again on the next. */
const threadRows = ({
  db,
  asking,
}: Sql): Pick<ChatThreadStore, "openThread" | "getThread" | "changeThread" | "findThreads"> => {
  const read = (id: string) =>
    asking(() => db.selectFrom("chat_rooms").select(["id", "body", "version"]).where("id", "=", id).executeTakeFirst());
  return {
    async openThread(thread) {
      await asking(() =>
        db
          .insertInto("chat_rooms")
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
        const { numUpdatedRows } = await asking(() =>
          db
            .updateTable("chat_rooms")
            .set({ version: row.version + 1, ...rowOf(thread) })
            .where("id", "=", id)
            .where("version", "=", row.version)
            .executeTakeFirst(),
        );
        if (numUpdatedRows === 1n) return thread;
      }
    },
    async findThreads(query) {
      const all = db.selectFrom("chat_rooms").select(["id", "body"]).orderBy("id");
      const those =
        "status" in query
          ? all.where("status", "=", query.status)
          : "incidentId" in query
            ? all.where("incident_id", "=", query.incidentId)
            : "threadTs" in query
              ? all.where("channel", "=", query.channel).where("thread_ts", "=", query.threadTs)
              : all.where("channel", "=", query.channel).where("message_ts", "=", query.messageTs);
      return (await asking(() => those.execute())).map(threadOf);
    },
  };
};

/** What people noted. */
const noteRows = ({ db, asking }: Sql): Pick<ChatThreadStore, "addNote" | "notesOf"> => ({
  async addNote({ id, incidentId, by, text, atMs }) {
    await asking(() =>
      db
        .insertInto("incident_notes")
        .values({ id, incident_id: incidentId, said_by: by, text, at_ms: atMs })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute(),
    );
  },
  async notesOf(incidentId) {
    const rows = await asking(() =>
      db
        .selectFrom("incident_notes")
        .selectAll()
        .where("incident_id", "=", incidentId)
        .orderBy("at_ms")
        .orderBy("id")
        .execute(),
    );
    return rows.map(({ id, incident_id, said_by, text, at_ms }) => ({
      id,
      incidentId: incident_id,
      by: said_by,
      text,
      atMs: Number(at_ms),
    }));
  },
});

/** What is kept of chats, in an open database. */
export const sqlChatThreadStore = (sql: Sql): ChatThreadStore => ({
  ...inboxRows(sql),
  ...threadRows(sql),
  ...noteRows(sql),
});
