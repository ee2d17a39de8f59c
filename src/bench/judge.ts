import type { Oracle, Prediction } from "./formats.ts";

type Place = Prediction["ranking"][number];

/** A case compared with its answer. A figure is null when the suite or the prediction does not give it. */
export type Judged = {
  oracle: Oracle;
  prediction: Prediction | undefined;
  /** AC@1 to AC@5. */
  ac: readonly number[];
  a1: number | null;
  a3: number | null;
  cause1: number | null;
  covered: boolean;
  confidence: number | null;
  change: number | null;
  /** Absolute, seconds. */
  onsetErrorS: number | null;
  /** Place of the first true root cause, from 1. */
  rank: number | null;
};

/**
 * The share of the true root causes that `meets` finds in the first k places, of those that fit there. An entity listed
 * twice takes two places.
 */
function hitShare(
  ranking: readonly Place[],
  roots: Oracle["entities"],
  k: number,
  meets: (place: Place, accepted: readonly string[]) => boolean,
): number {
  const top = ranking.slice(0, k);
  const found = roots.filter((accepted) => top.some((place) => meets(place, accepted))).length;
  return found / Math.min(k, roots.length);
}

const names = (place: Place, accepted: readonly string[]): boolean => accepted.includes(place.entity);

/** @param prediction undefined counts as wrong and not covered. */
export function judge(oracle: Oracle, prediction: Prediction | undefined): Judged {
  const ranking = prediction?.ranking ?? [];
  const roots = oracle.entities;
  const both = (place: Place, accepted: readonly string[]): boolean =>
    names(place, accepted) && place.cause === oracle.cause;
  const hasCause = oracle.cause != null;
  const at = ranking.findIndex((place) => roots.some((accepted) => names(place, accepted)));
  const { notes } = oracle;
  return {
    oracle,
    prediction,
    ac: [1, 2, 3, 4, 5].map((k) => hitShare(ranking, roots, k, names)),
    a1: hasCause ? hitShare(ranking, roots, 1, both) : null,
    a3: hasCause ? hitShare(ranking, roots, 3, both) : null,
    cause1: hasCause ? Number(ranking[0]?.cause === oracle.cause) : null,
    covered: prediction?.verdict === "root_cause",
    confidence: ranking[0]?.confidence ?? null,
    change:
      notes && "culpritCommit" in notes
        ? Number(prediction !== undefined && "change" in prediction && prediction.change === notes.culpritCommit)
        : null,
    onsetErrorS:
      oracle.onset != null && prediction?.onset != null
        ? Math.abs(Date.parse(prediction.onset) - Date.parse(oracle.onset)) / 1000
        : null,
    rank: at < 0 ? null : at + 1,
  };
}
