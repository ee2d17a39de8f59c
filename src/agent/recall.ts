import type { PastCauses } from "../domain/hypothesis.ts";
import { recallText, type Seen } from "../memory/document.ts";
import { rankSimilar, type SimilarIncident } from "../memory/rank-similar.ts";
import { placesOf } from "../memory/roles.ts";
import { signsAround } from "../memory/signs.ts";
import { whySimilar } from "../memory/why-similar.ts";
import type { Similar } from "./bodies.ts";
import type { Memory } from "./deps.ts";

/** What search hands over to be compared by structure, which finds likenesses that no word tells of: more find more, and this many are compared in some 10 ms. */
export const MAX_CANDIDATES = 400;
const MAX_SIMILAR = 5;
const MAX_PER_CAUSE = 3;
/** Suspects further down are not worth asking the past about. */
const MAX_SUSPECTS = 5;

/** `signs`: what was seen, by role, around the first suspect. */
export type Recalled = { similar: SimilarIncident[]; past: PastCauses[]; signs: ReturnType<typeof signsAround> };
export type RecallOptions = { nowMs: number | null; limit?: number; excludeIncidentIds: readonly string[]; signal?: AbortSignal | undefined };

/**
 * Past incidents like this one, never itself, and what they say of its suspects. `null`: there is nothing to look for.
 *
 * @throws {IncidentError} UNAVAILABLE where the memory or the embedding model cannot be asked.
 */
export async function recall(seen: Seen, { store, embedder, tenant }: Memory, { nowMs, limit = MAX_SIMILAR, excludeIncidentIds, signal }: RecallOptions): Promise<Recalled | null> {
  const text = recallText(seen);
  if (text === "") return null;
  const [vector] = await embedder.embed([text], signal);
  if (vector === undefined) return null;
  const candidates = await store.search({ kind: "incident", tenant, text, vector, excludeIncidentIds: [seen.incident.id, ...excludeIncidentIds], limit: MAX_CANDIDATES }, signal);
  const places = placesOf(seen.topology, seen.incident.entry);
  const suspects = seen.ranking.hypotheses.slice(0, MAX_SUSPECTS).map((hypothesis) => ({ hypothesis, signs: signsAround(hypothesis.entity.id, seen.findings, places) }));
  return { ...rankSimilar({ suspects }, candidates, { limit, maxPerCause: MAX_PER_CAUSE, nowMs }), signs: suspects[0]?.signs ?? [] };
}

/** What a report says of them, each with why. */
export const described = ({ similar, signs }: Recalled, seen: Seen): Similar =>
  similar.map(({ document, probability }) => ({
    incidentId: document.incidentId, title: document.title, entity: document.entity, cause: document.cause, outcome: document.outcome, outcomeBy: document.outcomeBy,
    atMs: document.atMs, probability, why: whySimilar(document, seen, signs),
  }));
