import type { CompiledQuery, Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import type { Tables } from "./tables.ts";

/** One step forward, as statements in order. A step that was published never changes: what comes later is a new step. */
export type Migration = { name: string; statements: (db: Kysely<Tables>) => CompiledQuery[] };

/**
 * The steps that a database still needs. Whoever runs them does so in one transaction, and adds their names to `migrations`.
 *
 * @param done names in `migrations`.
 * @throws {IncidentError} CONFIG if a newer version of the program wrote the database.
 */
export function missingSteps(steps: readonly Migration[], done: readonly string[], path: string): Migration[] {
  const names = new Set(steps.map(({ name }) => name));
  const newer = done.filter((name) => !names.has(name));
  if (newer.length === 0) return steps.filter(({ name }) => !done.includes(name));
  const hint = "Update causeway, or set CAUSEWAY_HOME to another folder.";
  throw new IncidentError("CONFIG", `${path} was written by a newer version (it knows ${newer.join(", ")})`, { hint });
}
