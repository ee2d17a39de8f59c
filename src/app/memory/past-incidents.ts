import type { Memory } from "../../agent/deps.ts";
import type { IncidentDocument } from "../../domain/memory.ts";
import type { PastTexts } from "../../domain/past-text.ts";
import { importDocuments, type Imported } from "../../memory/import-documents.ts";
import { importedDocument, readPastLine } from "../../memory/past-incident.ts";
import { readPostMortem } from "../../memory/post-mortem.ts";
import { CAUSES } from "../../rca/catalogue.ts";

/** `bad`: texts that cannot be read. `notes`: what was skipped in the others, or assumed. */
export type PastImport = Imported & {
  bad: readonly { origin: string; why: string }[];
  notes: readonly { origin: string; what: string }[];
};
export type PastImportOptions = {
  onStart?: (count: number) => void;
  onProgress?: (done: number) => void;
  signal?: AbortSignal | undefined;
};

/**
 * Imports past incidents into the memory. Texts that cannot be read are listed in `bad`, and the rest is imported.
 *
 * @throws {IncidentError} as the memory and the embedder do.
 */
export async function importPastIncidents(
  { store, embedder, tenant }: Memory,
  { count, texts }: PastTexts,
  { onStart, onProgress, signal }: PastImportOptions = {},
): Promise<PastImport> {
  onStart?.(count);
  const bad: { origin: string; why: string }[] = [];
  const notes: { origin: string; what: string }[] = [];
  const causes = CAUSES.map(({ id }) => id);
  async function* documents(): AsyncGenerator<IncidentDocument> {
    for await (const past of texts) {
      const { origin } = past;
      const postMortem = past.kind === "line" ? null : readPostMortem({ ...past, causes });
      const read = postMortem === null ? readPastLine(past.text, tenant, causes) : documentOf(postMortem, tenant);
      if (read === null) continue;
      if (postMortem !== null && "notes" in postMortem)
        notes.push(...postMortem.notes.map((what) => ({ origin, what })));
      if ("wrong" in read) bad.push({ origin, why: read.wrong });
      else yield read.document;
    }
  }
  const imported = await importDocuments(store, embedder, documents(), {
    signal,
    onProgress: ({ read }) => onProgress?.(read + bad.length),
  });
  return { ...imported, bad, notes };
}

const documentOf = (
  read: ReturnType<typeof readPostMortem>,
  tenant: string,
): { document: IncidentDocument } | { wrong: string } =>
  "wrong" in read ? read : { document: importedDocument(read.past, tenant) };
