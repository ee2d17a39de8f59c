import type { Kysely } from "kysely";
import { IncidentError } from "../../domain/errors.ts";
import { execute, type Script, batchesOf } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

/** Notes of what retention deleted, so that a link to it can say so. They are small, and stay. */
export const PRUNING_SCHEMA = [
  `create table prunings (
    subject text not null,
    what text not null,
    at_ms bigint not null
  )`,
  `create unique index prunings_key on prunings (subject, what)`,
];

/** `subject`: id of the analysis or incident. */
export type PrunedPart = Tables["prunings"]["what"];

const HINT = "It was older or larger than the limits of retention allow (CAUSEWAY_RETENTION_…, `causeway prune`).";
const NAMES: Readonly<Record<PrunedPart, string>> = {
  analysis: "analysis",
  evidence: "evidence of analysis",
  incident: "incident",
};

export function* notePrunings(
  db: Kysely<Tables>,
  what: PrunedPart,
  subjects: readonly string[],
  atMs: number,
): Script<void> {
  for (const batch of batchesOf(subjects))
    yield* execute(
      db
        .insertInto("prunings")
        .values(batch.map((subject) => ({ subject, what, at_ms: atMs })))
        .onConflict((conflict) => conflict.columns(["subject", "what"]).doNothing()),
    );
}

/**
 * For the moment in which something is not there.
 *
 * @throws {IncidentError} NOT_FOUND with the day, if retention deleted it.
 */
export async function refusePruned(
  { db, run }: Pick<SqlDatabase, "db" | "run">,
  subject: string,
  ...parts: readonly PrunedPart[]
): Promise<void> {
  const row = await run(() =>
    db
      .selectFrom("prunings")
      .selectAll()
      .where("subject", "=", subject)
      .where("what", "in", [...parts])
      .executeTakeFirst(),
  );
  if (row === undefined) return;
  const day = new Date(Number(row.at_ms)).toISOString().slice(0, 10);
  throw new IncidentError("NOT_FOUND", `the ${NAMES[row.what]} ${subject} was pruned on ${day}`, { hint: HINT });
}
