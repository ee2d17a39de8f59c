import { UNKNOWN_CAUSE } from "../domain/cause.ts";
import type { Hypothesis, PastCauses } from "../domain/hypothesis.ts";
import type { IncidentDocument, IncidentShape, MemoryCandidate } from "../domain/memory.ts";
import { causeTrust, outcomeWeight, pastCauses } from "./past-causes.ts";
import { structureIn } from "./signs.ts";
import { textLikeness, wordTermsOf } from "./text/text-likeness.ts";
import { sigmoid } from "../stats/logistic.ts";
import calibration from "./calibration.json" with { type: "json" };

/**
 * Offset of reciprocal rank fusion: the first of several lists outweighs the middle of all lists. Smaller than the
 * usual 60
 * of search, because these lists are short and good at their top.
 */
const RANK_OFFSET = 10;
/**
 * Weight of each list. Structure alone orders best by far; words add what it does not see. Set on the development
 * suites;
 * see docs/memory.md.
 */
const LIST_WEIGHT = { dense: 1, bm25: 1, structure: 4, expected: 1 } as const;

/** Vector search always finds something. A document without a common word or sign needs at least this similarity. */
const ALIKE_BY_VECTOR = 0.5;
/** Minimum likeness of words for two incidents without a common sign. Words that most incidents have count little. */
const ALIKE_BY_WORDS = 0.1;

/** The present incident for recall: its suspects, best first, each with the signs around it. */
export type Present = {
  /** The query text. */
  text: string;
  suspects: readonly {
    hypothesis: Pick<Hypothesis, "entity" | "cause" | "confidence">;
    signs: IncidentShape["signs"];
  }[];
};
export type RankOptions = {
  limit: number;
  /** Most incidents of one cause among the first `limit`, as long as there are others. */
  maxPerCause: number;
  /** Null to ignore age. */
  nowMs: number | null;
  /** Minimum probability of incidents with a cause, and minimum likeness of those without one. */
  minProbability: number;
};

/** `score` only orders. `probability`: that the past cause is the present one. */
export type SimilarIncident = {
  document: IncidentDocument;
  probability: number;
  score: number;
  features: MatchFeatures;
};
export type Recall = { similar: SimilarIncident[]; past: PastCauses[] };

/**
 * Ranks the search results. Four lists (vector, words, structure, and the probability of the past cause now) are fused
 * by
 * reciprocal rank; old, unconfirmed and wrong incidents count less. Also estimates each suspect's cause from all
 * results.
 *
 * @param candidates results of the search. Those without anything in common are dropped; common words and words of
 * every   log line are nothing in common.
 */
export function rankSimilar(
  { text, suspects }: Present,
  candidates: readonly MemoryCandidate[],
  { limit, maxPerCause, nowMs, minProbability }: RankOptions,
): Recall {
  const documents = candidates.map(({ document }) => document);
  const likenessTo = structureIn(documents.map(({ shape }) => shape.signs));
  const likeness = suspects.map(({ signs }) => likenessTo(signs));
  const past = suspects.map(({ hypothesis }, at) =>
    pastCauses(hypothesis.entity.id, documents, likeness[at] ?? [], nowMs),
  );
  const expected = expectedCauses(suspects);
  const share = new Map(past[0]?.causes.map((one) => [one.cause, one.share]));
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
  const byWords = wordLikeness(text, documents);
  const ranked = candidates.flatMap(({ document, dense, bm25 }, at): SimilarIncident[] => {
    const own = features[at];
    const words = byWords[at] ?? 0;
    if (own === undefined || (own.structure === 0 && own.dense < ALIKE_BY_VECTOR && words < ALIKE_BY_WORDS)) return [];
    const fused =
      reciprocal("dense", dense?.rank) +
      reciprocal("bm25", bm25?.rank) +
      reciprocal("structure", places.structure[at]) +
      reciprocal("expected", places.expected[at]);
    const hasCause = document.cause !== null && document.cause !== UNKNOWN_CAUSE;
    const alike = hasCause ? matchProbability(own) : Math.max(own.structure, own.dense, words);
    if (alike < minProbability) return [];
    return [
      {
        document,
        features: own,
        score: fused * outcomeWeight(document, nowMs),
        probability: hasCause ? Number((matchProbability(own) * causeTrust(document)).toFixed(4)) : 0,
      },
    ];
  });
  const inOrder = ranked.toSorted(
    (a, b) => b.score - a.score || b.document.atMs - a.document.atMs || (a.document.id < b.document.id ? -1 : 1),
  );
  return { similar: variedFirst(inOrder, limit, maxPerCause), past };
}

/** Likeness of a text to the words of each document, in [0, 1]. */
function wordLikeness(text: string, documents: readonly IncidentDocument[]): number[] {
  return textLikeness(documents.map((document) => wordTermsOf(document.text)))(wordTermsOf(text));
}

const reciprocal = (list: keyof typeof LIST_WEIGHT, rank: number | null | undefined): number =>
  rank == null ? 0 : LIST_WEIGHT[list] / (RANK_OFFSET + rank);

/** For each cause, the summed confidence of its suspects, in [0, 1]. */
function expectedCauses(suspects: Present["suspects"]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const {
    hypothesis: { cause, confidence },
  } of suspects)
    sums.set(cause, Math.min(1, (sums.get(cause) ?? 0) + confidence));
  return sums;
}

/** Ranks from 1; equal values share a rank; null for a score of 0. */
function placesBy(scores: readonly number[]): (number | null)[] {
  const descending = scores.toSorted((a, b) => b - a);
  const first = new Map<number, number>();
  for (const [at, score] of descending.entries()) if (!first.has(score)) first.set(score, at + 1);
  return scores.map((score) => (score > 0 ? (first.get(score) ?? null) : null));
}

/**
 * The first `limit`, with at most `most` of one cause while there are others: five of a cause show no more than three.
 */
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

/**
 * Features of the probability: likeness by structure and by vector, confidence in the past cause now, share of that
 * cause among similar incidents.
 */
const MATCH_FEATURES = ["structure", "dense", "expected", "share"] as const;
/** Each feature in [0, 1]. */
export type MatchFeatures = Record<(typeof MATCH_FEATURES)[number], number>;
export type MatchCalibration = { bias: number; weights: MatchFeatures };

/** Fitted by `causeway bench memory --refit`, which also records the suites of the fit. */
const MATCH_CALIBRATION: MatchCalibration = calibration;

/** Probability in (0, 1) that a past incident's cause is the present one, if its recorded cause is right. */
export const matchProbability = (
  features: MatchFeatures,
  { bias, weights }: MatchCalibration = MATCH_CALIBRATION,
): number => sigmoid(MATCH_FEATURES.reduce((sum, name) => sum + weights[name] * features[name], bias));
