import { sql } from "kysely";
import type { Migration } from "../sql/migrations.ts";

// Past incidents lay beside the analyses once, and have a file of their own since. The steps stay: databases know them by name.

const MEMORIES_STEP: Migration = {
  name: "002-memories",
  statements: ({ schema }) => [
    schema
      .createTable("memories")
      .addColumn("incident_id", "text", (column) => column.primaryKey())
      .addColumn("analysis_id", "text", (column) => column.notNull())
      .addColumn("system", "text")
      .addColumn("title", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("entity", "text")
      .addColumn("cause", "text")
      .addColumn("outcome", "text", (column) => column.notNull())
      .addColumn("at_ms", "bigint", (column) => column.notNull())
      .compile(),
  ],
};

/** The search index of the memories, kept by triggers; FTS5 is SQLite's own. `_` is part of a word, as in names of metrics. */
const SEARCH_STEP: Migration = {
  name: "003-memory-search-fts5",
  statements: (db) =>
    [
      sql`create virtual table memory_search using fts5(incident_id unindexed, text, tokenize = "porter unicode61 tokenchars '_'")`,
      sql`create trigger memory_added after insert on memories begin
            insert into memory_search (incident_id, text) values (new.incident_id, new.text);
          end`,
      sql`create trigger memory_replaced after update on memories begin
            delete from memory_search where incident_id = old.incident_id;
            insert into memory_search (incident_id, text) values (new.incident_id, new.text);
          end`,
    ].map((statement) => statement.compile(db)),
};

const GONE_STEP: Migration = {
  name: "030-memories-in-a-file-of-their-own",
  statements: (db) =>
    [sql`drop table memory_search`, sql`drop table memories`].map((statement) => statement.compile(db)), // triggers go with their table
};

export const RETIRED_MEMORY_STEPS: readonly Migration[] = [MEMORIES_STEP, SEARCH_STEP, GONE_STEP];
