import type { Kysely } from "kysely";
import type { ReportNotice, NoticeRequest, NoticeState, NoticeStore } from "../../domain/notice.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const NOTICE_SCHEMA = [
  `create table notices (
    id text primary key,
    analysis_id text not null,
    place text not null,
    ticket text,
    pull_request integer not null,
    state text not null,
    owner text,
    until_ms bigint not null,
    attempts integer not null,
    due_ms bigint not null,
    why text,
    link text,
    created_at_ms bigint not null,
    changed_at_ms bigint not null
  )`,
  `create index notices_by_state_due_ms on notices (state, due_ms)`,
];

/** The statement that adds new notices, due now. It leaves those alone that are there. */
export const addNotices = (
  db: Kysely<Tables>,
  notices: readonly (NoticeRequest & { id: string })[],
  { nowMs, owner = null, untilMs = 0 }: { nowMs: number; owner?: string | null; untilMs?: number },
) =>
  db
    .insertInto("notices")
    .values(
      notices.map(({ id, analysisId, place, ticket, pullRequest }) => ({
        id,
        analysis_id: analysisId,
        place,
        ticket,
        pull_request: pullRequest ? 1 : 0,
        state: "waiting" as const,
        owner,
        until_ms: untilMs,
        attempts: owner === null ? 0 : 1,
        due_ms: nowMs,
        why: null,
        link: null,
        created_at_ms: nowMs,
        changed_at_ms: nowMs,
      })),
    )
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id");

/** Notices in either dialect. A claim compares the owner and the end of the claim before it, so only one wins. */
export function sqlNoticeStore({ db, run }: SqlDatabase): NoticeStore {
  const find = (id: string) => run(() => db.selectFrom("notices").selectAll().where("id", "=", id).executeTakeFirst());

  /** @returns false if another process was faster. */
  async function claim(row: Row, { owner, untilMs }: { owner: string; untilMs: number }): Promise<boolean> {
    const { numUpdatedRows } = await run(() =>
      db
        .updateTable("notices")
        .set({ owner, until_ms: untilMs, attempts: Number(row.attempts) + 1 })
        .where("id", "=", row.id)
        .where("state", "=", row.state)
        .where("owner", row.owner === null ? "is" : "=", row.owner)
        .where("until_ms", "=", row.until_ms)
        .where("attempts", "=", row.attempts)
        .executeTakeFirst(),
    );
    return numUpdatedRows === 1n;
  }

  return {
    async claimNotice(notice, { owner, untilMs }, { nowMs, again }) {
      const added = await run(() => addNotices(db, [notice], { nowMs, owner, untilMs }).execute());
      const row = await find(notice.id);
      if (row === undefined) throw new Error(`the notice ${notice.id} vanished`); // nobody deletes one that waits
      if (added.length > 0) return { claimed: true, isBusy: false, notice: toNotice(row) };
      if (row.owner !== null && Number(row.until_ms) > nowMs)
        return { claimed: false, isBusy: true, notice: toNotice(row) };
      if (row.state === "sent" && !again) return { claimed: false, isBusy: false, notice: toNotice(row) };
      const claimed = await claim(row, { owner, untilMs });
      return { claimed, isBusy: !claimed, notice: toNotice({ ...row, attempts: Number(row.attempts) + 1 }) };
    },

    async takeNotices(places, held, { nowMs, limit }) {
      if (places.length === 0) return [];
      const due = await run(() =>
        db
          .selectFrom("notices")
          .selectAll()
          .where("state", "=", "waiting")
          .where("due_ms", "<=", nowMs)
          .where("until_ms", "<=", nowMs)
          .where("place", "in", places)
          .orderBy("due_ms")
          .orderBy("id")
          .limit(limit)
          .execute(),
      );
      const taken: ReportNotice[] = [];
      for (const row of due)
        if (await claim(row, held)) taken.push(toNotice({ ...row, attempts: Number(row.attempts) + 1 }));
      return taken;
    },

    async settleNotice(id, owner, { state, why, link, dueMs, nowMs }) {
      const { numUpdatedRows } = await run(() =>
        db
          .updateTable("notices")
          .set({ state, why, link, due_ms: dueMs, owner: null, until_ms: 0, changed_at_ms: nowMs })
          .where("id", "=", id)
          .where("owner", "=", owner)
          .executeTakeFirst(),
      );
      return numUpdatedRows === 1n;
    },

    async findNotice(id) {
      const row = await find(id);
      return row === undefined ? null : toNotice(row);
    },

    async listNotices({ state, limit }) {
      const rows = await run(() =>
        db
          .selectFrom("notices")
          .selectAll()
          .where("state", "=", state)
          .orderBy("changed_at_ms", "desc")
          .orderBy("id")
          .limit(limit)
          .execute(),
      );
      return rows.map(toNotice);
    },

    async forgetNotices(beforeMs) {
      await run(() =>
        db.deleteFrom("notices").where("state", "<>", "waiting").where("changed_at_ms", "<", beforeMs).execute(),
      );
    },
  };
}

type Row = Tables["notices"];

const toNotice = (row: Row): ReportNotice => ({
  id: row.id,
  analysisId: row.analysis_id,
  place: row.place,
  ticket: row.ticket,
  pullRequest: Number(row.pull_request) === 1,
  state: row.state satisfies NoticeState,
  attempts: Number(row.attempts),
  dueMs: Number(row.due_ms),
  why: row.why,
  link: row.link,
  createdAtMs: Number(row.created_at_ms),
  changedAtMs: Number(row.changed_at_ms),
});
