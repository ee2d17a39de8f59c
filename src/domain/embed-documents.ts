import { IncidentError } from "./errors.ts";
import { type Embedder, embeddedText, type MemoryDocument, type MemoryEntry, modelId } from "./memory.ts";

/**
 * Documents with their vectors, in order.
 *
 * @throws {IncidentError} as the embedder does; BAD_RESPONSE where it gives another number of vectors than texts.
 */
export async function embedDocuments(
  embedder: Embedder,
  documents: readonly MemoryDocument[],
  signal?: AbortSignal,
): Promise<MemoryEntry[]> {
  if (documents.length === 0) return [];
  const vectors = await embedder.embed(documents.map(embeddedText), signal);
  signal?.throwIfAborted();
  if (vectors.length === documents.length)
    return documents.flatMap((document, i) => (vectors[i] === undefined ? [] : [{ document, vector: vectors[i] }]));
  throw new IncidentError(
    "BAD_RESPONSE",
    `${modelId(embedder.model)} gave ${vectors.length} vectors for ${documents.length} texts`,
    { hint: "Look at what the embedding server answers." },
  );
}
