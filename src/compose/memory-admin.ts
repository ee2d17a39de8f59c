import { importPastIncidents, type PastImport, type PastImportOptions } from "../app/memory/past-incidents.ts";
import { pastTexts } from "../connectors/files/past-files.ts";
import { reembedSqlite } from "../connectors/sqlite/reembed-memory.ts";
import { IncidentError } from "../domain/errors.ts";
import { chooseEmbedder, type Memory, memoryFile, type MemoryPlace } from "./memory.ts";

export type Reembedding = { onProgress?: (done: number) => void; signal?: AbortSignal };

/** Embeds the whole memory again with the configured model. @returns how many documents another model had embedded. */
export async function reembedMemory(place: MemoryPlace, options: Reembedding = {}): Promise<number> {
  const { home, qdrant } = place;
  const embedder = await chooseEmbedder(place);
  return qdrant === null
    ? reembedSqlite(memoryFile(home), embedder, options)
    : (await adminOf(place)).reembed(embedder, options);
}

/** @throws {IncidentError} REJECTED when no Qdrant is configured; otherwise as the connector does. */
export const snapshotMemory = async (place: MemoryPlace, file: string): Promise<void> =>
  (await adminOf(place)).snapshot((await chooseEmbedder(place)).model, file);
/** @throws {IncidentError} as `snapshotMemory` */
export const restoreMemory = async (place: MemoryPlace, file: string): Promise<void> =>
  (await adminOf(place)).restore((await chooseEmbedder(place)).model, file);

async function adminOf({ home, qdrant, proxy }: MemoryPlace) {
  if (qdrant !== null) return (await import("../connectors/qdrant/admin.ts")).qdrantAdmin({ ...qdrant, proxy });
  throw new IncidentError("REJECTED", "snapshots need a Qdrant, and none is configured", {
    hint: `The memory is the file ${memoryFile(home)}. Stop Causeway and copy that file instead.`,
  });
}

/**
 * Imports past incidents from a file or a folder.
 *
 * @throws {IncidentError} as `pastTexts`, the memory and the embedder do.
 */
export const importPastFrom = async (
  memory: Memory,
  path: string,
  options: PastImportOptions = {},
): Promise<PastImport> => importPastIncidents(memory, await pastTexts(path), options);
