import Sqlite from "better-sqlite3";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";

/** What went wrong with a database file, by the beginning of SQLite's code, and what to do about it. */
const KNOWN: readonly { codes: readonly string[]; code: ErrorCode; what: string; hint: string }[] = [
  {
    codes: ["SQLITE_BUSY", "SQLITE_LOCKED"],
    code: "UNAVAILABLE",
    what: "is locked by another process",
    hint: "Try again; if it stays locked, end the other process.",
  },
  {
    codes: ["SQLITE_FULL"],
    code: "UNAVAILABLE",
    what: "cannot grow: the disk is full",
    hint: "Free some space, or set CAUSEWAY_HOME to another disk.",
  },
  {
    codes: ["SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"],
    code: "CONFIG",
    what: "cannot be written to",
    hint: "Make the folder writable, or set CAUSEWAY_HOME to one that is.",
  },
  {
    codes: ["SQLITE_CANTOPEN"],
    code: "CONFIG",
    what: "cannot be opened",
    hint: "Check that its folder exists and is writable, or set CAUSEWAY_HOME.",
  },
  {
    codes: ["SQLITE_CORRUPT", "SQLITE_NOTADB"],
    code: "BAD_INPUT",
    what: "is damaged, or no database",
    hint: "Move it away and restore a backup; a new one is made if there is none.",
  },
  {
    codes: ["SQLITE_IOERR"],
    code: "UNAVAILABLE",
    what: "cannot be read or written",
    hint: "Check the disk, then try again.",
  },
];

/** @returns the failure as a person can act on it; what is no failure of the database (a bug) as it was. */
export function storeError(cause: unknown, path: string): unknown {
  if (!(cause instanceof Sqlite.SqliteError)) return cause;
  if (cause.code === "SQLITE_CONSTRAINT_FOREIGNKEY") {
    return new IncidentError("NOT_FOUND", `${path} holds no analysis or action that this belongs to`, {
      hint: "Give the id of an analysis or action that exists.",
      cause,
    });
  }
  const known = KNOWN.find(({ codes }) =>
    codes.some((code) => cause.code === code || cause.code.startsWith(`${code}_`)),
  );
  return known
    ? new IncidentError(known.code, `${path} ${known.what} (${cause.code})`, { hint: known.hint, cause })
    : cause;
}
