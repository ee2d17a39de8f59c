import type Sqlite from "better-sqlite3";
import { IncidentError } from "../../domain/errors.ts";
import { storeError } from "./errors.ts";
import { connect, type SqliteOptions } from "./open-database.ts";

/**
 * `seq` grows with every write, also with one that replaces: who has read up to a `seq` reads only what came after it.
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
  create table fresh (id text not null, content_hash text not null, model text not null, vector blob not null, primary key (id, model));`;
const SCHEMA_VERSION = 1;

export type MemoryFile = {
  db: Sqlite.Database;
  /** Runs a question; failures of the database become such as a person can act on. */
  run<T>(question: () => T): T;
  /** The same, as one write that is done wholly or not at all. Synchronous: a transaction over an `await` would block other connections. */
  writing<T>(change: () => T): T;
};

/**
 * The memory's own SQLite file, made if there is none. What is deleted in it is overwritten with zeros.
 *
 * @throws {IncidentError} CONFIG, BAD_INPUT or UNAVAILABLE, as `storeError` says; CONFIG if a newer version wrote it.
 */
export function openMemoryFile(path: string, options: SqliteOptions = {}): MemoryFile {
  const db = connect(path, options);
  const run = <T>(question: () => T): T => {
    try {
      return question();
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
    throw new IncidentError("CONFIG", `${path} was written by a newer version (its schema is ${version})`, {
      hint: "Update causeway, or set CAUSEWAY_HOME to another folder.",
    });
  }
  if (version === SCHEMA_VERSION) return;
  db.exec(SCHEMA);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
}
