import type { Kysely } from "kysely";
import { canonicalJson } from "../../domain/canonical-json.ts";
import { type AcceptedChanges, ReportedChange } from "../../domain/reported-change.ts";
import type { ServiceStore } from "../../domain/service-store.ts";
import { batchesOf, execute, type Script } from "./script.ts";
import { contentKey, readJson } from "./stored-json.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

export const CHANGE_SCHEMA = [
  `create table changes (
    key text not null,
    source text not null,
    at_ms bigint not null,
    received_at_ms bigint not null,
    body text not null
  )`,
  `create unique index changes_key on changes (key)`,
  `create index changes_by_at_ms on changes (at_ms)`,
];

/** Changes that are kept at most; the oldest go first. */
const MAX_KEPT = 100_000;

type ChangeMethods = Pick<ServiceStore, "addChanges" | "listChanges" | "hasChanges" | "forgetChanges">;

/** Changes that others reported. */
export const changeRows = ({ db, run, transact }: SqlDatabase): ChangeMethods => ({
  addChanges: (source, changes, nowMs) =>
    transact(function* (): Script<AcceptedChanges> {
      const rows = new Map(
        changes.map((change) => [
          contentKey(JSON.stringify([source, change.entity, change.kind, change.id])),
          canonicalJson(change),
        ]),
      );
      const known = yield* bodiesOf(db, [...rows.keys()]);
      const fresh = [...rows].filter(([key, body]) => known.get(key) !== body);
      const values = fresh.map(([key, body]) => {
        const { timeUnixMs } = readJson(ReportedChange, body, "a change");
        return { key, source, at_ms: timeUnixMs, received_at_ms: nowMs, body };
      });
      for (const batch of batchesOf(values))
        yield* execute(
          db
            .insertInto("changes")
            .values(batch)
            .onConflict((conflict) =>
              conflict.column("key").doUpdateSet(({ ref }) => ({
                at_ms: ref("excluded.at_ms"),
                received_at_ms: ref("excluded.received_at_ms"),
                body: ref("excluded.body"),
              })),
            ),
        );
      return { accepted: fresh.length, duplicates: changes.length - fresh.length };
    }),

  async listChanges({ startMs, endMs }, limit) {
    const rows = await run(() =>
      db
        .selectFrom("changes")
        .select("body")
        .where("at_ms", ">=", startMs)
        .where("at_ms", "<=", endMs)
        .orderBy("at_ms", "desc")
        .orderBy("key")
        .limit(limit)
        .execute(),
    );
    return rows.map(({ body }) => readJson(ReportedChange, body, "a change")).toReversed();
  },

  hasChanges: async () =>
    (await run(() => db.selectFrom("changes").select("key").limit(1).executeTakeFirst())) !== undefined,

  async forgetChanges(beforeMs) {
    const oldestKept = await run(() =>
      db
        .selectFrom("changes")
        .select("at_ms")
        .orderBy("at_ms", "desc")
        .offset(MAX_KEPT - 1)
        .limit(1)
        .executeTakeFirst(),
    );
    const untilMs = Math.max(beforeMs, Number(oldestKept?.at_ms ?? beforeMs));
    await run(() => db.deleteFrom("changes").where("at_ms", "<", untilMs).execute());
  },
});

function* bodiesOf(db: Kysely<Tables>, keys: readonly string[]): Script<Map<string, string>> {
  const known = new Map<string, string>();
  for (const batch of batchesOf(keys))
    for (const { key, body } of yield* execute<{ key: string; body: string }>(
      db.selectFrom("changes").select(["key", "body"]).where("key", "in", batch),
    ))
      known.set(key, body);
  return known;
}
