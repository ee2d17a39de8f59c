import type { Kysely } from "kysely";
import type { ModelContext } from "../../domain/chat-model.ts";
import {
  CAP_SCOPES,
  CAP_UNITS,
  type CapScope,
  type CapUse,
  isNear,
  type ModelAmount,
  type ModelCaps,
  type ModelStore,
  type Reserved,
} from "../../domain/model-store.ts";
import { execute, type Script } from "./script.ts";
import type { SqlDatabase, Tables } from "./tables.ts";

/** `until_ms`: null once settled. `day`: in UTC. */
export const MODEL_SPEND_SCHEMA = [
  `create table model_spend (
    id text not null,
    analysis_id text,
    incident_id text,
    day text not null,
    at_ms bigint not null,
    until_ms bigint,
    calls integer not null,
    tokens bigint not null,
    usd double precision not null
  )`,
  `create unique index model_spend_key on model_spend (id)`,
  ...["analysis_id", "incident_id", "day", "at_ms"].map(
    (column) => `create index model_spend_by_${column} on model_spend (${column})`,
  ),
];

const SCOPE_COLUMNS = { analysis: "analysis_id", incident: "incident_id", day: "day" } as const;

type SpendMethods = Pick<ModelStore, "reserve" | "settle" | "capUses">;

/** The amounts that caps count. A row is a call that runs, or one that ran. */
export const modelSpendRows = ({ db, run, transact, lock }: SqlDatabase): SpendMethods => ({
  reserve: ({ id, context, atMs, untilMs, amount }, caps) =>
    transact(function* (): Script<Reserved> {
      yield* lock("model spend"); // no other process may count between the count and the row below
      const uses = yield* countUses(db, context, caps, atMs);
      const refusedBy = uses.find(({ unit, used, limit }) => used + amount[unit] > limit) ?? null;
      const near = uses.map((use) => ({ ...use, used: use.used + amount[use.unit] })).filter(isNear);
      if (refusedBy !== null) return { refusedBy, near: uses.filter(isNear) };
      yield* execute(
        db.insertInto("model_spend").values({
          id,
          analysis_id: context.analysisId,
          incident_id: context.incidentId,
          day: dayOf(atMs),
          at_ms: atMs,
          until_ms: untilMs,
          ...amount,
        }),
      );
      return { refusedBy: null, near };
    }),

  async settle(reservationId, { calls, tokens, usd }) {
    await run(() =>
      db
        .updateTable("model_spend")
        .set({ calls, tokens, usd, until_ms: null })
        .where("id", "=", reservationId)
        .execute(),
    );
  },

  capUses: (context, caps, nowMs) => transact(() => countUses(db, context, caps, nowMs)),
});

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

function* countUses(db: Kysely<Tables>, context: ModelContext, caps: ModelCaps, nowMs: number): Script<CapUse[]> {
  const keys: Record<CapScope, string | null> = {
    analysis: context.analysisId,
    incident: context.incidentId,
    day: dayOf(nowMs),
  };
  const uses: CapUse[] = [];
  for (const scope of CAP_SCOPES) {
    const key = keys[scope];
    const units = CAP_UNITS.filter((unit) => caps[scope][unit] !== null);
    if (key === null || units.length === 0) continue;
    const [sum] = yield* execute<Record<keyof ModelAmount, number | string | null>>(
      db
        .selectFrom("model_spend")
        .select(({ fn }) => CAP_UNITS.map((unit) => fn.sum<number | string | null>(unit).as(unit)))
        .where(SCOPE_COLUMNS[scope], "=", key)
        .where(({ or, eb }) => or([eb("until_ms", "is", null), eb("until_ms", ">", nowMs)])),
    );
    for (const unit of units)
      uses.push({ scope, unit, limit: caps[scope][unit] ?? Infinity, used: Number(sum?.[unit] ?? 0) });
  }
  return uses;
}
