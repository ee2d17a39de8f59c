import { embedDocuments } from "../domain/embed-documents.ts";
import { type Embedder, knownContent, type MemoryDocument, type MemoryStore } from "../domain/memory.ts";

/** Documents of a batch: enough to keep an embedding server busy, few enough to repeat. */
const BATCH = 256;

/**
 * `known`: stored before with the same content and outcome. `kept`: the stored document is newer or judged by a person,
 * and stayed.
 */
export type Imported = { read: number; written: number; known: number; kept: number };
export type ImportOptions = { onProgress?: (imported: Imported) => void; signal?: AbortSignal | undefined };

/**
 * Stores many documents in batches. Known documents are not embedded again, so an interrupted import continues where it
 * stopped when run again. Everything that `onProgress` has reported is on disk.
 *
 * @throws {IncidentError} as the store and the embedder do.
 */
export async function importDocuments(
  store: MemoryStore,
  embedder: Embedder,
  source: Iterable<MemoryDocument> | AsyncIterable<MemoryDocument>,
  { onProgress, signal }: ImportOptions = {},
): Promise<Imported> {
  const imported = { read: 0, written: 0, known: 0, kept: 0 };
  for await (const batch of batchesOf(source)) {
    signal?.throwIfAborted();
    const stored = await store.known(batch.map(({ id }) => id));
    const news = batch.filter((document) => !isSame(document, stored));
    const { written, unchanged } = await store.put(await embedDocuments(embedder, news, signal));
    imported.read += batch.length;
    imported.written += written;
    imported.known += batch.length - news.length;
    imported.kept += unchanged;
    onProgress?.({ ...imported });
  }
  return imported;
}

function isSame(document: MemoryDocument, stored: Awaited<ReturnType<MemoryStore["known"]>>): boolean {
  const [one, other] = [knownContent(document), stored.get(document.id)];
  return other !== undefined && one.contentHash === other.contentHash && one.outcome === other.outcome;
}

async function* batchesOf<T>(source: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const one of source) {
    batch.push(one);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
