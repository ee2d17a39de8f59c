import type { CompiledQuery } from "kysely";

/**
 * A transaction that yields its statements one by one and receives the rows of each. SQLite runs it without a pause,
 * Postgres over the network; the logic is written once.
 */
export type Script<T> = Generator<CompiledQuery, T, readonly unknown[]>;

/** Runs one statement of a script and returns its rows. */
export function* execute<Row>(query: { compile(): CompiledQuery<Row> }): Script<Row[]> {
  return (yield query.compile()) as Row[]; // the statement's own type says what its rows are
}

/** Rows in one statement; databases limit the parameters of a statement. */
const BATCH = 500;

export const batchesOf = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));
