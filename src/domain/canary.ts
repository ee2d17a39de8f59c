import { z } from "zod";
import { MODEL_TASKS, type ModelTask } from "./chat-model.ts";

/** Shares of incidents that a canary reaches, one stage after the other. */
export const CANARY_STAGES = [0.01, 0.1, 0.5, 1] as const;

/**
 * What a canary tries instead of the configuration in force. Absent: as in force. `model`: another model of the
 * same server, because the server's key must go nowhere else. `prompt`: another text of this prompt, with its version.
 */
export const CanaryCandidate = z.strictObject({
  model: z.string().min(1).optional(),
  prompt: z
    .strictObject({ name: z.string().min(1), version: z.number().int().positive(), system: z.string().min(1) })
    .optional(),
});
export type CanaryCandidate = z.infer<typeof CanaryCandidate>;

/**
 * How much worse the candidate may be. `bad`: share of answers that failed, were refused, cut, or did not fit their
 * form, beyond that of the configuration in force. `latency`, `tokens`: a pair counts against the candidate if it
 * took, or used, more than this share above. `unsupported`: share of shown answers whose claims did not pass the
 * checks.
 */
export const CanaryMargins = z.strictObject({
  bad: z.number().min(0).max(1),
  latency: z.number().min(0),
  tokens: z.number().min(0),
  unsupported: z.number().gt(0).max(1),
});
export type CanaryMargins = z.infer<typeof CanaryMargins>;
export const CANARY_GUARDRAILS = ["bad", "latency", "tokens", "unsupported"] as const;
export type CanaryGuardrail = (typeof CANARY_GUARDRAILS)[number];

/** The state of a test that may be looked at after every observation (stats/betting.ts). */
const TestState = z.object({ n: z.number().int(), sum: z.number(), capitals: z.array(z.number()), peak: z.number() });

/**
 * A candidate for one task beside the configuration in force.
 *
 * - `mode`: `shadow` records the candidate's answers and shows none. `live` shows them to its share of incidents, and
 *   records what the old configuration would have answered.
 * - `state`: `running`; `returned` because a guardrail broke; `stopped` by a person.
 * - `stage`: index in `CANARY_STAGES`. `atStage`: comparisons at this stage; at `perStage` the next one begins.
 * - `alpha`: chance that any guardrail breaks although the candidate is within all margins, however often it is looked at.
 */
export const Canary = z.object({
  id: z.string(),
  task: z.enum(MODEL_TASKS),
  candidate: CanaryCandidate,
  mode: z.enum(["shadow", "live"]),
  state: z.enum(["running", "returned", "stopped"]),
  stage: z.number().int().min(0).max(3),
  atStage: z.number().int(),
  compared: z.number().int(),
  perStage: z.number().int().positive(),
  alpha: z.number().gt(0).lt(1),
  margins: CanaryMargins,
  tests: z.partialRecord(z.enum(CANARY_GUARDRAILS), TestState),
  startedAtMs: z.number(),
});
export type Canary = z.infer<typeof Canary>;

/** What one configuration made of a request. `bad`: null if it answered well; otherwise why not. `tokens`: read
 * and written; null if unknown. */
const AnswerOutcome = z.object({
  callId: z.string().nullable(),
  bad: z.enum(["failed", "refused", "cut", "malformed"]).nullable(),
  ms: z.number(),
  tokens: z.number().nullable(),
  cached: z.boolean(),
});
export type AnswerOutcome = z.infer<typeof AnswerOutcome>;

/** One request in both configurations. `hiddenText`: the answer that was not shown, without secrets; null for none. */
export const CanaryComparison = z.object({
  id: z.string(),
  canaryId: z.string(),
  atMs: z.number(),
  analysisId: z.string().nullable(),
  incidentId: z.string().nullable(),
  inForce: AnswerOutcome,
  candidate: AnswerOutcome,
  hiddenText: z.string().nullable(),
});
export type CanaryComparison = z.infer<typeof CanaryComparison>;

/** Something that happened to a canary, and why. Steps are only ever added. `by`: a person, or `causeway`. */
export const CanaryStep = z.object({
  canaryId: z.string(),
  atMs: z.number(),
  step: z.enum(["started", "advanced", "promoted", "returned", "stopped"]),
  by: z.string(),
  why: z.string(),
});
export type CanaryStep = z.infer<typeof CanaryStep>;

/** A canary after something happened, with the steps that this adds. Null: nothing changes. */
export type CanaryChange = { canary: Canary; steps: CanaryStep[] } | null;

/**
 * Canaries. All processes of one installation share them, and no change of one is lost.
 *
 * @throws {IncidentError} UNAVAILABLE or CONFIG from every method when the database cannot be used.
 */
export interface CanaryStore {
  /** @throws {IncidentError} REJECTED while another canary of this task runs. */
  startCanary(canary: Canary, step: CanaryStep): Promise<void>;
  /** The one that runs for a task; null if none does. */
  runningCanary(task: ModelTask): Promise<Canary | null>;
  /** Newest first. */
  listCanaries(): Promise<Canary[]>;
  /** Oldest first. */
  canarySteps(canaryId: string): Promise<CanaryStep[]>;
  /**
   * Changes a canary by a pure function of it, and adds a comparison if one is given, all or nothing.
   *
   * @returns the canary as it is then; null if there is none with this id.
   */
  changeCanary(
    canaryId: string,
    change: (canary: Canary) => CanaryChange,
    comparison?: CanaryComparison,
  ): Promise<Canary | null>;
  /** The newest first. */
  canaryComparisons(canaryId: string, limit: number): Promise<CanaryComparison[]>;
}
