import type { ChatThreadStore } from "../../domain/chat-thread.ts";
import type { Lease } from "../../domain/ports.ts";
import type { SqlDatabase } from "./tables.ts";

export const CHAT_INBOX_SCHEMA = [
  `create table chat_inbox (
    key text primary key,
    body text,
    owner text not null,
    until_ms bigint not null,
    attempts integer not null,
    at_ms bigint not null
  )`,
  `create index chat_inbox_by_until on chat_inbox (until_ms)`,
];

/** Received chat events and who handles them. Each claim is one statement, so only one process gets an event. */
export const inboxRows = ({
  db,
  run,
}: SqlDatabase): Pick<ChatThreadStore, "receive" | "hold" | "takeOver" | "finish" | "forgetBefore"> => ({
  async receive({ key, body }, { owner, untilMs }, nowMs) {
    const row = { key, body, owner, until_ms: untilMs, attempts: 1, at_ms: nowMs };
    const { numInsertedOrUpdatedRows } = await run(() =>
      db
        .insertInto("chat_inbox")
        .values(row)
        .onConflict((conflict) => conflict.column("key").doNothing())
        .executeTakeFirst(),
    );
    return numInsertedOrUpdatedRows === 1n;
  },
  async hold(key, { owner, untilMs }) {
    const { numUpdatedRows } = await run(() =>
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
    const open = await run(() =>
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
        const { numUpdatedRows } = await run(() =>
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
    await run(() =>
      db.updateTable("chat_inbox").set({ body: null }).where("key", "=", key).where("owner", "=", owner).execute(),
    );
  },
  async forgetBefore(atMs) {
    await run(() => db.deleteFrom("chat_inbox").where("body", "is", null).where("at_ms", "<", atMs).execute());
  },
});
