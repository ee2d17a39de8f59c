import type { ModelCall } from "../domain/model-call.ts";
import type { ModelCallFilter, ModelStore } from "../domain/model-store.ts";

const PAGE = 1_000;

/** Calls of the ledger, oldest first, read page by page. */
export async function* allCalls(
  store: Pick<ModelStore, "listCalls">,
  filter: ModelCallFilter,
): AsyncGenerator<ModelCall> {
  for (let after: { atMs: number; id: string } | null = null; ;) {
    const calls: ModelCall[] = await store.listCalls(filter, { after, limit: PAGE });
    yield* calls;
    const last = calls.at(-1);
    if (last === undefined || calls.length < PAGE) return;
    after = { atMs: last.atMs, id: last.id };
  }
}
