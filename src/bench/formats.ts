import { z } from "zod";
import { FaultType, SystemLevel } from "../domain/cause.ts";
import { Verdict } from "../domain/hypothesis.ts";
import { IsoTime } from "../domain/time.ts";

/** The longest ranking of a prediction. */
export const MAX_RANKING = 10;

const IsoText = z.string().refine((text) => IsoTime.safeParse(text).success, "not an ISO 8601 time");

/** System level and fault type, as AIOpsLab names them. */
export const AnalysisLabels = z.object({ system_level: SystemLevel, fault_type: FaultType });
export type AnalysisLabels = z.infer<typeof AnalysisLabels>;

/**
 * A drafted plan. `cause`, `target`: of the first hypothesis. `runbook`: its name; null if there is none. `isDraft`: no
 * runbook treats the cause, so one was drafted. `isProposed`: false if it is for reading only.
 */
export const PlanAnswer = z.object({
  cause: z.string(),
  target: z.string().nullable(),
  runbook: z.string().nullable(),
  isDraft: z.boolean(),
  isProposed: z.boolean(),
  actions: z.array(
    z.object({
      step: z.string(),
      target: z.string().nullable(),
      risk: z.enum(["low", "medium", "high"]),
      reversible: z.boolean(),
      hasRollback: z.boolean(),
      hasVerification: z.boolean(),
    }),
  ),
});
export type PlanAnswer = z.infer<typeof PlanAnswer>;

/** The answers to the four tasks. `analysis` null: nothing is wrong. `mitigation` null: no plan. */
export const TaskAnswers = z.object({
  detection: z.enum(["Yes", "No"]),
  localization: z.array(z.string()),
  analysis: AnalysisLabels.nullable(),
  mitigation: PlanAnswer.nullable(),
});
export type TaskAnswers = z.infer<typeof TaskAnswers>;

/** One line of a predictions file. */
export const Prediction = z.looseObject({
  id: z.string().min(1),
  /** The system in the incident; groups the cases of one system across suites. */
  system: z.string().nullish(),
  verdict: Verdict,
  onset: IsoText.nullish(),
  /** The onset is between these two. */
  onsetEarliest: IsoText.nullish(),
  onsetLatest: IsoText.nullish(),
  onsetShape: z.string().nullish(),
  /** The alert lag. */
  alarmLagSeconds: z.number().nullish(),
  /** Best first. */
  ranking: z
    .array(
      z.looseObject({
        entity: z.string().min(1),
        entityKind: z.string().nullish(),
        cause: z.string().nullish(),
        /** Probability that the entity is a true root cause. */
        confidence: z.number().min(0).max(1).nullish(),
        /** Votes of each ranker, by name; a refit of the weights reads them. */
        votes: z.record(z.string(), z.number()).nullish(),
      }),
    )
    .max(MAX_RANKING),
  /** Id of the change to blame; null when no change is to blame; absent when that is unknown. */
  change: z.string().nullish(),
  /** The features of the first confidence; a refit reads them. */
  standing: z.record(z.string(), z.number()).nullish(),
  /** Sources that were not read, or only in part, with the reason. */
  notChecked: z.array(z.string()).nullish(),
  /** The answers to AIOpsLab's tasks. */
  answers: TaskAnswers.nullish(),
  steps: z.number().nullish(),
  /** The calls of tools, in order, where they were asked step by step. `kind`: answer, missing or invalid. */
  calls: z
    .array(z.object({ tool: z.string(), args: z.record(z.string(), z.unknown()), kind: z.string(), why: z.string() }))
    .nullish(),
  ms: z.number().nullish(),
  /** What a model cost; absent where none was used. `usd`: null without a price. */
  cost: z
    .object({ inputTokens: z.number().int(), outputTokens: z.number().int(), usd: z.number().nullable() })
    .nullish(),
});
export type Prediction = z.infer<typeof Prediction>;

/**
 * The answer to one case. `entities`: for each true root cause, the accepted names. `analysis`: its labels, where the
 * suite has them. `mitigation`: the names of the runbooks that are right; none if only a draft is.
 */
export const Oracle = z
  .looseObject({
    id: z.string().min(1),
    faulty: z.boolean().default(true),
    entities: z.array(z.array(z.string()).min(1)).default([]),
    entityKind: z.string().nullish(),
    cause: z.string().nullish(),
    category: z.string().nullish(),
    onset: IsoText.nullish(),
    analysis: AnalysisLabels.nullish(),
    mitigation: z.looseObject({ runbooks: z.array(z.string()) }).nullish(),
    notes: z.record(z.string(), z.unknown()).nullish(),
  })
  .refine(({ faulty, entities }) => !faulty || entities.length > 0, "a faulty case must name at least one root cause");
export type Oracle = z.infer<typeof Oracle>;
