import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import type { PostgresDatabase } from "./open-database.ts";
import { storeError } from "./errors.ts";

/** A schema of its own: LangGraph decides what lies in it. */
const SCHEMA = "causeway_checkpoints";
/** Held for the time of the connection that takes it. */
const LOCK = "select pg_advisory_lock(hashtextextended('causeway checkpoints', 0))";
const UNLOCK = "select pg_advisory_unlock(hashtextextended('causeway checkpoints', 0))";

/**
 * Where the state of running analyses is kept for any number of processes, over connections of `database`.
 *
 * @throws {IncidentError} also from every method, where the server cannot be asked.
 */
export async function postgresCheckpoints({
  pool,
  place,
  run,
}: Pick<PostgresDatabase, "pool" | "place" | "run">): Promise<PostgresSaver> {
  const saver = new Checkpoints(pool, run);
  const client = await pool.connect().catch((cause: unknown) => {
    throw storeError(cause, place);
  });
  try {
    await client.query(LOCK); // of processes that start at once, one makes the tables
    await saver.setup();
    await client.query(UNLOCK);
  } catch (cause) {
    throw storeError(cause, place);
  } finally {
    client.release();
  }
  return saver;
}

/** LangGraph's own, with failures that a person can act on. */
class Checkpoints extends PostgresSaver {
  readonly #run: PostgresDatabase["run"];

  constructor(pool: PostgresDatabase["pool"], run: PostgresDatabase["run"]) {
    super(pool, undefined, { schema: SCHEMA });
    this.#run = run;
  }

  override getTuple(...told: Parameters<PostgresSaver["getTuple"]>) {
    return this.#run(() => super.getTuple(...told));
  }

  override put(...told: Parameters<PostgresSaver["put"]>) {
    return this.#run(() => super.put(...told));
  }

  override putWrites(...told: Parameters<PostgresSaver["putWrites"]>) {
    return this.#run(() => super.putWrites(...told));
  }

  override deleteThread(...told: Parameters<PostgresSaver["deleteThread"]>) {
    return this.#run(() => super.deleteThread(...told));
  }
}
