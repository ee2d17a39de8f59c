import type { Migration } from "./migrations.ts";

/** The tables of `Tables`, in words that SQLite and Postgres share. */
export const TABLES_STEP: Migration = {
  name: "001-analyses",
  statements: ({ schema }) => [
    schema
      .createTable("analyses")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("incident_id", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("started_at_ms", "bigint", (column) => column.notNull())
      .compile(),
    schema.createIndex("analyses_by_incident").on("analyses").columns(["incident_id", "started_at_ms"]).compile(),
    ...[
      { table: "findings", key: "key" },
      { table: "bodies", key: "name" },
    ].flatMap(({ table, key }) => [
      schema
        .createTable(table)
        .addColumn("analysis_id", "text", (column) => column.notNull().references("analyses.id"))
        .addColumn(key, "text", (column) => column.notNull())
        .addColumn("body", "text", (column) => column.notNull())
        .compile(),
      schema.createIndex(`${table}_key`).on(table).columns(["analysis_id", key]).unique().compile(),
    ]),
    schema
      .createTable("reports")
      .addColumn("analysis_id", "text", (column) => column.primaryKey().references("analyses.id"))
      .addColumn("incident_id", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .compile(),
    schema
      .createTable("actions")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("analysis_id", "text", (column) => column.notNull().references("analyses.id"))
      .addColumn("position", "integer", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull())
      .compile(),
    schema.createIndex("actions_by_analysis").on("actions").columns(["analysis_id", "position"]).compile(),
    // The primary key is what makes a decision happen once.
    schema
      .createTable("decisions")
      .addColumn("action_id", "text", (column) => column.primaryKey().references("actions.id"))
      .addColumn("decision", "text", (column) => column.notNull())
      .addColumn("decided_by", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .addColumn("note", "text")
      .addColumn("script_sha256", "text", (column) => column.notNull())
      .compile(),
  ],
};

/** No reference to `analyses`: an analysis is leased before its first row is written. */
export const LEASES_STEP: Migration = {
  name: "004-leases",
  statements: ({ schema }) => [
    schema
      .createTable("leases")
      .addColumn("analysis_id", "text", (column) => column.primaryKey())
      .addColumn("owner", "text", (column) => column.notNull())
      .addColumn("until_ms", "bigint", (column) => column.notNull())
      .compile(),
  ],
};
