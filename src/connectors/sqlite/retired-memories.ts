import type { Migration } from "../sql/migrations.ts";

// Past incidents once lay beside the analyses; since then they have a file of their own. Databases know these steps by
// name, so the steps stay.

const MEMORIES_STEP: Migration = {
  name: "002-memories",
  statements: [
    `create table memories (
      incident_id text primary key,
      analysis_id text not null,
      system text,
      title text not null,
      text text not null,
      entity text,
      cause text,
      outcome text not null,
      at_ms bigint not null
    )`,
  ],
};

/** The memories' full-text index, kept by triggers. `_` is part of a word, as in metric names. */
const SEARCH_STEP: Migration = {
  name: "003-memory-search-fts5",
  statements: [
    `create virtual table memory_search
      using fts5(incident_id unindexed, text, tokenize = "porter unicode61 tokenchars '_'")`,
    `create trigger memory_added after insert on memories begin
      insert into memory_search (incident_id, text) values (new.incident_id, new.text);
    end`,
    `create trigger memory_replaced after update on memories begin
      delete from memory_search where incident_id = old.incident_id;
      insert into memory_search (incident_id, text) values (new.incident_id, new.text);
    end`,
  ],
};

/** Triggers go with their table. */
const DROP_STEP: Migration = {
  name: "030-memories-in-a-file-of-their-own",
  statements: [`drop table memory_search`, `drop table memories`],
};

export const RETIRED_MEMORY_STEPS: readonly Migration[] = [MEMORIES_STEP, SEARCH_STEP, DROP_STEP];
