import { Canary, CanaryComparison, CanaryStep, type CanaryStore } from "../../domain/canary.ts";
import { IncidentError } from "../../domain/errors.ts";
import { execute, type Script } from "./script.ts";
import { readJson } from "./stored-json.ts";
import type { SqlDatabase } from "./tables.ts";

export const CANARY_SCHEMA = [
  `create table canaries (
    id text not null,
    task text not null,
    state text not null,
    started_at_ms bigint not null,
    body text not null
  )`,
  `create unique index canaries_key on canaries (id)`,
  `create index canaries_by_task on canaries (task, state)`,
  `create table canary_steps (
    canary_id text not null,
    position integer not null,
    at_ms bigint not null,
    body text not null
  )`,
  `create unique index canary_steps_key on canary_steps (canary_id, position)`,
  `create table canary_comparisons (
    id text not null,
    canary_id text not null,
    at_ms bigint not null,
    body text not null
  )`,
  `create unique index canary_comparisons_key on canary_comparisons (id)`,
  `create index canary_comparisons_by_canary_id on canary_comparisons (canary_id, at_ms)`,
];

/** Canaries in an open database of either dialect. */
export function sqlCanaryStore({ db, run, transact, lock }: SqlDatabase): CanaryStore {
  function* addSteps(canaryId: string, steps: readonly CanaryStep[]): Script<void> {
    const [last] = yield* execute<{ position: number }>(
      db
        .selectFrom("canary_steps")
        .select("position")
        .where("canary_id", "=", canaryId)
        .orderBy("position", "desc")
        .limit(1),
    );
    let position = last?.position ?? 0;
    for (const step of steps) {
      position += 1;
      const row = { canary_id: canaryId, position, at_ms: step.atMs, body: JSON.stringify(step) };
      yield* execute(db.insertInto("canary_steps").values(row));
    }
  }

  return {
    startCanary: (canary, step) =>
      transact(function* (): Script<void> {
        yield* lock(`canary of ${canary.task}`);
        const [other] = yield* execute<{ id: string }>(
          db.selectFrom("canaries").select("id").where("task", "=", canary.task).where("state", "=", "running"),
        );
        if (other !== undefined)
          throw new IncidentError("REJECTED", `canary ${other.id} of the task ${canary.task} runs already`, {
            hint: `Stop it first: causeway experiment canary stop ${other.id} --why "…".`,
          });
        const { id, task, state, startedAtMs } = canary;
        const row = { id, task, state, started_at_ms: startedAtMs, body: JSON.stringify(canary) };
        yield* execute(db.insertInto("canaries").values(row));
        yield* addSteps(id, [step]);
      }),

    async runningCanary(task) {
      const [row] = await run(() =>
        db.selectFrom("canaries").select("body").where("task", "=", task).where("state", "=", "running").execute(),
      );
      return row === undefined ? null : readJson(Canary, row.body, `the canary of ${task}`);
    },

    async listCanaries() {
      const rows = await run(() =>
        db.selectFrom("canaries").select(["id", "body"]).orderBy("started_at_ms", "desc").execute(),
      );
      return rows.map(({ id, body }) => readJson(Canary, body, `canary ${id}`));
    },

    async canarySteps(canaryId) {
      const rows = await run(() =>
        db.selectFrom("canary_steps").select("body").where("canary_id", "=", canaryId).orderBy("position").execute(),
      );
      return rows.map(({ body }) => readJson(CanaryStep, body, `a step of canary ${canaryId}`));
    },

    changeCanary: (canaryId, change, comparison) =>
      transact(function* (): Script<Canary | null> {
        yield* lock(`canary ${canaryId}`);
        const [row] = yield* execute<{ body: string }>(
          db.selectFrom("canaries").select("body").where("id", "=", canaryId),
        );
        if (row === undefined) return null;
        const current = readJson(Canary, row.body, `canary ${canaryId}`);
        if (comparison !== undefined) {
          const { id, atMs } = comparison;
          const values = { id, canary_id: canaryId, at_ms: atMs, body: JSON.stringify(comparison) };
          yield* execute(db.insertInto("canary_comparisons").values(values));
        }
        const changed = change(current);
        if (changed === null) return current;
        const { canary, steps } = changed;
        yield* execute(
          db
            .updateTable("canaries")
            .set({ state: canary.state, body: JSON.stringify(canary) })
            .where("id", "=", canaryId),
        );
        yield* addSteps(canaryId, steps);
        return canary;
      }),

    async canaryComparisons(canaryId, limit) {
      const rows = await run(() =>
        db
          .selectFrom("canary_comparisons")
          .select("body")
          .where("canary_id", "=", canaryId)
          .orderBy("at_ms", "desc")
          .orderBy("id", "desc")
          .limit(limit)
          .execute(),
      );
      return rows.map(({ body }) => readJson(CanaryComparison, body, `a comparison of canary ${canaryId}`));
    },
  };
}
