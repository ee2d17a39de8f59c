import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import type { Hypothesis, PastCauses } from "../domain/hypothesis.ts";
import type { IncidentDocument, IncidentShape, MemoryCandidate } from "../domain/memory.ts";
import { believed, outcomeWeight, pastCauses } from "./past-causes.ts";
import { structureIn } from "./signs.ts";
import { sigmoid } from "../stats/logistic.ts";
import calibration from "./calibration.json" with { type: "json" };

/** In reciprocal ranks: what is first of several lists outweighs what is in the middle of all. Smaller than search's own 60, since these lists are short and good at their top. */
const RANK_OFFSET = 10;
/** By how much each order counts. Structure alone orders best by far; words bring in what it does not see. Set on the development suites; see docs/memory.md. */
const LIST_WEIGHT = { dense: 1, bm25: 1, structure: 4, expected: 1 } as const;

/** Search by vector always finds something. What shares neither a word nor a sign must be at least this near. */
const ALIKE_BY_VECTOR = 0.5;

/** The present incident as recall reads it: its signs around each suspect, best first, and the suspects themselves. */
export type Present = {
  suspects: readonly {
    hypothesis: Pick<Hypothesis, "entity" | "cause" | "confidence">;
    signs: IncidentShape["signs"];
  }[];
};
export type RankOptions = {
  limit: number;
  /** Of one cause, among the first `limit`, as long as there are others. */
  maxPerCause: number;
  /** Null: age counts for nothing. */
  nowMs: number | null;
};

/** `score` orders and means nothing else. `probability`: that the past cause is the present one. */
export type SimilarIncident = {
  document: IncidentDocument;
  probability: number;
  score: number;
  features: MatchFeatures;
};
export type Recall = { similar: SimilarIncident[]; past: PastCauses[] };

/**
 * Orders what search found: four orders (by vector, by words, by structure, by how likely the present evidence finds the past cause) fused by reciprocal rank, less for what is old,
 * unconfirmed or was called wrong; and what all of them together say of each suspect's cause.
 *
 * @param candidates as search gave them. Those without anything in common are left out.
 */
export function rankSimilar(
  { suspects }: Present,
  candidates: readonly MemoryCandidate[],
  { limit, maxPerCause, nowMs }: RankOptions,
): Recall {
  const documents = candidates.map(({ document }) => document);
  const likenessTo = structureIn(documents.map(({ shape }) => shape.signs));
  const likeness = suspects.map(({ signs }) => likenessTo(signs));
  const past = suspects.map(({ hypothesis }, at) =>
    pastCauses(hypothesis.entity.id, documents, likeness[at] ?? [], nowMs),
  );
  const expected = expectedCauses(suspects);
  const share = new Map(past[0]?.causes.map((said) => [said.cause, said.share]));
  const features = candidates.map(({ document: { cause }, dense }, at): MatchFeatures => ({
    structure: likeness[0]?.[at] ?? 0,
    dense: Math.max(0, dense?.score ?? 0),
    expected: cause === null ? 0 : (expected.get(cause) ?? 0),
    share: cause === null ? 0 : (share.get(cause) ?? 0),
  }));
  const places = {
    structure: placesBy(features.map((one) => one.structure)),
    expected: placesBy(features.map((one) => one.expected)),
  };
  const ranked = candidates.flatMap(({ document, dense, bm25 }, at): SimilarIncident[] => {
    const own = features[at];
    if (own === undefined || (bm25 === null && own.structure === 0 && own.dense < ALIKE_BY_VECTOR)) return [];
    const fused =
      reciprocal("dense", dense?.rank) +
      reciprocal("bm25", bm25?.rank) +
      reciprocal("structure", places.structure[at]) +
      reciprocal("expected", places.expected[at]);
    const hasCause = document.cause !== null && document.cause !== UNKNOWN_CAUSE;
    return [
      {
        document,
        features: own,
        score: fused * outcomeWeight(document, nowMs),
        probability: hasCause ? Number((matchProbability(own) * believed(document)).toFixed(4)) : 0,
      },
    ];
  });
  const inOrder = ranked.toSorted(
    (a, b) => b.score - a.score || b.document.atMs - a.document.atMs || (a.document.id < b.document.id ? -1 : 1),
  );
  return { similar: variedFirst(inOrder, limit, maxPerCause), past };
}

const reciprocal = (list: keyof typeof LIST_WEIGHT, rank: number | null | undefined): number =>
  rank == null ? 0 : LIST_WEIGHT[list] / (RANK_OFFSET + rank);

/** For each cause the confidence of those suspected of it, in [0, 1]. */
function expectedCauses(suspects: Present["suspects"]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const {
    hypothesis: { cause, confidence },
  } of suspects)
    sums.set(cause, Math.min(1, (sums.get(cause) ?? 0) + confidence));
  return sums;
}

/** Places from 1, equal values sharing one; null for what scores nothing. */
function placesBy(scores: readonly number[]): (number | null)[] {
  const descending = scores.toSorted((a, b) => b - a);
  const first = new Map<number, number>();
  for (const [at, score] of descending.entries()) if (!first.has(score)) first.set(score, at + 1);
  return scores.map((score) => (score > 0 ? (first.get(score) ?? null) : null));
}

/** The first `limit`, no cause more often than `most` while there are others: five times the same tells a person no more than three times. */
function variedFirst(inOrder: readonly SimilarIncident[], limit: number, most: number): SimilarIncident[] {
  const times = new Map<string | null, number>();
  const [kept, rest]: [SimilarIncident[], SimilarIncident[]] = [[], []];
  for (const one of inOrder) {
    const seen = (times.get(one.document.cause) ?? 0) + 1;
    times.set(one.document.cause, seen);
    (seen <= most ? kept : rest).push(one);
  }
  const chosen = new Set([...kept, ...rest].slice(0, limit));
  return inOrder.filter((one) => chosen.has(one));
}

/** What the probability rests on: likeness by structure and by vector, how likely the present evidence finds the past cause, and what like incidents turned out to be. */
const MATCH_FEATURES = ["structure", "dense", "expected", "share"] as const;
/** Each in [0, 1]. */
export type MatchFeatures = Record<(typeof MATCH_FEATURES)[number], number>;
export type MatchCalibration = { bias: number; weights: MatchFeatures };

/** Fitted by `causeway bench memory --refit`, which also writes there what it was fitted on. */
const MATCH_CALIBRATION: MatchCalibration = calibration;

/** Probability in (0, 1) that a past incident's cause is the present one, if what is recorded of it is right. */
export const matchProbability = (
  features: MatchFeatures,
  { bias, weights }: MatchCalibration = MATCH_CALIBRATION,
): number => sigmoid(MATCH_FEATURES.reduce((sum, name) => sum + weights[name] * features[name], bias));
