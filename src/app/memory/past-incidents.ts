import { pastTexts } from "../../connectors/files/past-files.ts";
import type { IncidentDocument } from "../../domain/memory.ts";
import { importDocuments, type Imported } from "../../memory/import-documents.ts";
import { importedDocument, readPastLine } from "../../memory/past-incident.ts";
import { readPostMortem } from "../../memory/post-mortem.ts";
import { CAUSES } from "../../rca/catalogue.ts";
import type { Memory } from "../../compose/memory.ts";

export type PastImport = Imported & { bad: readonly { origin: string; why: string }[] };
export type PastImportOptions = {
  onStart?: (count: number) => void;
  onProgress?: (done: number) => void;
  signal?: AbortSignal | undefined;
};

/**
 * Remembers past incidents from a file of JSON lines or a folder of Markdown post-mortems. What cannot be read is named, and the rest is remembered.
 *
 * @throws {IncidentError} as `pastTexts`, the memory and the embedder do.
 */
export async function importPastIncidents(
  { store, embedder, tenant }: Memory,
  path: string,
  { onStart, onProgress, signal }: PastImportOptions = {},
): Promise<PastImport> {
  const { count, texts } = await pastTexts(path);
  onStart?.(count);
  const bad: { origin: string; why: string }[] = [];
  const causes = CAUSES.map(({ id }) => id);
  async function* documents(): AsyncGenerator<IncidentDocument> {
    for await (const past of texts) {
      const read =
        past.kind === "line"
          ? readPastLine(past.text, tenant, causes)
          : documentOf(readPostMortem({ ...past, causes }), tenant);
      if (read === null) continue;
      if ("wrong" in read) bad.push({ origin: past.origin, why: read.wrong });
      else yield read.document;
    }
  }
  const imported = await importDocuments(store, embedder, documents(), {
    signal,
    onProgress: ({ read }) => onProgress?.(read + bad.length),
  });
  return { ...imported, bad };
}

const documentOf = (
  read: ReturnType<typeof readPostMortem>,
  tenant: string,
): { document: IncidentDocument } | { wrong: string } =>
  "wrong" in read ? read : { document: importedDocument(read, tenant) };
