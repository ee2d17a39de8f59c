import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import type { Masker } from "../../domain/redact-values.ts";
import { maskedSerializer } from "../sql/masked-serializer.ts";
import { storeError } from "./errors.ts";
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
export type SqliteCheckpoints = SqliteSaver & { keepLatest(threadId: string): Promise<void> };

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
