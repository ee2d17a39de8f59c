import { IncidentError } from "./errors.ts";
import { type Embedder, embeddedText, type MemoryDocument, type MemoryEntry, modelId } from "./memory.ts";

/**
 * Pairs each document with its vector, in order.
 *
 * @throws {IncidentError} as the embedder does; BAD_RESPONSE if the number of vectors differs from the number of texts.
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
    `${modelId(embedder.model)} returned ${vectors.length} vectors for ${documents.length} texts`,
    { hint: "Check the embedding server's answer: it must return one vector for each text." },
  );
}
