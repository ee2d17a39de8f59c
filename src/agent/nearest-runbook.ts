import { runbookKey } from "../domain/memory.ts";
import type { Runbook } from "../domain/runbook.ts";
import { causeText, recallText, type Seen } from "../memory/document.ts";
import { importDocuments } from "../memory/import-documents.ts";
import { runbookDocument } from "../memory/runbook-document.ts";
import type { Memory } from "./deps.ts";

/** How far down its list of words, and of vectors, a runbook may stand to be worth a look. */
const FIRST_BY_WORDS = 1;
const NEAR_BY_VECTOR = 3;

/**
 * The runbook whose words are nearest to the symptoms and the suspected cause; null where words and vectors do not agree on one. A hint for a person: its steps are planned
 * only where it says itself what it treats, since words in logs are anybody's. Brings the index up to date first: what is new or changed is embedded, what is gone is taken out.
 *
 * @throws {IncidentError} UNAVAILABLE where the memory cannot be asked.
 */
export async function nearestRunbook(seen: Seen, runbooks: readonly Runbook[], { store, embedder, tenant }: Memory, nowMs: number, signal?: AbortSignal): Promise<Runbook | null> {
  await importDocuments(store, embedder, runbooks.map((runbook) => runbookDocument(runbook, tenant, nowMs)), { signal });
  const current = new Set(runbooks.map(({ slug }) => runbookKey(tenant, slug)));
  const { documents } = await store.list({ tenant, kind: "runbook" });
  const gone = documents.filter(({ id }) => !current.has(id)).map(({ id }) => id);
  if (gone.length > 0) await store.remove({ ids: gone });
  const [suspect] = seen.ranking.hypotheses;
  const text = [recallText(seen), causeText({ entity: null, cause: suspect?.cause ?? null })].filter((part) => part !== "").join("\n");
  if (text === "" || runbooks.length === 0) return null;
  const [vector] = await embedder.embed([text], signal);
  if (vector === undefined) return null;
  const found = await store.search({ kind: "runbook", tenant, text, vector, excludeIncidentIds: [], limit: NEAR_BY_VECTOR }, signal);
  const near = found.find(({ bm25, dense }) => bm25?.rank === FIRST_BY_WORDS && dense !== null && dense.rank <= NEAR_BY_VECTOR);
  return runbooks.find(({ slug }) => near?.document.id === runbookKey(tenant, slug)) ?? null;
}
