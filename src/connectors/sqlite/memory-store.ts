import { z } from "zod";
import { IncidentError } from "../../domain/errors.ts";
import {
  type DocumentOf,
  type EmbeddingModel,
  type IncidentDocument,
  type KnownContent,
  type MemoryDocument,
  type MemoryEntry,
  type MemoryKind,
  type MemoryStore,
  modelId,
  replaces,
} from "../../domain/memory.ts";
import { documentTerms } from "../hybrid/bm25.ts";
import { checkVector, otherModel } from "../hybrid/check-vector.ts";
import { termsBlob, vectorBlob } from "./memory-blobs.ts";
import { type MemoryFile, openMemoryFile } from "./memory-file.ts";
import { indexOf, readDocument, type StoredDocumentRow } from "./memory-rows.ts";
import type { SqliteOptions } from "./open-database.ts";

const DEFAULT_PAGE = 500;

/**
 * The memory of one machine: documents and vectors in a SQLite file that several processes may have open. Each process
 * searches by an exact scan. The first search reads all vectors; later ones read what any process wrote since.
 */
export function sqliteMemoryStore(path: string, model: EmbeddingModel, options: SqliteOptions = {}): MemoryStore {
  const opened: { file: MemoryFile | null } = { file: null };
  const indexed = indexOf(model.dimension);
  /** Opened at first use: a broken memory must not prevent an analysis. */
  const file = (): MemoryFile => {
    const open = (opened.file ??= openMemoryFile(path, options));
    checkModel(open, path, model);
    return open;
  };
  return {
    name: `sqlite (${path})`,
    model,
    put: async (entries) => {
      for (const { vector } of entries) checkVector(vector, model);
      const open = file();
      const written = open.writing(() => {
        checkModel(open, path, model); // again, now that no other process can write
        return entries.filter((entry) => putOne(open, entry, modelId(model))).length;
      });
      return { written, unchanged: entries.length - written };
    },

    search: async (query) => {
      checkVector(query.vector, model);
      const open = file();
      const found = open.run(() => indexed(open)).search(query);
      return found.flatMap(({ item, ...places }) => {
        const document = documentAt(open, item.id);
        return document !== null && isKind(document, query.kind) ? [{ document, ...places }] : [];
      });
    },

    get: async (id) => documentAt(file(), id),

    known: async (ids) => {
      const { db, run } = file();
      const ask = db.prepare<[string], KnownContent>(
        `select content_hash as contentHash, json_extract(document, '$.outcome') as outcome
          from documents where id = ?`,
      );
      return run(() => new Map(ids.flatMap((id) => ask.all(id).map((known): [string, KnownContent] => [id, known]))));
    },

    list: async ({ tenant, kind, cursor = null, limit = DEFAULT_PAGE }) => {
      const { db, run } = file();
      const ask = db.prepare<unknown[], { id: string; document: string }>(
        `select id, document from documents
          where id > ? and (? is null or tenant = ?) and (? is null or kind = ?) order by id limit ?`,
      );
      const rows = run(() =>
        ask.all(cursor ?? "", tenant ?? null, tenant ?? null, kind ?? null, kind ?? null, limit + 1),
      );
      const page = rows.slice(0, limit);
      return { documents: page.map(readDocument), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
    },

    setOutcome: async (id, { outcome, by, atMs }) => {
      const open = file();
      open.writing(() => {
        const row = rowAt(open, id);
        if (row === null)
          throw new IncidentError("NOT_FOUND", `the memory has no document ${id}`, {
            hint: "Run `causeway memory export` to list its documents.",
          });
        const document = asIncident(readDocument(row));
        replaceRow(
          open,
          { ...document, outcome, outcomeBy: by, outcomeAtMs: atMs },
          row.vector,
          row.terms,
          modelId(model),
        );
      });
    },

    remove: async (filter) => {
      const open = file();
      const { db, writing } = open;
      const removed = writing(() => {
        if ("ids" in filter)
          return filter.ids.reduce(
            (count, id) => count + db.prepare("delete from documents where id = ?").run(id).changes,
            0,
          );
        return db
          .prepare("delete from documents where tenant = ? and at_ms < ?")
          .run(filter.tenant, filter.beforeMs ?? Number.MAX_VALUE).changes;
      });
      writing(() => db.exec("delete from fresh where id not in (select id from documents)"));
      emptyLog(open, path);
      return removed;
    },

    describe: async () => {
      const { db, run } = file();
      return { count: run(() => Number(db.prepare("select count(*) from documents").pluck().get())), model };
    },

    close: async () => void opened.file?.db.close(),
  };
}

/** Vectors of another model cannot be compared. */
function checkModel({ db, run }: MemoryFile, path: string, model: EmbeddingModel): void {
  // checking both ends of the index is enough
  const ends = run(() =>
    db
      .prepare<[], { held: string | null }>(
        "select min(model) as held from documents union all select max(model) from documents",
      )
      .all(),
  );
  const other = ends.find(({ held }) => held !== null && held !== modelId(model))?.held;
  if (other != null) throw otherModel(path, other, model);
}

const rowAt = ({ db, run }: MemoryFile, id: string): StoredDocumentRow | null =>
  run(() => db.prepare<[string], StoredDocumentRow>("select * from documents where id = ?").get(id) ?? null);
const documentAt = (file: MemoryFile, id: string): MemoryDocument | null => {
  const row = rowAt(file, id);
  return row === null ? null : readDocument(row);
};
const isKind = <K extends MemoryKind>(document: MemoryDocument, kind: K): document is DocumentOf<K> =>
  document.kind === kind;

function asIncident(document: MemoryDocument): IncidentDocument {
  if (document.kind === "incident") return document;
  throw new IncidentError("BAD_INPUT", `${document.id} is a runbook: it has no outcome`, {
    hint: "Give the id of an incident.",
  });
}

/** @returns true when anything changed. */
function putOne(file: MemoryFile, { document, vector }: MemoryEntry, model: string): boolean {
  const stored = documentAt(file, document.id);
  if (stored !== null && !replaces(stored, document)) return false;
  replaceRow(file, document, vectorBlob(vector), termsBlob(documentTerms(document.text)), model);
  return true;
}

/** Always a new row: its `seq` makes other processes read it. */
function replaceRow(
  { db }: MemoryFile,
  document: MemoryDocument,
  vector: Uint8Array,
  terms: Uint8Array,
  model: string,
): void {
  const { id, tenant, kind, atMs, contentHash } = document;
  db.prepare("delete from documents where id = ?").run(id);
  db.prepare(
    `insert into documents (id, tenant, kind, at_ms, content_hash, model, document, vector, terms)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(id, tenant, kind, atMs, contentHash, model, JSON.stringify(document), vector, terms);
}

/**
 * Empties the write-ahead log, which holds old pages.
 *
 * @throws {IncidentError} UNAVAILABLE while another process reads.
 */
function emptyLog({ db, run }: MemoryFile, path: string): void {
  const result = z.array(z.object({ busy: z.number() })).parse(run(() => db.pragma("wal_checkpoint(TRUNCATE)")));
  if (result.every(({ busy }) => busy === 0)) return;
  throw new IncidentError(
    "UNAVAILABLE",
    `it is removed from the memory, but ${path}-wal still holds a copy: another process is reading`,
    { hint: "Run the command again when that process has finished." },
  );
}
