import pg from "pg";
import { type ErrorCode, IncidentError } from "../../domain/errors.ts";

/** What went wrong with the server, by the beginning of its SQLSTATE or of the system's code, and what to do about it. */
const KNOWN: readonly { codes: readonly string[]; code: ErrorCode; what: string; hint: string }[] = [
  {
    codes: ["ECONN", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "08", "57P"],
    code: "UNAVAILABLE",
    what: "cannot be reached",
    hint: "Check that it runs, and the address in DATABASE_URL.",
  },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN"],
    code: "UNAVAILABLE",
    what: "has a name that cannot be resolved",
    hint: "Check the address in DATABASE_URL.",
  },
  {
    codes: ["53300", "53200"],
    code: "UNAVAILABLE",
    what: "has no room for another connection",
    hint: "Raise max_connections, or run fewer processes.",
  },
  {
    codes: ["53100"],
    code: "UNAVAILABLE",
    what: "cannot grow: its disk is full",
    hint: "Free some space on the server.",
  },
  {
    codes: ["40001", "40P01", "55P03", "57014", "23505"],
    code: "UNAVAILABLE",
    what: "had two writers in each other's way",
    hint: "Try again.",
  },
  {
    codes: ["28", "3D000"],
    code: "CONFIG",
    what: "refuses us",
    hint: "Check user, password and database in DATABASE_URL.",
  },
  {
    codes: ["42501"],
    code: "CONFIG",
    what: "does not let us write",
    hint: "Grant the user of DATABASE_URL the right to create and write tables.",
  },
  {
    codes: ["25006"],
    code: "UNAVAILABLE",
    what: "is read-only",
    hint: "Is it a standby? Point DATABASE_URL at the primary.",
  },
];

/** What the driver says in words alone when a connection breaks. */
const BROKEN =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|The database system is)/;

/** @param place the server, without secrets. @returns the failure as a person can act on it; what is no failure of the database (a bug) as it was. */
export function storeError(cause: unknown, place: string): unknown {
  if (!(cause instanceof Error)) return cause;
  const code = cause instanceof AggregateError ? codeOf(cause.errors[0]) : codeOf(cause);
  if (code === "23503")
    return new IncidentError("NOT_FOUND", `${place} holds no analysis or action that this belongs to`, {
      hint: "Give the id of an analysis or action that exists.",
      cause,
    });
  // NUL in a text, a fraction where milliseconds are whole, a number out of range, a text too long for an index
  if (code.startsWith("22") || code === "54000")
    return new IncidentError("BAD_INPUT", `a value is not one that Postgres can keep: ${cause.message}`, {
      hint: "Send another; texts hold no NUL, times are whole milliseconds.",
      cause,
    });
  const known =
    KNOWN.find(({ codes }) => codes.some((begin) => code.startsWith(begin))) ??
    (BROKEN.test(cause.message) ? KNOWN[0] : undefined);
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
