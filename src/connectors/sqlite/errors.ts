import Sqlite from "better-sqlite3";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";

/** Failures of a database file by the start of SQLite's code, with the remedy. */
const KNOWN: readonly { codes: readonly string[]; code: ErrorCode; what: string; hint: string }[] = [
  {
    codes: ["SQLITE_BUSY", "SQLITE_LOCKED"],
    code: "UNAVAILABLE",
    what: "is locked by another process",
    hint: "Try again. If it stays locked, stop the other process.",
  },
  {
    codes: ["SQLITE_FULL"],
    code: "UNAVAILABLE",
    what: "cannot grow: the disk is full",
    hint: "Free disk space, or set CAUSEWAY_HOME to a folder on another disk.",
  },
  {
    codes: ["SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"],
    code: "CONFIG",
    what: "cannot be written to",
    hint: "Make the folder writable, or set CAUSEWAY_HOME to a writable folder.",
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
    what: "is damaged or not a database",
    hint: "Move the file away and restore a backup. Without one, Causeway creates a new file.",
  },
  {
    codes: ["SQLITE_IOERR"],
    code: "UNAVAILABLE",
    what: "cannot be read or written",
    hint: "Check the disk, then try again.",
  },
];

/** Explains a failure of the database; returns any other error (a bug) unchanged. */
export function storeError(cause: unknown, path: string): unknown {
  if (!(cause instanceof Sqlite.SqliteError)) return cause;
  if (cause.code === "SQLITE_CONSTRAINT_FOREIGNKEY") {
    return new IncidentError("NOT_FOUND", `${path} has no analysis or action with that id`, {
      hint: "Run `causeway analyses` to list the ids.",
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
