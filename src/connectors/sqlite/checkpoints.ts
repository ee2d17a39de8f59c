import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import type { Masker } from "../../domain/redact-values.ts";
import { maskedSerializer } from "../sql/masked-serializer.ts";
import { storeError } from "./errors.ts";
import type { CheckpointSpace } from "../../domain/retention.ts";
import { sqliteSpace } from "./space.ts";
import { connect, type SqliteOptions } from "./open-database.ts";

/**
 * Checkpoints of running analyses, in a separate file because LangGraph owns its schema. Close it with `db.close()`.
 *
 * @throws {IncidentError} as `connect` does; every method throws it too, for example when the disk is full.
 */
export const sqliteCheckpoints = (
  path: string,
  { masker, ...options }: SqliteOptions & { masker?: Masker } = {},
): SqliteCheckpoints => new Checkpoints(path, options, masker);

/** `keepLatest`: removes all checkpoints of a thread but the latest, for who never goes back. */
export type SqliteCheckpoints = SqliteSaver &
  CheckpointSpace & {
    keepLatest(threadId: string): Promise<void>;
    /** Threads whose last checkpoint was written before this time. */
    listThreadsBefore(beforeMs: number): Promise<string[]>;
  };

/** From 15 October 1582 to 1970, in steps of 100 ns. */
const GREGORIAN_STEPS = 0x01b21dd213814000n;

/** When a checkpoint was written, Unix milliseconds; null if its id is no UUID of version 6. @see RFC 9562 section 5.6 */
export function writtenMs(checkpointId: string): number | null {
  const [, high, middle, low] = /^([\da-f]{8})-([\da-f]{4})-6([\da-f]{3})-/i.exec(checkpointId) ?? [];
  return high === undefined ? null : Number((BigInt(`0x${high}${middle}${low}`) - GREGORIAN_STEPS) / 10_000n);
}

/** LangGraph's saver with errors that a person can act on. */
class Checkpoints extends SqliteSaver {
  readonly #path: string;

  constructor(path: string, options: SqliteOptions, masker: Masker | undefined) {
    super(connect(path, options), masker === undefined ? undefined : maskedSerializer(masker));
    this.#path = path;
  }

  override getTuple(...args: Parameters<SqliteSaver["getTuple"]>) {
    return this.#run(() => super.getTuple(...args));
  }

  override put(...args: Parameters<SqliteSaver["put"]>) {
    return this.#run(() => super.put(...args));
  }

  override putWrites(...args: Parameters<SqliteSaver["putWrites"]>) {
    return this.#run(() => super.putWrites(...args));
  }

  override deleteThread(...args: Parameters<SqliteSaver["deleteThread"]>) {
    return this.#run(() => super.deleteThread(...args));
  }

  listThreads(): Promise<string[]> {
    return this.#run(async () => {
      this.setup();
      return this.db
        .prepare<[], { id: string }>("select distinct thread_id as id from checkpoints")
        .all()
        .map(({ id }) => id);
    });
  }

  listThreadsBefore(beforeMs: number): Promise<string[]> {
    return this.#run(async () => {
      this.setup();
      const rows = this.db
        .prepare<[], { id: string; last: string }>(
          "select thread_id as id, max(checkpoint_id) as last from checkpoints group by thread_id",
        )
        .all();
      return rows.filter(({ last }) => (writtenMs(last) ?? beforeMs) < beforeMs).map(({ id }) => id);
    });
  }

  space() {
    return sqliteSpace(this.db, this.#path).space();
  }

  giveBack(options: { full: boolean }): Promise<void> {
    return sqliteSpace(this.db, this.#path).giveBack(options);
  }

  async keepLatest(threadId: string): Promise<void> {
    await this.#run(async () => {
      for (const table of ["checkpoints", "writes"])
        this.db
          .prepare(
            `delete from ${table} where thread_id = @threadId and checkpoint_ns = '' and checkpoint_id <
             (select max(checkpoint_id) from checkpoints where thread_id = @threadId and checkpoint_ns = '')`,
          )
          .run({ threadId });
    });
  }

  async #run<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query();
    } catch (cause) {
      throw storeError(cause, this.#path);
    }
  }
}
