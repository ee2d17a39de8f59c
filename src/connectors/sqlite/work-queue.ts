import { randomBytes } from "node:crypto";
import { type QueueClaim, CLAIM_MS, MAX_TRIES, type WorkQueue } from "../../domain/work-queue.ts";
import { execute, type Script } from "../sql/script.ts";
import type { SqlDatabase } from "../sql/tables.ts";

/** Wait before the second attempt, which doubles with each, and its maximum, milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** A work queue in a database table, so that waiting analyses survive the process. */
export const sqliteWorkQueue = (
  { db, run, transact }: Pick<SqlDatabase, "db" | "run" | "transact">,
  now: () => number = Date.now,
): WorkQueue => ({
  async put(analysisIds) {
    if (analysisIds.length === 0) return;
    const rows = analysisIds.map((id) => ({
      analysis_id: id,
      due_at_ms: now(),
      attempts: 0,
      claim: null,
      claim_until_ms: null,
    }));
    await run(() =>
      db
        .insertInto("jobs")
        .values(rows)
        .onConflict((conflict) => conflict.column("analysis_id").doNothing())
        .execute(),
    );
  },

  take: () =>
    transact(function* (): Script<QueueClaim | null> {
      const nowMs = now();
      const [due] = yield* execute<{ analysis_id: string; attempts: number }>(
        db
          .selectFrom("jobs")
          .select(["analysis_id", "attempts"])
          .where("due_at_ms", "<=", nowMs)
          .where(({ or, eb }) => or([eb("claim", "is", null), eb("claim_until_ms", "<=", nowMs)]))
          .orderBy("due_at_ms")
          .orderBy("analysis_id")
          .limit(1),
      );
      if (!due) return null;
      const token = randomBytes(8).toString("hex");
      yield* execute(
        db
          .updateTable("jobs")
          .set({ claim: token, claim_until_ms: nowMs + CLAIM_MS, attempts: due.attempts + 1 })
          .where("analysis_id", "=", due.analysis_id),
      );
      return { analysisId: due.analysis_id, token, spent: due.attempts >= MAX_TRIES };
    }),

  async renew({ analysisId, token }) {
    const held = await run(() =>
      db
        .updateTable("jobs")
        .set({ claim_until_ms: now() + CLAIM_MS })
        .where("analysis_id", "=", analysisId)
        .where("claim", "=", token)
        .returning("analysis_id")
        .execute(),
    );
    return held.length > 0;
  },

  async done({ analysisId, token }) {
    await run(() => db.deleteFrom("jobs").where("analysis_id", "=", analysisId).where("claim", "=", token).execute());
  },

  again: ({ analysisId, token }) =>
    transact(function* (): Script<void> {
      const [held] = yield* execute<{ attempts: number }>(
        db.selectFrom("jobs").select("attempts").where("analysis_id", "=", analysisId).where("claim", "=", token),
      );
      if (!held) return;
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (held.attempts - 1), LONGEST_WAIT_MS);
      yield* execute(
        db
          .updateTable("jobs")
          .set({ claim: null, claim_until_ms: null, due_at_ms: now() + waitMs })
          .where("analysis_id", "=", analysisId),
      );
    }),

  close: async () => undefined,
});
