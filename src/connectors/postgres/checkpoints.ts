import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import type { CheckpointSpace } from "../../domain/retention.ts";
import { postgresSpace } from "./space.ts";
import type { Masker } from "../../domain/redact-values.ts";
import { maskedSerializer } from "../sql/masked-serializer.ts";
import type { PostgresDatabase } from "./open-database.ts";
import { storeError } from "./errors.ts";

/** A separate schema, because LangGraph owns its tables. */
const SCHEMA = "causeway_checkpoints";
const TABLES = ["checkpoints", "checkpoint_blobs", "checkpoint_writes"];
/** Held as long as its connection. */
const LOCK = "select pg_advisory_lock(hashtextextended('causeway checkpoints', 0))";
const UNLOCK = "select pg_advisory_unlock(hashtextextended('causeway checkpoints', 0))";

/**
 * Checkpoints of running analyses, shared by all processes, over the connections of a database.
 *
 * @throws {IncidentError} also from every method, when the server cannot be reached.
 */
export async function postgresCheckpoints(
  { db, pool, place, run }: Pick<PostgresDatabase, "db" | "pool" | "place" | "run">,
  masker?: Masker,
): Promise<PostgresSaver & CheckpointSpace> {
  const saver = new Checkpoints({ db, pool, run }, masker);
  const client = await pool.connect().catch((cause: unknown) => {
    throw storeError(cause, place);
  });
  try {
    await client.query(LOCK); // when several processes start at once, one creates the tables
    await saver.setup();
    await client.query(UNLOCK);
  } catch (cause) {
    throw storeError(cause, place);
  } finally {
    client.release();
  }
  return saver;
}

/** LangGraph's saver with errors that a person can act on. */
class Checkpoints extends PostgresSaver {
  readonly #run: PostgresDatabase["run"];
  readonly #pool: PostgresDatabase["pool"];
  readonly space: CheckpointSpace["space"];
  readonly giveBack: CheckpointSpace["giveBack"];

  constructor({ db, pool, run }: Pick<PostgresDatabase, "db" | "pool" | "run">, masker: Masker | undefined) {
    super(pool, masker === undefined ? undefined : maskedSerializer(masker), { schema: SCHEMA });
    this.#run = run;
    this.#pool = pool;
    ({ space: this.space, giveBack: this.giveBack } = postgresSpace({ db, pool, run }, SCHEMA, TABLES));
  }

  async listThreads(): Promise<string[]> {
    const query = `select distinct thread_id as id from ${SCHEMA}.checkpoints`;
    const { rows } = await this.#run(() => this.#pool.query<{ id: string }>(query));
    return rows.map(({ id }) => id);
  }

  override getTuple(...args: Parameters<PostgresSaver["getTuple"]>) {
    return this.#run(() => super.getTuple(...args));
  }

  override put(...args: Parameters<PostgresSaver["put"]>) {
    return this.#run(() => super.put(...args));
  }

  override putWrites(...args: Parameters<PostgresSaver["putWrites"]>) {
    return this.#run(() => super.putWrites(...args));
  }

  override deleteThread(...args: Parameters<PostgresSaver["deleteThread"]>) {
    return this.#run(() => super.deleteThread(...args));
  }
}
