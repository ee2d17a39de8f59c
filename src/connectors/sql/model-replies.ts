import { type Kysely, sql } from "kysely";
import { z } from "zod";
import { MODEL_FINISHES, type ModelReply } from "../../domain/chat-model.ts";
import type { KeptReply, ModelStore, ReplyLimits } from "../../domain/model-store.ts";
import { readJson } from "./stored-json.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const MODEL_REPLY_SCHEMA = [
  `create table model_replies (
    key text not null,
    at_ms bigint not null,
    frame text,
    vector text,
    bytes bigint not null,
    body text not null
  )`,
  `create unique index model_replies_key on model_replies (key)`,
  `create index model_replies_by_at_ms on model_replies (at_ms)`,
  `create index model_replies_by_frame on model_replies (frame)`,
];

const StoredReply = z.object({
  text: z.string(),
  calls: z.array(z.object({ id: z.string(), name: z.string(), input: z.unknown() })),
  use: z.object({ inputTokens: z.number(), outputTokens: z.number(), cachedTokens: z.number().optional() }).nullable(),
  model: z.string(),
  finish: z.enum(MODEL_FINISHES),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  cached: z.boolean(),
});
/** Replies of one frame that are compared at most. */
const MAX_OF_FRAME = 50;

type ReplyMethods = Pick<ModelStore, "findReply" | "findFrame" | "keepReply" | "dropReplies">;

/** Replies of models, kept to answer the same request again. */
export const modelReplyRows = ({ db, run, transact, lock }: SqlDatabase): ReplyMethods => ({
  async findReply(key, sinceMs) {
    const row = await run(() =>
      db
        .selectFrom("model_replies")
        .select("body")
        .where("key", "=", key)
        .where("at_ms", ">=", sinceMs)
        .executeTakeFirst(),
    );
    return row === undefined ? null : readReply(row.body);
  },

  async findFrame(frame, sinceMs) {
    const rows = await run(() =>
      db
        .selectFrom("model_replies")
        .selectAll()
        .where("frame", "=", frame)
        .where("at_ms", ">=", sinceMs)
        .orderBy("at_ms", "desc")
        .orderBy("key")
        .limit(MAX_OF_FRAME)
        .execute(),
    );
    return rows.map(({ key, at_ms, vector, body }) => ({
      key,
      atMs: at_ms,
      frame,
      vector: vector === null ? null : readJson(z.array(z.number()), vector, "the vector of a kept reply"),
      reply: readReply(body),
    }));
  },

  keepReply: (kept, limits) =>
    transact(function* (): Script<void> {
      yield* lock("model replies");
      yield* keep(db, kept, limits);
    }),

  async dropReplies(keys) {
    if (keys.length > 0) await run(() => db.deleteFrom("model_replies").where("key", "in", keys).execute());
  },
});

const readReply = (body: string): ModelReply => readJson(StoredReply, body, "a kept reply of a model");

function* keep(
  db: Kysely<Tables>,
  { key, atMs, reply, frame, vector }: KeptReply,
  { maxAgeMs, maxBytes }: ReplyLimits,
): Script<void> {
  const { callId: _call, cacheKeys: _keys, ...plain } = reply;
  const body = JSON.stringify(plain);
  const row = { at_ms: atMs, frame, vector: vector === null ? null : JSON.stringify(vector), body };
  const bytes = Buffer.byteLength(body) + Buffer.byteLength(row.vector ?? "");
  yield* execute(
    db
      .insertInto("model_replies")
      .values({ key, bytes, ...row })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ bytes, ...row })),
  );
  yield* execute(db.deleteFrom("model_replies").where("at_ms", "<", atMs - maxAgeMs));
  yield sql`delete from model_replies where key in (
    select key from (
      select key, sum(bytes) over (order by at_ms desc, key) as upto from model_replies
    ) as newest where upto > ${maxBytes}
  )`.compile(db);
}
