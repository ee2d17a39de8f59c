import type { IncidentDocument, MemoryDocument, MemoryStore } from "../../domain/memory.ts";

/** Yields all documents of a tenant, page by page. */
async function* allDocuments(store: MemoryStore, tenant: string): AsyncGenerator<MemoryDocument> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<MemoryStore["list"]>> = await store.list({ tenant, cursor });
    yield* page.documents;
    cursor = page.next;
  } while (cursor !== null);
}

/** Yields one line of JSON for each document. */
export async function* exportDocuments(store: MemoryStore, tenant: string): AsyncGenerator<string> {
  for await (const document of allDocuments(store, tenant)) yield `${JSON.stringify(document)}\n`;
}

/**
 * The documents that name a person: in the title, the text or the resolution, or as the person who judged it. Matches
 * whole words, in any case.
 */
export async function documentsNaming(store: MemoryStore, tenant: string, person: string): Promise<MemoryDocument[]> {
  const name = new RegExp(
    `(?<![\\p{L}\\p{N}])${person
      .trim()
      .replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")
      .replace(/\s+/g, "\\s+")}(?![\\p{L}\\p{N}])`,
    "iu",
  );
  const named: MemoryDocument[] = [];
  for await (const document of allDocuments(store, tenant))
    if (wordsOf(document).some((text) => name.test(text))) named.push(document);
  return named;
}

const wordsOf = (document: MemoryDocument): string[] => [
  document.title,
  document.text,
  ...(document.kind === "incident" ? incidentWords(document) : []),
];
const incidentWords = ({ incidentId, entity, resolution, outcomeBy, tried = [] }: IncidentDocument): string[] =>
  [incidentId, entity, resolution, outcomeBy, ...tried.flatMap(({ by, why }) => [by, why])].flatMap(
    (text) => text ?? [],
  );
