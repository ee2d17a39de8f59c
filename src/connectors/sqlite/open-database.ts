import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { type Migration, missingSteps, STEPS } from "../sql/migrations.ts";
import type { Script } from "../sql/script.ts";
import type { SqlDatabase, Tables } from "../sql/tables.ts";
import { sqliteSpace } from "./space.ts";
import { storeError } from "./errors.ts";
import { RETIRED_MEMORY_STEPS } from "./retired-memories.ts";
import { groupedTransactions } from "./transact.ts";

/** Longest wait for another process's write, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/**
 * `steps`: the schema of the file, if it is not the main one. `mayLoseLatest`: after a power cut, the last writes may
 * be missing. They survive the end of the process in any case. `maxBytes`: the file never grows beyond.
 */
export type SqliteOptions = {
  busyTimeoutMs?: number;
  steps?: readonly Migration[];
  mayLoseLatest?: true;
  maxBytes?: number;
};

const PAGE_BYTES = 4_096;

/** Memory for pages of the file. SQLite's own default, 2 MB, is less than one search through a large store reads. */
const CACHE_KB = 32_000;

/**
 * Holds what a search reads of incidents: their rows are long, one page of the file each. Postgres limits the size of
 * an entry, and reads rows without their long parts anyway.
 */
const SEARCH_INDEX: Migration = {
  name: "142-sqlite-incident-search",
  statements: [
    `create index incidents_by_state_and_words on incidents
      ((case status when 'open' then 0 else 1 end), opened_at_ms desc, id desc, title, system, status, merged_into)
      where merged_into is null`,
    `drop index incidents_by_state`,
  ],
};

const SQLITE_STEPS = [...STEPS, ...RETIRED_MEMORY_STEPS, SEARCH_INDEX];

/**
 * Opens a connection; there may be others in this and other processes. It uses write-ahead log, lock waits and foreign
 * keys.
 *
 * @throws {IncidentError} CONFIG, BAD_INPUT or UNAVAILABLE, as `storeError` does.
 */
export function connect(
  path: string,
  { busyTimeoutMs = BUSY_TIMEOUT_MS, mayLoseLatest, maxBytes }: SqliteOptions,
): Sqlite.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new IncidentError("CONFIG", `the folder ${dirname(path)} cannot be created`, {
      hint: "Make its parent folder writable, or set CAUSEWAY_HOME to another folder.",
      cause,
    });
  }
  let connection: Sqlite.Database | null = null;
  try {
    ownerOnly(path);
    connection = new Sqlite(path, { timeout: busyTimeoutMs });
    connection.pragma("auto_vacuum = INCREMENTAL"); // for a new file; retention gives free pages back
    connection.pragma("journal_mode = WAL");
    // an approval must survive a power cut
    connection.pragma(`synchronous = ${mayLoseLatest === true ? "NORMAL" : "FULL"}`);
    connection.pragma("foreign_keys = ON");
    connection.pragma(`cache_size = -${CACHE_KB}`);
    if (maxBytes !== undefined) connection.pragma(`max_page_count = ${Math.ceil(maxBytes / PAGE_BYTES)}`);
    return connection;
  } catch (cause) {
    connection?.close();
    throw storeError(cause, path);
  }
}

const OWNER_ONLY = 0o600;

/**
 * Makes the file readable by its owner only, whatever the umask and the folder. SQLite gives its other files (`-wal`,
 * `-shm`) the same permissions. On a file system without permissions nothing changes; `causeway doctor` says so.
 */
function ownerOnly(path: string): void {
  if (path === ":memory:") return;
  const attempts = [
    () => closeSync(openSync(path, "a", OWNER_ONLY)),
    ...[path, `${path}-wal`, `${path}-shm`].map((file) => () => {
      if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, OWNER_ONLY);
    }),
  ];
  for (const attempt of attempts)
    try {
      attempt();
    } catch {
      // not there, or somebody else's: what is wrong with the file itself, SQLite says
    }
}

/** Opens the file, creates it if missing, and migrates its schema. @throws {IncidentError} */
export async function openDatabase(path: string, options: SqliteOptions = {}): Promise<SqlDatabase> {
  const connection = connect(path, options);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  const run: SqlDatabase["run"] = async (query) => {
    try {
      return await query();
    } catch (cause) {
      throw storeError(cause, path);
    }
  };
  try {
    await run(async () => migrate(connection, path, options.steps ?? SQLITE_STEPS));
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
  const grouped = groupedTransactions(connection);
  const transact: SqlDatabase["transact"] = (script) => run(() => grouped(script));
  return { db, run, transact, lock: noLock, space: sqliteSpace(connection, path), close: () => db.destroy() };
}

/** Every transaction takes the write lock of the file. */
function* noLock(): Script<void> {}

/** Takes the write lock first: two processes that open a new file must not both find it empty. */
function migrate(connection: Sqlite.Database, path: string, steps: readonly Migration[]): void {
  const run = connection.transaction(() => {
    connection.exec("create table if not exists migrations (name text primary key)");
    const done = connection.prepare<[], { name: string }>("select name from migrations").all();
    for (const { name, statements } of missingSteps(
      steps,
      done.map((row) => row.name),
      path,
    )) {
      for (const statement of statements) connection.exec(statement);
      connection.prepare("insert into migrations (name) values (?)").run(name);
    }
  });
  run.immediate();
}
