import { z } from "zod";
import { Entity } from "./entity.ts";

/**
 * `root_cause`; `inconclusive` (not enough evidence); `no_incident` (quiet, or the monitor is wrong); `recovered`
 * (already over).
 */
export const Verdict = z.enum(["root_cause", "inconclusive", "no_incident", "recovered"]);
export type Verdict = z.infer<typeof Verdict>;

/** An entity, a cause and a confidence, with the evidence for and against them and the path from the symptom. */
export const Hypothesis = z.object({
  entity: Entity,
  /** Id of a cause card, or `unknown`. */
  cause: z.string(),
  /** Probability in [0, 1] that `entity` is a true root cause. */
  confidence: z.number().min(0).max(1),
  calibrated: z.boolean(),
  status: z.enum(["supported", "ruled_out", "untested"]),
  /** Reasons for its place in the ranking, one a line, strongest first. */
  reasons: z.array(z.string()),
  /** Ids of findings, here and in `against`. */
  for: z.array(z.string()),
  against: z.array(z.string()),
  /** Entities from the symptom to the cause, both included. */
  path: z.array(z.string()),
  wouldRefute: z.string(),
});
export type Hypothesis = z.infer<typeof Hypothesis>;

/** The result of ranking: a verdict and the hypotheses in order. */
export const Ranking = z.object({
  verdict: Verdict,
  /** The reason for this verdict. */
  why: z.string(),
  /**
   * True if something is or was wrong, whether or not the evidence shows what: users are affected, or the evidence
   * exceeds what healthy systems show. Absent in rankings of older versions.
   */
  faultShown: z.boolean().optional(),
  /** When the fault began, found in the telemetry. Null if the telemetry does not show it. */
  onsetMs: z.number().nullable(),
  /** Best first, at most 10. Given whatever the verdict is. */
  hypotheses: z.array(Hypothesis).max(10),
  /** Callers of the first suspect that only their failure messages show. Absent if there are none. */
  statedCallers: z.array(z.string()).optional(),
  /** The change at fault. Null if no change is to blame; undefined if the evidence does not decide it. */
  change: z.string().nullable().optional(),
  /**
   * The features behind the confidence of the first hypothesis, by name, for a refit. `unproven` 1: the verdict
   * would not be `root_cause` at any confidence. Absent if there is no hypothesis.
   */
  confidenceFeatures: z.record(z.string(), z.number()).optional(),
  /** Why the confidence is only a rough estimate, in full sentences. Absent like `confidenceFeatures`. */
  confidenceLimits: z.array(z.string()).optional(),
  /** Who was not measured for a while, and works all the same; in clauses. Absent if there is nobody. */
  monitoringGaps: z.array(z.string()).optional(),
  /** Questions whose answers would separate the top hypotheses. */
  nextEvidence: z.array(z.string()),
});
export type Ranking = z.infer<typeof Ranking>;

/**
 * The causes that past incidents similar to this one turned out to have, for one suspect, most frequent first.
 * `share`: in [0, 1], at most 1 in total. `here`: the part of the similarity that comes from incidents in which this
 * same entity had this cause, in [0, 1].
 * `incidentIds`: the incidents that the share rests on.
 */
export type PastCauses = {
  entity: string;
  causes: readonly { cause: string; share: number; here: number; incidentIds: readonly string[] }[];
};
