import type { AnalysisStore } from "../../domain/ports.ts";
import { actionRows } from "../sql/actions.ts";
import { analysisRows } from "../sql/analyses.ts";
import { bodyRows } from "../sql/bodies.ts";
import { leaseRows } from "../sql/leases.ts";
import { openDatabase, type PostgresOptions } from "./open-database.ts";

/**
 * Analyses in a Postgres database that any number of processes share.
 *
 * @throws {IncidentError} UNAVAILABLE if it cannot be reached; CONFIG if it refuses us or a newer version wrote it.
 */
export async function postgresAnalysisStore(url: string, options: PostgresOptions = {}): Promise<AnalysisStore> {
  const sql = await openDatabase(url, options);
  return { ...analysisRows(sql), ...bodyRows(sql), ...actionRows(sql), ...leaseRows(sql), close: sql.close };
}
