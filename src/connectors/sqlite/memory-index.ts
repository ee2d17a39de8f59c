import type { MemoryDocument, MemoryFilter, MemoryKind, MemoryQuery, Outcome } from "../../domain/memory.ts";
import { queryTerms, rarity } from "../hybrid/bm25.ts";
import { depthFor, type Fused, fuse, type Hit } from "../hybrid/fuse.ts";

/** What search needs of a document in memory. */
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
  vector: Float32Array;
  terms: { indices: Uint32Array; values: Float32Array };
};
type Posting = { slots: number[]; weights: number[] };

/** Documents by vector and by word, in memory. */
export type MemoryIndex = {
  readonly count: number;
  /** In place of what had the same id. */
  add(slot: Slot): void;
  search(query: MemoryQuery<MemoryKind>): Fused<Slot>[];
};

export const slotOf = (document: MemoryDocument, vector: Slot["vector"], terms: Slot["terms"]): Slot => {
  const { id, kind, tenant, atMs } = document;
  const common = { id, kind, tenant, atMs, vector, terms };
  if (document.kind === "runbook") return { ...common, incidentId: null, system: null, services: document.services, causes: document.causes, outcome: null };
  const { incidentId, system, shape, cause, outcome } = document;
  return { ...common, incidentId, system, services: shape.services, causes: cause === null ? [] : [cause], outcome };
};

/** An exact scan: below some 50,000 documents nothing that approximates is enough faster to be worth its errors. */
export function memoryIndex(): MemoryIndex {
  /** A replaced document leaves null: its places in the postings stay, and are passed over. */
  const slots: (Slot | null)[] = [];
  const byId = new Map<string, number>();
  const postings = new Map<number, Posting>();
  return {
    get count() {
      return byId.size;
    },

    add(slot) {
      const place = slots.length;
      const replaced = byId.get(slot.id);
      if (replaced !== undefined) slots[replaced] = null;
      slots.push(slot);
      byId.set(slot.id, place);
      for (const [i, term] of slot.terms.indices.entries()) {
        const posting = postings.get(term) ?? { slots: [], weights: [] };
        posting.slots.push(place);
        posting.weights.push(slot.terms.values[i] ?? 0);
        postings.set(term, posting);
      }
    },

    search(query) {
      const wanted = slots.map((slot) => slot !== null && isWanted(slot, query));
      const worded = [...byId.values()].reduce((count, place) => count + ((slots[place]?.terms.indices.length ?? 0) > 0 ? 1 : 0), 0);
      const scores = new Float64Array(slots.length);
      for (const term of queryTerms(query.text).indices) {
        const posting = postings.get(term);
        if (posting !== undefined) addScores(scores, posting, slots, worded);
      }
      const hits = (scoreOf: (slot: Slot, place: number) => number): Hit<Slot>[] =>
        slots.flatMap((slot, place) => (slot !== null && wanted[place] === true ? [{ item: slot, score: scoreOf(slot, place) }] : []));
      const unit = unitOf(query.vector);
      const depth = depthFor(query.limit);
      const dense = best(hits((slot) => dot(slot.vector, unit)), depth);
      const bm25 = best(hits((_, place) => scores[place] ?? 0).filter(({ score }) => score > 0), depth);
      return fuse(dense, bm25, query.limit);
    },
  };
}

/** Rarity is counted over all that is remembered, whatever the filter: as Qdrant does. */
function addScores(scores: Float64Array, posting: Posting, slots: readonly (Slot | null)[], worded: number): void {
  const holders = posting.slots.reduce((count, place) => count + (slots[place] === null ? 0 : 1), 0);
  const idf = rarity(worded, holders);
  for (const [i, place] of posting.slots.entries()) scores[place] = (scores[place] ?? 0) + idf * (posting.weights[i] ?? 0);
}

const anyOf = (asked: readonly string[] | undefined, held: readonly (string | null)[]): boolean => asked === undefined || held.some((value) => value !== null && asked.includes(value));

function isWanted(slot: Slot, { kind, tenant, excludeIncidentIds, filter = {} }: MemoryQuery<MemoryKind>): boolean {
  if (slot.kind !== kind || slot.tenant !== tenant) return false;
  if (slot.incidentId !== null && excludeIncidentIds.includes(slot.incidentId)) return false;
  if (!anyOf(filter.services, slot.services) || !anyOf(filter.causes, slot.causes)) return false;
  return slot.kind === "runbook" || isInside(slot, filter);
}

const isInside = (slot: Slot, { system, outcomes, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: MemoryFilter): boolean =>
  (system === undefined || slot.system === system) && anyOf(outcomes, [slot.outcome]) && slot.atMs >= fromMs && slot.atMs <= toMs;

const best = (hits: Hit<Slot>[], depth: number): Hit<Slot>[] => hits.sort((a, b) => b.score - a.score || b.item.atMs - a.item.atMs || (a.item.id < b.item.id ? -1 : 1)).slice(0, depth);

function unitOf(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
