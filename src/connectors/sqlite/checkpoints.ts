import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import { connect, type SqliteOptions } from "./open-database.ts";

/**
 * Where the state of running analyses is kept: a file of its own, because LangGraph decides its schema. Close with `db.close()`.
 *
 * @throws {IncidentError} as `connect` says.
 */
export const sqliteCheckpoints = (path: string, options: SqliteOptions = {}): SqliteSaver => new SqliteSaver(connect(path, options));
