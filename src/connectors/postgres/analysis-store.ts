import type { AnalysisStore } from "../../domain/ports.ts";
import { sqlAnalysisStore } from "../sql/analysis-store.ts";
import { openDatabase, type PostgresOptions } from "./open-database.ts";

/**
 * Analyses in a Postgres database that processes share.
 *
 * @throws {IncidentError} UNAVAILABLE if it cannot be reached; CONFIG if it refuses the login or a newer version
 *   wrote it.
 */
export async function postgresAnalysisStore(url: string, options: PostgresOptions = {}): Promise<AnalysisStore> {
  return sqlAnalysisStore(await openDatabase(url, options));
}
