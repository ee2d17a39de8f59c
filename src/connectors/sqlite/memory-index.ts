import type { MemoryFilter, MemoryKind, MemoryQuery, Outcome } from "../../domain/memory.ts";
import { queryTerms, rarity } from "../hybrid/bm25.ts";
import { depthFor, type Fused, fuse, type Hit } from "../hybrid/fuse.ts";
import { type VectorRows, vectorRows } from "./vector-rows.ts";

/** The fields of a document that filters use. `system` and `outcome` are null for a runbook. */
export type Slot = {
  id: string;
  kind: MemoryKind;
  tenant: string;
  atMs: number;
  incidentId: string | null;
  system: string | null;
  services: readonly string[];
  causes: readonly string[];
  outcome: Outcome | null;
};
/** `vector` has length 1, or is zero. */
export type Indexed = { slot: Slot; vector: Float32Array; terms: { indices: Uint32Array; values: Float32Array } };
type Posting = { places: number[]; weights: number[] };

/** Documents by vector and by word, in memory. */
export type MemoryIndex = {
  readonly count: number;
  /** Replaces a document with the same id. */
  add(document: Indexed): void;
  search(query: MemoryQuery<MemoryKind>): Fused<Slot>[];
};

/** Scans exactly: below some 50,000 documents, approximate search is not enough faster to justify its errors. */
export function memoryIndex(dimension: number): MemoryIndex {
  /** A replaced document leaves null; its row and its postings stay and are skipped. */
  const slots: (Slot | null)[] = [];
  const rows: VectorRows = vectorRows(dimension);
  const byId = new Map<string, number>();
  const postings = new Map<number, Posting>();
  /** Places of documents with at least one word. */
  const worded = new Set<number>();
  return {
    get count() {
      return byId.size;
    },

    add({ slot, vector, terms }) {
      const place = slots.length;
      const replaced = byId.get(slot.id);
      if (replaced !== undefined) {
        slots[replaced] = null;
        worded.delete(replaced);
      }
      slots.push(slot);
      rows.push(vector);
      byId.set(slot.id, place);
      if (terms.indices.length > 0) worded.add(place);
      for (const [i, term] of terms.indices.entries()) addPosting(postings, term, place, terms.values[i] ?? 0);
    },

    search(query) {
      const wanted = flagged(slots.length, (place) => {
        const slot = slots[place];
        return slot != null && isWanted(slot, query);
      });
      const bm25 = new Float64Array(slots.length);
      for (const term of queryTerms(query.text).indices) {
        const posting = postings.get(term);
        if (posting !== undefined) addScores(bm25, posting, slots, worded.size);
      }
      const depth = depthFor(query.limit);
      const dense = rows.products(unitOf(query.vector), wanted);
      const worthy = flagged(slots.length, (place) => wanted[place] !== 0 && (bm25[place] ?? 0) > 0);
      return fuse(best(dense, slots, wanted, depth), best(bm25, slots, worthy, depth), query.limit);
    },
  };
}

function flagged(length: number, matches: (place: number) => boolean): Uint8Array {
  const flags = new Uint8Array(length);
  for (let place = 0; place < length; place += 1) if (matches(place)) flags[place] = 1;
  return flags;
}

function addPosting(postings: Map<number, Posting>, term: number, place: number, weight: number): void {
  const posting = postings.get(term) ?? { places: [], weights: [] };
  posting.places.push(place);
  posting.weights.push(weight);
  postings.set(term, posting);
}

/** Rarity counts all documents, whatever the filter, as in Qdrant. */
function addScores(
  scores: Float64Array,
  { places, weights }: Posting,
  slots: readonly (Slot | null)[],
  worded: number,
): void {
  let holders = 0;
  for (const place of places) if (slots[place] !== null) holders += 1;
  const idf = rarity(worded, holders);
  for (let i = 0; i < places.length; i += 1) {
    const place = places[i] ?? 0;
    scores[place] = (scores[place] ?? 0) + idf * (weights[i] ?? 0);
  }
}

const anyOf = (wanted: readonly string[] | undefined, held: readonly (string | null)[]): boolean =>
  wanted === undefined || held.some((value) => value !== null && wanted.includes(value));

function isWanted(slot: Slot, { kind, tenant, excludeIncidentIds, filter = {} }: MemoryQuery<MemoryKind>): boolean {
  if (slot.kind !== kind || slot.tenant !== tenant) return false;
  if (slot.incidentId !== null && excludeIncidentIds.includes(slot.incidentId)) return false;
  if (!anyOf(filter.services, slot.services) || !anyOf(filter.causes, slot.causes)) return false;
  return slot.kind === "runbook" || isInside(slot, filter);
}

const isInside = (
  slot: Slot,
  { system, outcomes, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: MemoryFilter,
): boolean =>
  (system === undefined || slot.system === system) &&
  anyOf(outcomes, [slot.outcome]) &&
  slot.atMs >= fromMs &&
  slot.atMs <= toMs;

/** The best wanted documents, best first. It sorts plain numbers to find the cut, because sorting objects is slower. */
function best(scores: Float64Array, slots: readonly (Slot | null)[], wanted: Uint8Array, depth: number): Hit<Slot>[] {
  const ascending = scores.filter((_, place) => wanted[place] !== 0).sort();
  const cut = ascending.at(-depth) ?? Number.NEGATIVE_INFINITY;
  const hits: Hit<Slot>[] = [];
  for (const [place, slot] of slots.entries()) {
    const score = scores[place] ?? 0;
    if (slot !== null && wanted[place] !== 0 && score >= cut) hits.push({ item: slot, score });
  }
  return hits
    .sort((a, b) => b.score - a.score || b.item.atMs - a.item.atMs || (a.item.id < b.item.id ? -1 : 1))
    .slice(0, depth);
}

function unitOf(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}
