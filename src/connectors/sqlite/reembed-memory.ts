import { embedDocuments } from "../../domain/embed-documents.ts";
import { type Embedder, MemoryDocument, type MemoryEntry, modelId } from "../../domain/memory.ts";
import { checkVector } from "../hybrid/check-vector.ts";
import { readJson } from "../sql/stored-json.ts";
import { vectorBlob } from "./memory-blobs.ts";
import { type MemoryFile, openMemoryFile } from "./memory-file.ts";
import type { SqliteOptions } from "./open-database.ts";

const BATCH = 256;

/**
 * Re-embeds all documents with the model of `embedder`. The new vectors are kept apart until every document has one,
 * and then replace the old ones in one write. Searches are answered throughout, and an interrupted run resumes where
 * it stopped.
 *
 * @returns the number of documents that had another model.
 */
export async function reembedSqlite(
  path: string,
  embedder: Embedder,
  {
    onProgress,
    signal,
    ...options
  }: SqliteOptions & { onProgress?: (done: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<number> {
  const file = openMemoryFile(path, options);
  try {
    const model = modelId(embedder.model);
    const total = countOther(file, model);
    let done = 0;
    for (;;) {
      const missing = nextMissing(file, model);
      if (missing.length === 0) {
        if (swap(file, model)) return total;
        continue; // another process wrote meanwhile
      }
      keep(file, embedder, await embedDocuments(embedder, missing, signal));
      onProgress?.((done += missing.length));
    }
  } finally {
    file.db.close();
  }
}

const countOther = ({ db, run }: MemoryFile, model: string): number =>
  run(() => Number(db.prepare("select count(*) from documents where model <> ?").pluck().get(model)));

/** Documents whose current content has no vector of `model` yet. */
const MISSING = `from documents left join fresh
  on fresh.id = documents.id and fresh.model = ? and fresh.content_hash = documents.content_hash
  where documents.model <> ? and fresh.id is null`;

const nextMissing = ({ db, run }: MemoryFile, model: string): MemoryDocument[] =>
  run(() =>
    db
      .prepare<[string, string], { id: string; document: string }>(
        `select documents.id, documents.document ${MISSING} order by documents.id limit ${BATCH}`,
      )
      .all(model, model),
  ).map(({ id, document }) => readJson(MemoryDocument, document, `the memory document ${id}`));

function keep({ db, writing }: MemoryFile, { model }: Embedder, entries: readonly MemoryEntry[]): void {
  for (const { vector } of entries) checkVector(vector, model);
  const insert = db.prepare("insert or replace into fresh (id, content_hash, model, vector) values (?, ?, ?, ?)");
  writing(() => {
    for (const { document, vector } of entries)
      insert.run(document.id, document.contentHash, modelId(model), vectorBlob(vector));
  });
}

/** Replaces all vectors at once; false when a new document has none yet. New `seq`s make other processes read them. */
const swap = ({ db, writing }: MemoryFile, model: string): boolean =>
  writing(() => {
    if (db.prepare(`select 1 ${MISSING} limit 1`).get(model, model) !== undefined) return false;
    db.prepare(`insert or replace into documents (id, tenant, kind, at_ms, content_hash, model, document, vector, terms)
      select documents.id, tenant, kind, at_ms, documents.content_hash, fresh.model, document, fresh.vector, terms
      from documents join fresh on fresh.id = documents.id and fresh.model = ? where documents.model <> ?`).run(
      model,
      model,
    );
    db.exec("delete from fresh");
    return true;
  });
