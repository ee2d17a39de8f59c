import { reembedSqlite } from "../connectors/sqlite/reembed-memory.ts";
import { IncidentError } from "../domain/errors.ts";
import type { MemoryDocument } from "../domain/memory.ts";
import { importDocuments, type Imported, type ImportOptions } from "../memory/import-documents.ts";
import { chooseEmbedder, type Memory, memoryFile, type MemoryPlace } from "./memory.ts";

export type Reembedding = { onProgress?: (done: number) => void; signal?: AbortSignal };

/** Embeds all that is remembered anew with the model in force. @returns how many documents were of another. */
export async function reembedMemory(place: MemoryPlace, options: Reembedding = {}): Promise<number> {
  const { home, qdrant } = place;
  const embedder = await chooseEmbedder(place);
  return qdrant === null
    ? reembedSqlite(memoryFile(home), embedder, options)
    : (await adminOf(place)).reembed(embedder, options);
}

/** @throws {IncidentError} REJECTED where the memory is embedded; and as the connector says. */
export const snapshotMemory = async (place: MemoryPlace, file: string): Promise<void> =>
  (await adminOf(place)).snapshot((await chooseEmbedder(place)).model, file);
/** @throws {IncidentError} as `snapshotMemory` */
export const restoreMemory = async (place: MemoryPlace, file: string): Promise<void> =>
  (await adminOf(place)).restore((await chooseEmbedder(place)).model, file);

async function adminOf({ home, qdrant, proxy }: MemoryPlace) {
  if (qdrant !== null) return (await import("../connectors/qdrant/admin.ts")).qdrantAdmin({ ...qdrant, proxy });
  throw new IncidentError("REJECTED", "snapshots are taken of a Qdrant, and none is configured", {
    hint: `The memory is the file ${memoryFile(home)}: copy that, while nothing runs.`,
  });
}

/** @throws {IncidentError} as the memory and the embedder do. */
export const importIntoMemory = (
  { store, embedder }: Memory,
  source: Iterable<MemoryDocument> | AsyncIterable<MemoryDocument>,
  options: ImportOptions = {},
): Promise<Imported> => importDocuments(store, embedder, source, options);
