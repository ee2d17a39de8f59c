import type { Memory } from "../../agent/deps.ts";
import type { MemoryDocument } from "../../domain/memory.ts";
import { importDocuments, type Imported, type ImportOptions } from "../../memory/import-documents.ts";

/** Imports documents into the memory. @throws {IncidentError} as the memory and the embedder do. */
export const importIntoMemory = (
  { store, embedder }: Memory,
  source: Iterable<MemoryDocument> | AsyncIterable<MemoryDocument>,
  options: ImportOptions = {},
): Promise<Imported> => importDocuments(store, embedder, source, options);
