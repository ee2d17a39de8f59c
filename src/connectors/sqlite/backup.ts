import { existsSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { IncidentError } from "../../domain/errors.ts";
import { storeError } from "./errors.ts";

/**
 * Copies a SQLite file while others write it.
 *
 * @throws {IncidentError} REJECTED if `to` exists; CONFIG or UNAVAILABLE as `storeError` does.
 * @see https://www.sqlite.org/backup.html
 */
export async function backupSqlite(from: string, to: string): Promise<void> {
  if (existsSync(to))
    throw new IncidentError("REJECTED", `${to} exists`, { hint: "Give a new folder for each backup." });
  try {
    const connection = new Sqlite(from, { readonly: true });
    try {
      await connection.backup(to);
    } finally {
      connection.close();
    }
  } catch (cause) {
    throw storeError(cause, from);
  }
}
