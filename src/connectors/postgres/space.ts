import { sql as raw } from "kysely";
import type pg from "pg";
import type { StoreSpace } from "../../domain/retention.ts";
import type { SqlDatabase, SqlSpace } from "../sql/tables.ts";

/** A rewrite of a large table takes longer than other statements may, milliseconds. */
const VACUUM_TIMEOUT_MS = 3_600_000;

/**
 * Size of tables in Postgres, and how their free space goes back to the disk.
 *
 * @param schema of the tables; null: the first of the search path. @param tables those that are vacuumed.
 */
export const postgresSpace = (
  { db, pool, run }: Pick<SqlDatabase, "db" | "run"> & { pool: pg.Pool },
  schema: string | null,
  tables: readonly string[],
): SqlSpace => ({
  bytes: (column) => raw<number>`pg_column_size(${raw.ref(column)})`,

  async space(): Promise<StoreSpace> {
    const { rows } = await run(() =>
      raw<{ bytes: number }>`select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema === null ? raw`current_schema()` : raw.val(schema)} and c.relkind = 'r'`.execute(db),
    );
    return { usedBytes: Number(rows[0]?.bytes ?? 0), freeBytes: null };
  },

  /** Without `full`, the space is free for new rows, and the files keep their size. */
  async giveBack({ full }) {
    await run(async () => {
      const client = await pool.connect(); // a vacuum runs in no transaction
      try {
        await client.query(`set statement_timeout = ${VACUUM_TIMEOUT_MS}`);
        for (const table of tables)
          await client.query(
            `vacuum (${full ? "full, analyze" : "analyze"}) ${schema === null ? "" : `${schema}.`}${table}`,
          );
      } finally {
        await client.query("reset statement_timeout").catch(() => undefined);
        client.release();
      }
    });
  },
});
