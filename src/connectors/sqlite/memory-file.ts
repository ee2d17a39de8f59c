import type Sqlite from "better-sqlite3";
import { IncidentError } from "../../domain/errors.ts";
import { storeError } from "./errors.ts";
import { connect, type SqliteOptions } from "./open-database.ts";

/**
 * `seq` grows with every write, replacements included, so a reader continues after the last `seq` it read.
 * `fresh` holds vectors of another model until all documents have one.
 */
const SCHEMA = `
  create table documents (
    seq integer primary key autoincrement,
    id text not null unique,
    tenant text not null,
    kind text not null,
    at_ms real not null,
    content_hash text not null,
    model text not null,
    document text not null,
    vector blob not null,
    terms blob not null
  );
  create index documents_by_model on documents (model);
  create index documents_by_tenant on documents (tenant, at_ms);
  create table fresh (
    id text not null,
    content_hash text not null,
    model text not null,
    vector blob not null,
    primary key (id, model)
  );`;
const SCHEMA_VERSION = 1;

export type MemoryFile = {
  db: Sqlite.Database;
  /** Runs a query. @throws {IncidentError} in place of database errors */
  run<T>(query: () => T): T;
  /** The same in one transaction. Synchronous: a transaction over an `await` would block other connections. */
  writing<T>(change: () => T): T;
};

/**
 * The memory's SQLite file, created if missing. Deleted data is overwritten with zeros.
 *
 * @throws {IncidentError} CONFIG, BAD_INPUT or UNAVAILABLE as `storeError` does; CONFIG if a newer version wrote it.
 */
export function openMemoryFile(path: string, options: SqliteOptions = {}): MemoryFile {
  const db = connect(path, options);
  const run = <T>(query: () => T): T => {
    try {
      return query();
    } catch (cause) {
      throw storeError(cause, path);
    }
  };
  const writing = <T>(change: () => T): T => run(() => db.transaction(change).immediate());
  try {
    run(() => db.pragma("secure_delete = ON"));
    writing(() => migrate(db, path));
  } catch (cause) {
    db.close();
    throw cause;
  }
  return { db, run, writing };
}

function migrate(db: Sqlite.Database, path: string): void {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version > SCHEMA_VERSION) {
    throw new IncidentError("CONFIG", `a newer version of Causeway wrote ${path} (schema ${version})`, {
      hint: "Update Causeway, or set CAUSEWAY_HOME to another folder.",
    });
  }
  if (version === SCHEMA_VERSION) return;
  db.exec(SCHEMA);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
}
