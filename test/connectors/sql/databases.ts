import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postgresAnalysisStore } from "../../../src/connectors/postgres/analysis-store.ts";
import { openDatabase as openPostgres } from "../../../src/connectors/postgres/open-database.ts";
import type { SqlDatabase } from "../../../src/connectors/sql/tables.ts";
import { sqliteAnalysisStore } from "../../../src/connectors/sqlite/analysis-store.ts";
import { openDatabase as openSqlite } from "../../../src/connectors/sqlite/open-database.ts";
import type { AnalysisStore } from "../../../src/domain/ports.ts";
import { newPostgresDatabase } from "../../postgres/new-database.ts";

/** A dialect that a contract is run against. `at`: the file or address of a database. */
export type Database = {
  dialect: string;
  newPlace(): Promise<string>;
  openStore(at: string): Promise<AnalysisStore>;
  openSql(at: string): Promise<SqlDatabase>;
};

export const DATABASES: readonly Database[] = [
  {
    dialect: "SQLite",
    newPlace: async () => join(mkdtempSync(join(tmpdir(), "causeway-store-")), "deep", "causeway.db"),
    openStore: sqliteAnalysisStore,
    openSql: openSqlite,
  },
  {
    dialect: "Postgres",
    newPlace: newPostgresDatabase,
    openStore: (at) => postgresAnalysisStore(at, { maxConnections: 3 }),
    openSql: (at) => openPostgres(at, { maxConnections: 3 }),
  },
];
