import { z } from "zod";
import { Entity } from "./entity.ts";

/** `root_cause`, not enough to say, quiet (or the monitor is wrong), or over. */
export const Verdict = z.enum(["root_cause", "inconclusive", "no_incident", "recovered"]);
export type Verdict = z.infer<typeof Verdict>;

/** entity + cause + confidence, what speaks for and against it, and the way from the symptom to it. */
export const Hypothesis = z.object({
  entity: Entity,
  /** Id of a cause card, or `unknown`. */
  cause: z.string(),
  /** Probability in [0, 1] that `entity` is a true root cause. */
  confidence: z.number().min(0).max(1),
  calibrated: z.boolean(),
  status: z.enum(["supported", "ruled_out", "untested"]),
  /** Why it stands where it stands, one reason a line, strongest first. */
  reasons: z.array(z.string()),
  /** Ids of findings. */
  for: z.array(z.string()),
  against: z.array(z.string()),
  /** Entities from the symptom to the cause, both included. */
  path: z.array(z.string()),
  wouldRefute: z.string(),
});
export type Hypothesis = z.infer<typeof Hypothesis>;

/** What the ranking concludes. */
export const Ranking = z.object({
  verdict: Verdict,
  /** Why this verdict and no other. */
  why: z.string(),
  /** When the fault began, found in the telemetry; null when nothing tells. */
  onsetMs: z.number().nullable(),
  /** Best first, at most 10; given whatever the verdict. */
  hypotheses: z.array(Hypothesis).max(10),
  /** The culprit change of a bad rollout; null when no change is to blame; undefined when nothing tells. */
  change: z.string().nullable().optional(),
  /** What the confidence of the first rests on, by name: a refit reads it. Absent where there is no hypothesis. */
  standing: z.record(z.string(), z.number()).optional(),
  /** Questions whose answers would separate the top hypotheses. */
  nextEvidence: z.array(z.string()),
});
export type Ranking = z.infer<typeof Ranking>;

/**
 * What past incidents say of one suspect: what incidents like this one turned out to be, `share` in [0, 1], all together at most 1, most first, each with the incidents that say
 * so. `here`: the part of the likeness that is to incidents in which this very entity had this cause, in [0, 1].
 */
export type PastCauses = {
  entity: string;
  causes: readonly { cause: string; share: number; here: number; incidentIds: readonly string[] }[];
};
