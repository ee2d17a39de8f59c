import type { PastCauses } from "../domain/hypothesis.ts";
import type { MemoryCandidate } from "../domain/memory.ts";
import { recallText, type Seen } from "../memory/document.ts";
import { rankSimilar, type SimilarIncident } from "../memory/rank-similar.ts";
import { placesOf } from "../memory/roles.ts";
import { signsAround } from "../memory/signs.ts";
import { whySimilar } from "../memory/why-similar.ts";
import type { Similar } from "./artifacts.ts";
import type { Memory } from "./deps.ts";

/**
 * Maximum number of candidates that are compared by structure, which finds matches that share no words. Comparing this
 * many takes about 10 ms.
 */
const MAX_CANDIDATES = 400;
const MAX_SIMILAR = 5;
const MAX_PER_CAUSE = 3;
/** A past incident less likely to have the same cause does not help. */
const MIN_PROBABILITY = 0.1;
/** Maximum number of suspects that are compared with past incidents. */
const MAX_SUSPECTS = 5;

/** `signs`: signs around the first suspect, by role. */
export type Recalled = { similar: SimilarIncident[]; past: PastCauses[]; signs: ReturnType<typeof signsAround> };
/** `nowMs` null: the age of past incidents does not count. */
export type RecallOptions = { nowMs: number | null; limit?: number; minProbability?: number };

/**
 * Finds past incidents like this one (never the incident itself), with the causes that they suggest for its suspects.
 *
 * @throws {IncidentError} UNAVAILABLE when the memory or the embedding model is down.
 */
export const recall = async (
  seen: Seen,
  memory: Memory,
  { signal, ...options }: RecallOptions & { signal?: AbortSignal | undefined },
): Promise<Recalled> => rankFound(seen, await findCandidates(seen, memory, signal), options);

/** Searches by text and vector. Empty if there is nothing to search for. @throws {IncidentError} as `recall` */
export async function findCandidates(
  seen: Seen,
  { store, embedder, tenant }: Memory,
  signal?: AbortSignal,
): Promise<MemoryCandidate[]> {
  const text = recallText(seen);
  const [vector] = text === "" ? [] : await embedder.embed([text], signal);
  return vector === undefined
    ? []
    : store.search(
        { kind: "incident", tenant, text, vector, excludeIncidentIds: [seen.incident.id], limit: MAX_CANDIDATES },
        signal,
      );
}

/** Ranks the candidates by structure. */
export function rankFound(
  seen: Seen,
  candidates: readonly MemoryCandidate[],
  { nowMs, limit = MAX_SIMILAR, minProbability = MIN_PROBABILITY }: RecallOptions,
): Recalled {
  const places = placesOf(seen.topology, seen.incident.entry);
  const suspects = seen.ranking.hypotheses
    .slice(0, MAX_SUSPECTS)
    .map((hypothesis) => ({ hypothesis, signs: signsAround(hypothesis.entity.id, seen.findings, places) }));
  return {
    ...rankSimilar({ text: recallText(seen), suspects }, candidates, {
      limit,
      maxPerCause: MAX_PER_CAUSE,
      nowMs,
      minProbability,
    }),
    signs: suspects[0]?.signs ?? [],
  };
}

/** The similar incidents for the report, each with the reason. */
export const described = ({ similar, signs }: Recalled, seen: Seen): Similar =>
  similar.map(({ document, probability }) => ({
    incidentId: document.incidentId,
    title: document.title,
    entity: document.entity,
    cause: document.cause,
    outcome: document.outcome,
    outcomeBy: document.outcomeBy,
    atMs: document.atMs,
    probability,
    why: whySimilar(document, seen, signs),
    ...(document.tried === undefined ? {} : { tried: document.tried }),
  }));
