import { type Kysely, sql } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import type { Tables } from "./tables.ts";

/** One step forward. A step that was published never changes: what comes later is a new step. */
export type Migration = { name: string; up: (db: Kysely<Tables>) => Promise<void> };

/** Makes a change of schema be one process's at a time, and whole or not at all. Each dialect has its own way. */
export type ExclusiveRun = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Brings the schema forward: what was done is recorded by name in `migrations`.
 *
 * @throws {IncidentError} CONFIG if a newer version of the program wrote it.
 */
export async function migrate(db: Kysely<Tables>, steps: readonly Migration[], { path, exclusively }: { path: string; exclusively: ExclusiveRun }): Promise<void> {
  await exclusively(async () => {
    await sql`create table if not exists migrations (name text primary key)`.execute(db);
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(db);
    const done = new Set(rows.map(({ name }) => name));
    const names = new Set(steps.map(({ name }) => name));
    const newer = [...done].filter((name) => !names.has(name));
    if (newer.length > 0) {
      throw new IncidentError("CONFIG", `${path} was written by a newer version (it knows ${newer.join(", ")})`, { hint: "Update causeway, or set CAUSEWAY_HOME to another folder." });
    }
    for (const { name, up } of steps) {
      if (done.has(name)) continue;
      await up(db);
      await sql`insert into migrations (name) values (${name})`.execute(db);
    }
  });
}
