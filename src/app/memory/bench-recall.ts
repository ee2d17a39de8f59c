import type { Memory } from "../../agent/deps.ts";
import { findCandidates, rankFound } from "../../agent/recall.ts";
import { embedDocuments } from "../../domain/embed-documents.ts";
import type { IncidentDocument } from "../../domain/memory.ts";
import { type Blamed, blamedBy, incidentDocument, type Seen } from "../../memory/document.ts";

export type { Seen } from "../../memory/document.ts";

/**
 * Ids of incidents, best first, by each way of searching. `hybrid`: the order of the store. `structure`: after recall.
 */
export type RecallLists = { bm25: string[]; dense: string[]; hybrid: string[]; structure: string[] };
/** A past incident that a report would show, with the features of its probability. */
export type RecalledIncident = {
  incidentId: string;
  cause: string | null;
  probability: number;
  stands: Readonly<Record<string, number>>;
};

/**
 * The memory document after a person's review: confirmed if the analysis named both entity and cause, otherwise
 * corrected.
 *
 * @param truth what the person found.
 */
export function reviewedDocument(
  seen: Seen,
  truth: Blamed,
  { tenant, by, atMs }: { tenant: string; by: string; atMs: number },
): IncidentDocument {
  const concluded = blamedBy(seen.ranking);
  const outcome = concluded.entity === truth.entity && concluded.cause === truth.cause ? "confirmed" : "corrected";
  return incidentDocument(
    { seen, tenant, analysisId: "bench", atMs, judgement: { outcome, by, atMs }, resolution: null },
    truth,
  );
}

/** Stores documents in a memory, each with its vector. @throws {IncidentError} as the memory and the embedder do. */
export async function rememberAll({ store, embedder }: Memory, documents: readonly IncidentDocument[]): Promise<void> {
  await store.put(await embedDocuments(embedder, documents));
}

/** The results of each way of searching, and what a report would show. Ignores the age of incidents. */
export async function recallLists(
  seen: Seen,
  memory: Memory,
): Promise<{ lists: RecallLists; shown: RecalledIncident[] }> {
  const found = await findCandidates(seen, memory);
  const by = (list: "bm25" | "dense"): string[] =>
    found
      .filter((one) => one[list] !== null)
      .toSorted((a, b) => (a[list]?.rank ?? 0) - (b[list]?.rank ?? 0) || (a.document.id < b.document.id ? -1 : 1))
      .map(({ document }) => document.incidentId);
  const all = rankFound(seen, found, { nowMs: null, limit: found.length, minProbability: 0 });
  const shown = rankFound(seen, found, { nowMs: null });
  return {
    lists: {
      bm25: by("bm25"),
      dense: by("dense"),
      hybrid: found.map(({ document }) => document.incidentId),
      structure: all.similar.map(({ document }) => document.incidentId),
    },
    shown: shown.similar.map(({ document, probability, features: stands }) => ({
      incidentId: document.incidentId,
      cause: document.cause,
      probability,
      stands,
    })),
  };
}
