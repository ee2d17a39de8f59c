import type { IncidentDocument, MemoryDocument, MemoryStore } from "../../domain/memory.ts";

/** All documents of a tenant, page by page. */
async function* allDocuments(store: MemoryStore, tenant: string): AsyncGenerator<MemoryDocument> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<MemoryStore["list"]>> = await store.list({ tenant, cursor });
    yield* page.documents;
    cursor = page.next;
  } while (cursor !== null);
}

/** Lines of JSON, one for each document. */
export async function* exportDocuments(store: MemoryStore, tenant: string): AsyncGenerator<string> {
  for await (const document of allDocuments(store, tenant)) yield `${JSON.stringify(document)}\n`;
}

/** Documents in which somebody is named, as a whole word or words, however these are cased: in the title, the text, what was done, or as the one who judged it. */
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
  ...(document.kind === "incident" ? ofIncident(document) : []),
];
const ofIncident = ({ incidentId, entity, resolution, outcomeBy }: IncidentDocument): string[] =>
  [incidentId, entity, resolution, outcomeBy].flatMap((text) => text ?? []);
