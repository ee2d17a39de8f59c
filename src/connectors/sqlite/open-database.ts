import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, SqliteDialect, sql } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { type Migration, migrate } from "../sql/migrations.ts";
import type { Sql, Tables } from "../sql/tables.ts";
import { MEMORIES_STEP, TABLES_STEP } from "../sql/schema.ts";
import { storeError } from "./errors.ts";

/** How long a write waits for that of another process, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

export type SqliteOptions = { busyTimeoutMs?: number };

/** The search index of the memories; FTS5 is SQLite's own. `_` is part of a word, as in names of metrics. */
const SEARCH_STEP: Migration = {
  name: "003-memory-search-fts5",
  async up(db) {
    await sql`create virtual table memory_search using fts5(incident_id unindexed, text, tokenize = "porter unicode61 tokenchars '_'")`.execute(db);
  },
};

/**
 * A connection that may be one of several, in this process and in others: write-ahead log, waiting for locks, foreign keys.
 *
 * @throws {IncidentError} CONFIG, BAD_INPUT or UNAVAILABLE, as `storeError` says.
 */
export function connect(path: string, { busyTimeoutMs = BUSY_TIMEOUT_MS }: SqliteOptions): Sqlite.Database {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new IncidentError("CONFIG", `the folder ${dirname(path)} cannot be made`, { hint: "Make it writable, or set CAUSEWAY_HOME to another folder.", cause });
  }
  let connection: Sqlite.Database | null = null;
  try {
    connection = new Sqlite(path, { timeout: busyTimeoutMs });
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL"); // an approval must survive a power cut
    connection.pragma("foreign_keys = ON");
    return connection;
  } catch (cause) {
    connection?.close();
    throw storeError(cause, path);
  }
}

/** Opens the file, makes it if there is none, and brings its schema forward. @throws {IncidentError} */
export async function openDatabase(path: string, options: SqliteOptions = {}): Promise<Sql> {
  const connection = connect(path, options);
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  const asking: Sql["asking"] = async (question) => {
    try {
      return await question();
    } catch (cause) {
      throw storeError(cause, path);
    }
  };
  try {
    await asking(() => db.connection().execute((one) => migrate(one, [TABLES_STEP, MEMORIES_STEP, SEARCH_STEP], { path, exclusively: immediately(one) })));
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
  return { db, asking, close: () => db.destroy() };
}

/** Takes the write lock at once: a transaction that begins by reading cannot wait for it later. */
const immediately =
  (db: Kysely<Tables>) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    await sql`begin immediate`.execute(db);
    try {
      const result = await work();
      await sql`commit`.execute(db);
      return result;
    } catch (cause) {
      await sql`rollback`.execute(db);
      throw cause;
    }
  };
