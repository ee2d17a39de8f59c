import { CompiledQuery, Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { missingSteps, OTLP_STEPS, STEPS } from "../sql/migrations.ts";
import { execute, type Script } from "../sql/script.ts";
import type { SqlDatabase, Tables } from "../sql/tables.ts";
import { postgresSpace } from "./space.ts";
import { patiently } from "./patiently.ts";

/** Longest time to open a connection, milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Longest time for a statement, milliseconds, so that no request waits for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;
const INT8 = 20;

/** `patienceMs`: how long to retry while the server is unreachable, for example during a restart; 0 unless given. */
export type PostgresOptions = { maxConnections?: number; patienceMs?: number };
/** Retention deletes from these. */
const PRUNED_TABLES = "analyses reports findings artifacts progress requests uploads upload_chunks alerts".split(" ");

export type PostgresDatabase = SqlDatabase & { pool: pg.Pool; place: string };

/** Host and database of an address, for messages; no secrets. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `Postgres at ${host}${pathname}`;
}

/** Creates the connection pool. It connects with the first query. */
export function connect(url: string, { maxConnections = 10 }: PostgresOptions = {}): pg.Pool {
  const types = {
    getTypeParser: ((oid: number, format: "text" | "binary") =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types,
    application_name: "causeway",
  });
  // an idle connection broke: the next query gets another one, or fails with the reason
  pool.on("error", () => undefined);
  // one in use broke between two queries: the next query fails. Without a listener, the error would end the process
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** Opens the database and migrates its schema. @throws {IncidentError} */
export async function openDatabase(url: string, options: PostgresOptions = {}): Promise<PostgresDatabase> {
  const pool = connect(url, options);
  const place = placeOf(url);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const run = patiently(place, options.patienceMs ?? 0);
  const transact: SqlDatabase["transact"] = (script) =>
    run(() => db.transaction().execute((transaction) => runScript(transaction, script())));
  const lock: SqlDatabase["lock"] = (key) => takeLock(db, key);
  try {
    await transact(() => migrate(db, lock, place));
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
  const space = postgresSpace({ db, pool, run }, null, PRUNED_TABLES);
  return { db, run, transact, lock, space, pool, place, close: () => db.destroy() };
}

/** Held until the transaction ends. */
function* takeLock(db: Kysely<Tables>, key: string): Script<void> {
  yield sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.compile(db);
}

async function runScript<T>(transaction: Kysely<Tables>, script: Script<T>): Promise<T> {
  let step = script.next([]);
  while (step.done !== true) {
    const { rows } = await transaction.executeQuery(step.value);
    step = script.next(rows);
  }
  return step.value;
}

/** When several processes start at once, one migrates and the others wait. */
function* migrate(db: Kysely<Tables>, lock: SqlDatabase["lock"], place: string): Script<void> {
  yield* lock("causeway migrations");
  yield sql`create table if not exists migrations (name text primary key)`.compile(db);
  const done = yield* execute<{ name: string }>({
    compile: () => sql<{ name: string }>`select name from migrations`.compile(db),
  });
  for (const { name, statements } of missingSteps(
    [...STEPS, ...OTLP_STEPS],
    done.map((row) => row.name),
    place,
  )) {
    for (const statement of statements) yield CompiledQuery.raw(statement);
    yield sql`insert into migrations (name) values (${name})`.compile(db);
  }
}
