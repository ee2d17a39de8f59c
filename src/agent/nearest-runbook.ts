import type { RunbookDocument } from "../domain/memory.ts";
import { causeText, recallText, type Seen } from "../memory/document.ts";
import type { Memory } from "./deps.ts";
import { indexRunbooks, type Shelf } from "./runbook-index.ts";

/** How far down its list of words, and of vectors, a runbook may stand to be worth a look. */
const FIRST_BY_WORDS = 1;
const NEAR_BY_VECTOR = 3;

/**
 * The runbook whose words are nearest to the symptoms and the suspected cause; null where words and vectors do not agree on one. A hint for a person: its steps are planned
 * only where it says itself what it treats, since words in logs are anybody's. Brings the index up to date first.
 *
 * @throws {IncidentError} UNAVAILABLE where the memory cannot be asked.
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
