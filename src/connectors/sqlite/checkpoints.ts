import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import { storeError } from "./errors.ts";
import { connect, type SqliteOptions } from "./open-database.ts";

/**
 * Where the state of running analyses is kept: a file of its own, because LangGraph decides its schema. Close with `db.close()`.
 *
 * @throws {IncidentError} as `connect` says; also from every method, where the disk is full or the file damaged.
 */
export const sqliteCheckpoints = (path: string, options: SqliteOptions = {}): SqliteSaver =>
  new Checkpoints(path, options);

/** LangGraph's own, with failures that a person can act on. */
class Checkpoints extends SqliteSaver {
  readonly #path: string;

  constructor(path: string, options: SqliteOptions) {
    super(connect(path, options));
    this.#path = path;
  }

  override getTuple(...told: Parameters<SqliteSaver["getTuple"]>) {
    return this.#run(() => super.getTuple(...told));
  }

  override put(...told: Parameters<SqliteSaver["put"]>) {
    return this.#run(() => super.put(...told));
  }

  override putWrites(...told: Parameters<SqliteSaver["putWrites"]>) {
    return this.#run(() => super.putWrites(...told));
  }

  override deleteThread(...told: Parameters<SqliteSaver["deleteThread"]>) {
    return this.#run(() => super.deleteThread(...told));
  }

  async #run<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      throw storeError(cause, this.#path);
    }
  }
}
