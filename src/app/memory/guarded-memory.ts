import type { Memory } from "../../agent/deps.ts";
import type { MemoryStore } from "../../domain/memory.ts";

/**
 * A memory for measuring one incident. It never returns a `forbidden` incident, never writes, and lists runbooks only.
 * Search excludes the forbidden ids, and each answer is checked again: one leaked answer would make the figures
 * worthless.
 */
export function guardedMemory({ store, ...rest }: Memory, forbidden: readonly string[]): Memory {
  const isForbidden = new Set(forbidden);
  const guarded: MemoryStore = {
    ...store,
    search: async (query, signal) => {
      const found = await store.search(
        { ...query, excludeIncidentIds: [...query.excludeIncidentIds, ...forbidden] },
        signal,
      );
      const leaked = found.find(({ document }) => "incidentId" in document && isForbidden.has(document.incidentId));
      if (leaked) throw new Error(`the memory returned ${leaked.document.id}, which this benchmark must not see`);
      return found;
    },
    put: async () => ({ written: 0, unchanged: 0 }),
    setOutcome: refuse("set outcomes in"),
    remove: refuse("remove from"),
    get: refuse("get documents of"),
    list: async (page) => (page.kind === "runbook" ? store.list(page) : refuse("list")()),
  };
  return { ...rest, store: guarded };
}

const refuse = (what: string) => (): never => {
  throw new Error(`a benchmark must not ${what} the memory that it measures`);
};
