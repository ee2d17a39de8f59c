import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { OtlpSignal, OtlpStore, StoredOtlpBlock } from "../../domain/otlp.ts";
import { isDiskFull, makeSpace, mayGrow } from "./otlp-space.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const OTLP_SCHEMA = [
  `create table otlp_blocks (
    id text not null,
    signal text not null,
    sender text not null,
    received_at_ms bigint not null,
    start_ms bigint not null,
    end_ms bigint not null,
    records integer not null,
    bytes bigint not null,
    entities text,
    request_sha256 text not null,
    body bytea not null
  )`,
  `create unique index otlp_blocks_key on otlp_blocks (id)`,
  `create unique index otlp_blocks_by_request on otlp_blocks (request_sha256)`,
  // covers what is deleted first, and the sum of bytes
  `create index otlp_blocks_by_age on otlp_blocks (signal, received_at_ms, bytes, id)`,
  `create index otlp_blocks_by_range on otlp_blocks (signal, start_ms, end_ms)`,
];

/** The space is checked after this share of it was written, so that not each request sums up all blocks. */
const CHECKED_SHARE = 0.01;
const CHECKED_MS = 60_000;
/** More blocks of one signal than this are deleted too: each costs time when blocks are listed. */
const MAX_BLOCKS = 200_000;
/** Blocks that one statement deletes. */
const DELETED = 200;

/** For each signal: bytes of compressed bodies, and age since the block arrived. */
export type OtlpLimits = { maxBytes: number; maxAgeMs: number };

/**
 * Blocks of received records in a database of either dialect. The oldest of a signal make way for new ones, when their
 * limit is reached or the disk is nearly full.
 *
 * @param freeBytes of the disk; absent if it is that of another computer.
 */
export function sqlOtlpStore(
  { db, run, transact, lock, close }: SqlDatabase,
  limits: OtlpLimits,
  freeBytes: () => Promise<number> = async () => Number.POSITIVE_INFINITY,
): OtlpStore {
  const unchecked = new Map<OtlpSignal, { bytes: number; sinceMs: number }>();

  const isCheckDue = (signal: OtlpSignal, bytes: number, nowMs: number): boolean => {
    const last = unchecked.get(signal);
    const written = (last?.bytes ?? 0) + bytes;
    const isDue =
      last === undefined || written >= limits.maxBytes * CHECKED_SHARE || nowMs - last.sinceMs >= CHECKED_MS;
    unchecked.set(signal, isDue ? { bytes: 0, sinceMs: nowMs } : { bytes: written, sinceMs: last.sinceMs });
    return isDue;
  };

  return {
    async add({ signal, sender, receivedAtMs, range, records, entities, requestSha256, body }) {
      const isDue = isCheckDue(signal, body.length, receivedAtMs);
      const row: Tables["otlp_blocks"] = {
        id: `ot-${randomBytes(9).toString("hex")}`,
        signal,
        sender,
        received_at_ms: receivedAtMs,
        start_ms: range.startMs,
        end_ms: range.endMs,
        records,
        bytes: body.length,
        entities: entities === null ? null : JSON.stringify(entities),
        request_sha256: requestSha256,
        body: Buffer.from(body),
      };
      const add = function* (grows: boolean): Script<boolean> {
        if (!grows) yield* makeSpace(db, signal, body.length);
        const added = yield* execute(
          db
            .insertInto("otlp_blocks")
            .values(row)
            .onConflict((conflict) => conflict.column("request_sha256").doNothing())
            .returning("id"),
        );
        if (isDue) {
          yield* lock(`otlp ${signal}`);
          yield* deleteOld(db, signal, limits, receivedAtMs);
        }
        return added.length > 0;
      };
      const grows = mayGrow(await freeBytes(), body.length);
      try {
        return await transact(() => add(grows));
      } catch (error) {
        if (!grows || !isDiskFull(error)) throw error;
        return await transact(() => add(false));
      }
    },

    async list(signal, range) {
      const all = db
        .selectFrom("otlp_blocks")
        .select(["id", "signal", "sender", "received_at_ms", "start_ms", "end_ms", "records", "entities"])
        .where("signal", "=", signal);
      const touching =
        range === null ? all : all.where("start_ms", "<=", range.endMs).where("end_ms", ">=", range.startMs);
      return (await run(() => touching.orderBy("start_ms").orderBy("id").execute())).map(toBlock);
    },

    async read(id) {
      const query = db.selectFrom("otlp_blocks").select("body").where("id", "=", id);
      return (await run(() => query.executeTakeFirst()))?.body ?? null;
    },

    async extent(signal) {
      const query = db
        .selectFrom("otlp_blocks")
        .select(({ fn }) => [fn.min("start_ms").as("startMs"), fn.max("end_ms").as("endMs")])
        .where("signal", "=", signal);
      const found = await run(() => query.executeTakeFirst());
      return found?.startMs == null || found.endMs == null
        ? null
        : { startMs: Number(found.startMs), endMs: Number(found.endMs) };
    },

    close,
  };
}

function* deleteOld(
  db: Kysely<Tables>,
  signal: OtlpSignal,
  { maxBytes, maxAgeMs }: OtlpLimits,
  nowMs: number,
): Script<void> {
  const blocks = db.selectFrom("otlp_blocks").where("signal", "=", signal);
  const expired = blocks
    .select("id")
    .where("received_at_ms", "<", nowMs - maxAgeMs)
    .orderBy("received_at_ms")
    .limit(DELETED);
  yield* execute(db.deleteFrom("otlp_blocks").where("id", "in", expired)); // more go with the next check

  const [total] = yield* execute(blocks.select(({ fn }) => [fn.sum("bytes").as("bytes"), fn.countAll().as("blocks")]));
  let [bytes, count] = [Number(total?.bytes ?? 0), Number(total?.blocks ?? 0)];
  while (bytes > maxBytes || count > MAX_BLOCKS) {
    const oldest = yield* execute(
      blocks.select(["id", "bytes"]).orderBy("received_at_ms").orderBy("bytes").orderBy("id").limit(DELETED),
    );
    const going: string[] = [];
    for (const block of oldest) {
      if (bytes <= maxBytes && count <= MAX_BLOCKS) break;
      going.push(block.id);
      bytes -= block.bytes;
      count -= 1;
    }
    if (going.length === 0) return;
    yield* execute(db.deleteFrom("otlp_blocks").where("id", "in", going));
  }
}

type ListedRow = Omit<Tables["otlp_blocks"], "bytes" | "request_sha256" | "body">;

const toBlock = (row: ListedRow): StoredOtlpBlock => ({
  id: row.id,
  signal: row.signal,
  sender: row.sender,
  receivedAtMs: row.received_at_ms,
  range: { startMs: row.start_ms, endMs: row.end_ms },
  records: row.records,
  entities: row.entities === null ? null : (JSON.parse(row.entities) as [string, string][]), // written above
});
