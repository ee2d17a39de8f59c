import type { Memory } from "../../agent/deps.ts";
import { findCandidates, rankFound } from "../../agent/recall.ts";
import { embedDocuments } from "../../domain/embed-documents.ts";
import type { IncidentDocument } from "../../domain/memory.ts";
import { type Blamed, blamedBy, incidentDocument, type Seen } from "../../memory/document.ts";

export type { Seen } from "../../memory/document.ts";

/** What search finds and what recall makes of it: ids of incidents, best first. `hybrid` is the store's own order. */
export type RecallLists = { bm25: string[]; dense: string[]; hybrid: string[]; structure: string[] };
/** One of what is shown, with what its probability rests on. */
export type RecalledIncident = {
  incidentId: string;
  cause: string | null;
  probability: number;
  stands: Readonly<Record<string, number>>;
};

/**
 * The incident as it is remembered after a person has looked at it: confirmed where the analysis named both entity and cause, else corrected.
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

/** Puts documents into a memory, each with its vector. @throws {IncidentError} as the memory and the embedder do. */
export async function rememberAll({ store, embedder }: Memory, documents: readonly IncidentDocument[]): Promise<void> {
  await store.put(await embedDocuments(embedder, documents));
}

/** What each way of looking gives, and what would be shown. Age counts for nothing. */
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
  const all = rankFound(seen, found, { nowMs: null, limit: found.length });
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
