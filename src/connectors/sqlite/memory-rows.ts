import { z } from "zod";
import { MemoryDocument, type MemoryKind, Outcome } from "../../domain/memory.ts";
import { readJson } from "../sql/stored-json.ts";
import { readTerms, readVector } from "./memory-blobs.ts";
import type { MemoryFile } from "./memory-file.ts";
import { type MemoryIndex, memoryIndex, type Slot } from "./memory-index.ts";

/** A stored row; `document` is JSON. */
export type StoredDocumentRow = { seq: number; id: string; document: string; vector: Uint8Array; terms: Uint8Array };
type IndexRow = {
  seq: number;
  id: string;
  tenant: string;
  kind: MemoryKind;
  at_ms: number;
  filtered: string;
  vector: Uint8Array;
  terms: Uint8Array;
};

/**
 * The fields that filters use, extracted by SQLite: parsing whole documents would take most of the time. Fields of the
 * other document kind are null.
 */
const FILTERED =
  "json_extract(document, '$.incidentId', '$.system', '$.shape.services', '$.services', '$.cause', '$.causes', " +
  "'$.outcome')";
const Text = z.string().nullable();
const Texts = z.array(z.string()).nullable();
const Filtered = z.tuple([Text, Text, Texts, Texts, Text, Texts, Outcome.nullable()]);

export const readDocument = ({ id, document }: { id: string; document: string }): MemoryDocument =>
  readJson(MemoryDocument, document, `the memory document ${id}`);

function slotOf({ id, kind, tenant, at_ms: atMs, filtered }: IndexRow): Slot {
  const [incidentId, system, served, services, cause, causes, outcome] = readJson(
    Filtered,
    filtered,
    `the memory document ${id}`,
  );
  return {
    id,
    kind,
    tenant,
    atMs,
    incidentId,
    system,
    services: served ?? services ?? [],
    causes: causes ?? (cause === null ? [] : [cause]),
    outcome,
  };
}

/** The index of a file, built on first use and updated each time, because other processes write too. */
export function indexOf(dimension: number): (file: MemoryFile) => MemoryIndex {
  let index = memoryIndex(dimension);
  let seen = 0;
  const readOn = ({ db }: MemoryFile): void => {
    const news = db.prepare<[number], IndexRow>(
      `select seq, id, tenant, kind, at_ms, ${FILTERED} as filtered, vector, terms
        from documents where seq > ? order by seq`,
    );
    for (const row of news.iterate(seen)) {
      index.add({ slot: slotOf(row), vector: readVector(row.vector), terms: readTerms(row.terms) });
      seen = row.seq;
    }
  };
  return (file) => {
    readOn(file);
    const count = Number(file.db.prepare("select count(*) from documents").pluck().get());
    if (count === index.count) return index;
    index = memoryIndex(dimension); // something was removed
    seen = 0;
    readOn(file);
    return index;
  };
}
