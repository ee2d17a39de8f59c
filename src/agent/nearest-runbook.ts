import type { RunbookDocument } from "../domain/memory.ts";
import { causeText, recallText, type Seen } from "../memory/document.ts";
import type { Memory } from "./deps.ts";
import { indexRunbooks, type Shelf } from "./runbook-index.ts";

/** The lowest ranks, by words and by vector, that a recommended runbook may have. */
const FIRST_BY_WORDS = 1;
const NEAR_BY_VECTOR = 3;

/**
 * Finds the runbook whose text is nearest to the symptoms and the suspected cause; null if words and vectors disagree.
 * It is a hint for a person only: anybody can write log text, so no step is planned from it. Updates the index first.
 *
 * @throws {IncidentError} UNAVAILABLE when the memory is down.
 */
export async function nearestRunbook(
  seen: Seen,
  shelf: Shelf,
  memory: Memory,
  nowMs: number,
  signal?: AbortSignal,
): Promise<RunbookDocument | null> {
  await indexRunbooks(shelf, memory, nowMs, signal);
  const { store, embedder, tenant } = memory;
  const [suspect] = seen.ranking.hypotheses;
  const text = [recallText(seen), causeText({ entity: null, cause: suspect?.cause ?? null })]
    .filter((part) => part !== "")
    .join("\n");
  if (text === "") return null;
  const [vector] = await embedder.embed([text], signal);
  if (vector === undefined) return null;
  const found = await store.search(
    { kind: "runbook", tenant, text, vector, excludeIncidentIds: [], limit: NEAR_BY_VECTOR },
    signal,
  );
  return (
    found.find(({ bm25, dense }) => bm25?.rank === FIRST_BY_WORDS && dense !== null && dense.rank <= NEAR_BY_VECTOR)
      ?.document ?? null
  );
}
