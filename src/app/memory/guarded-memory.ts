import type { Memory } from "../../agent/deps.ts";
import type { MemoryStore } from "../../domain/memory.ts";

/**
 * A memory for measuring one incident: nothing of `forbidden` is ever given back, nothing is written, and only runbooks can be listed. Search is told to leave them out, and
 * what it answers is checked again, because one answer that gives the incident away would make the figures worthless.
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
      if (leaked) throw new Error(`the memory gave back ${leaked.document.id}, which this measurement must not see`);
      return found;
    },
    put: async () => ({ written: 0, unchanged: 0 }),
    setOutcome: refuse("judge in"),
    remove: refuse("remove from"),
    get: refuse("look up in"),
    list: async (page) => (page.kind === "runbook" ? store.list(page) : refuse("list")()),
  };
  return { ...rest, store: guarded };
}

const refuse = (what: string) => (): never => {
  throw new Error(`a bench must not ${what} the memory that it measures`);
};
