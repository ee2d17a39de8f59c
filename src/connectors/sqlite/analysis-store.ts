import type { AnalysisStore } from "../../domain/ports.ts";
import { sqlAnalysisStore } from "../sql/analysis-store.ts";
import { openDatabase, type SqliteOptions } from "./open-database.ts";

/**
 * Analyses in a SQLite file, which is created if missing. Several processes may have it open.
 *
 * @throws {IncidentError} CONFIG if it cannot be created or a newer version wrote it; BAD_INPUT if it is damaged;
 *   UNAVAILABLE if it stays locked.
 */
export async function sqliteAnalysisStore(path: string, options: SqliteOptions = {}): Promise<AnalysisStore> {
  return sqlAnalysisStore(await openDatabase(path, options));
}
