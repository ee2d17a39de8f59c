import { type MemoryDocument, type RunbookDocument, runbookKey } from "../domain/memory.ts";
import type { Runbook, RunbookPage } from "../domain/runbook.ts";
import { importDocuments } from "../memory/import-documents.ts";
import { pageDocument, runbookDocument } from "../memory/runbook-document.ts";
import type { Memory } from "./deps.ts";

/** The texts to index: configured runbooks, pages from this analysis, and earlier pages whose address `isKept`. */
export type Shelf = {
  runbooks: readonly Runbook[];
  pages: readonly RunbookPage[];
  isKept: (address: string) => boolean;
};

/**
 * Updates the index: embeds new and changed texts, and removes those that no longer exist.
 *
 * @throws {IncidentError} UNAVAILABLE when the memory is down.
 */
export async function indexRunbooks(
  { runbooks, pages, isKept }: Shelf,
  { store, embedder, tenant }: Memory,
  nowMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const documents = [
    ...runbooks.map((runbook) => runbookDocument(runbook, tenant, nowMs)),
    ...pages.map((page) => pageDocument(page, tenant, nowMs)),
  ];
  await importDocuments(store, embedder, documents, { signal });
  const current = new Set(documents.map(({ id }) => id));
  const isPage = ({ id, source }: { id: string; source: string }): boolean => id === runbookKey(tenant, source);
  const gone = (await indexed({ store, tenant })).filter(
    (document) =>
      !current.has(document.id) && !(document.kind === "runbook" && isPage(document) && isKept(document.source)),
  );
  if (gone.length > 0) await store.remove({ ids: gone.map(({ id }) => id) });
}

/** All texts in the index. */
export const indexedRunbooks = async (memory: Pick<Memory, "store" | "tenant">): Promise<RunbookDocument[]> =>
  (await indexed(memory)).flatMap((document) => (document.kind === "runbook" ? document : []));

async function indexed({ store, tenant }: Pick<Memory, "store" | "tenant">): Promise<MemoryDocument[]> {
  const all: MemoryDocument[] = [];
  let cursor: string | null = null;
  do {
    const { documents, next } = await store.list({ tenant, kind: "runbook", cursor });
    all.push(...documents);
    cursor = next;
  } while (cursor !== null);
  return all;
}
