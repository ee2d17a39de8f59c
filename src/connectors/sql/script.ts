import type { CompiledQuery } from "kysely";

/**
 * A transaction, told statement by statement: it yields each and is given its rows. SQLite runs it in one go without letting anything else run in between,
 * Postgres over the wire; what is done and why stands here once.
 */
export type Script<T> = Generator<CompiledQuery, T, readonly unknown[]>;

/** One statement of a script, with the rows that it answers. */
export function* ask<Row>(query: { compile(): CompiledQuery<Row> }): Script<Row[]> {
  return (yield query.compile()) as Row[]; // the statement's own type says what its rows are
}

/** Rows of one statement; databases bound the parameters of a statement. */
const BATCH = 500;

export const batchesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
