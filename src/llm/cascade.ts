import type { ChatModel, ModelRoutes } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import type { ModelJudgement } from "../domain/model-verdict.ts";
import { isCapError } from "./cap-error.ts";
import type { StructuredAnswer } from "./structured.ts";
import { vote } from "./vote.ts";

/**
 * What code thinks of an answer. `why`: what it misses; null if it is satisfied. `score`: 0 to 1, to choose among
 * answers of which none satisfies; 0 for one that is of no use.
 */
export type Verification = { why: string | null; score: number; judgement: ModelJudgement };

/** One model's part. `outcome`: a verdict, or the code of the error. `why`: null if the answer satisfied. */
export type CascadeAttempt = {
  model: string;
  outcome: ModelJudgement["verdict"] | IncidentError["code"];
  why: string | null;
};

export type CascadeQuestion<T> = {
  /** The cheapest first. */
  models: readonly ChatModel[];
  /** An answer that code found without a model; null if there is none. If it satisfies, no model is called. */
  own: T | null;
  ask: (model: ChatModel, sample: number) => Promise<StructuredAnswer<T>>;
  verify: (value: T) => Verification;
  /** Answers with the same key are the same to `verify`. */
  keyOf: (value: T) => string;
  /** Samples of a model whose first answer does not satisfy; 1: no more. */
  k: number;
  judge?: ModelRoutes["judge"];
};

/**
 * - `value`: the first answer that satisfies, else the one with the best score above 0, else null.
 * - `model`: who gave it, as configured; null if code did, or nobody.
 * - `failure`: the last error of a model. `attempts`: in order.
 */
export type CascadeResult<T> = {
  value: T | null;
  verification: Verification | null;
  model: string | null;
  failure: IncidentError | null;
  attempts: CascadeAttempt[];
};

/**
 * Asks models from the cheapest to the dearest, until an answer satisfies the verifier. Before it goes on to a dearer
 * model, it may take further samples of this one. A budget that is spent ends it: a dearer model does not fit either.
 *
 * @throws what `ask` throws, except an IncidentError
 * @see Chen, Zaharia, Zou, FrugalGPT, TMLR 2024
 */
export async function cascade<T>(question: CascadeQuestion<T>): Promise<CascadeResult<T>> {
  const { models, own, verify } = question;
  const result: CascadeResult<T> = { value: null, verification: null, model: null, failure: null, attempts: [] };
  if (own !== null) {
    const verification = verify(own);
    if (verification.why === null) return { ...result, value: own, verification };
  }
  for (const model of models) {
    const { found, failure } = await askOne(model, question, result.attempts);
    result.failure = failure ?? result.failure;
    if (found !== null && found.verification.score > (result.verification?.score ?? 0))
      Object.assign(result, found, { model: model.name });
    if (found?.verification.why === null || isCapError(failure)) break;
  }
  return result;
}

type Verified<T> = { value: T; verification: Verification };

/** The model's answer; a vote of several samples if the first does not satisfy. `found`: null if it gave none. */
async function askOne<T>(
  model: ChatModel,
  { ask, verify, keyOf, k, judge }: CascadeQuestion<T>,
  attempts: CascadeAttempt[],
): Promise<{ found: Verified<T> | null; failure: IncidentError | null }> {
  const failed: { with: IncidentError | null } = { with: null };
  const sampled = async (sample: number): Promise<Verified<T> | null> => {
    if (failed.with !== null) return null;
    let answer: StructuredAnswer<T>;
    try {
      answer = await ask(model, sample);
    } catch (error) {
      if (!(error instanceof IncidentError)) throw error;
      failed.with = error;
      attempts.push({ model: model.name, outcome: error.code, why: error.message });
      return null;
    }
    if (answer.kind !== "answer") {
      attempts.push({ model: model.name, outcome: answer.kind, why: answer.why });
      return null;
    }
    const verification = verify(answer.value);
    const { judgement, why } = verification;
    const verdict = judgement.verdict === "accepted" && answer.isRepaired ? "repaired" : judgement.verdict;
    await judge?.(answer.callId, { ...judgement, verdict });
    attempts.push({ model: model.name, outcome: verdict, why });
    return { value: answer.value, verification };
  };
  const first = await sampled(0);
  if (first === null || first.verification.why === null || k <= 1) return { found: first, failure: failed.with };
  const { winner } = await vote([first], sampled, { k, keyOf: ({ value }) => keyOf(value) });
  const isBetter = winner !== null && winner.verification.score > first.verification.score;
  return { found: isBetter ? winner : first, failure: failed.with };
}
