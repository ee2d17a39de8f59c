import pg from "pg";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";

/** Failures of the server by the start of the SQLSTATE or system code, with the remedy. */
const KNOWN: readonly { codes: readonly string[]; code: ErrorCode; what: string; hint: string }[] = [
  {
    codes: ["ECONN", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "08", "57P"],
    code: "UNAVAILABLE",
    what: "cannot be reached",
    hint: "Check that Postgres is up, and the address in DATABASE_URL.",
  },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN"],
    code: "UNAVAILABLE",
    what: "has a host name that cannot be resolved",
    hint: "Check the host name in DATABASE_URL.",
  },
  {
    codes: ["53300", "53200"],
    code: "UNAVAILABLE",
    what: "accepts no more connections",
    hint: "Raise max_connections in Postgres, or run fewer Causeway processes.",
  },
  {
    codes: ["53100"],
    code: "UNAVAILABLE",
    what: "cannot grow: its disk is full",
    hint: "Free disk space on the server.",
  },
  {
    codes: ["40001", "40P01", "55P03", "57014", "23505"],
    code: "UNAVAILABLE",
    what: "had a conflict between two writers",
    hint: "Try again.",
  },
  {
    codes: ["28", "3D000"],
    code: "CONFIG",
    what: "refuses the login",
    hint: "Check user, password and database in DATABASE_URL.",
  },
  {
    codes: ["42501"],
    code: "CONFIG",
    what: "does not let Causeway write",
    hint: "Grant the user of DATABASE_URL the right to create and write tables.",
  },
  {
    codes: ["25006"],
    code: "UNAVAILABLE",
    what: "is read-only",
    hint: "It may be a standby. Set DATABASE_URL to the primary.",
  },
];

/** Messages of the driver for a broken connection, which carry no code. */
const BROKEN = [
  "Connection terminated",
  "timeout exceeded when trying to connect",
  "Client has encountered a connection error",
  "The database system is",
];

/**
 * Explains a failure of the database; returns any other error (a bug) unchanged.
 *
 * @param place the server, without secrets.
 */
export function storeError(cause: unknown, place: string): unknown {
  if (!(cause instanceof Error)) return cause;
  const code = cause instanceof AggregateError ? codeOf(cause.errors[0]) : codeOf(cause);
  if (code === "23503")
    return new IncidentError("NOT_FOUND", `${place} has no analysis or action with that id`, {
      hint: "Run `causeway analyses` to list the ids.",
      cause,
    });
  // NUL in a text, fractional milliseconds, a number out of range, a text too long for an index
  if (code.startsWith("22") || code === "54000")
    return new IncidentError("BAD_INPUT", `Postgres cannot store a value: ${cause.message}`, {
      hint: "Send text without NUL characters, and times in whole milliseconds.",
      cause,
    });
  const known =
    KNOWN.find(({ codes }) => codes.some((begin) => code.startsWith(begin))) ??
    (BROKEN.some((start) => cause.message.startsWith(start)) ? KNOWN[0] : undefined);
  return known
    ? new IncidentError(known.code, `${place} ${known.what} (${code || cause.message})`, { hint: known.hint, cause })
    : cause;
}

const codeOf = (error: unknown): string =>
  error instanceof pg.DatabaseError
    ? (error.code ?? "")
    : error instanceof Error && "code" in error
      ? String(error.code)
      : "";
