import { answerPlan, type AskSession } from "./ask-session.ts";
import { guessPlan } from "./guess-plan.ts";
import { planText } from "./plan-text.ts";
import { type AskAnswer, emptyAnswer } from "../domain/ask-answer.ts";
import type { ChatModel, ModelRoutes } from "../domain/chat-model.ts";
import { readPlan } from "./read-plan.ts";
import { planQuestion } from "./plan-question.ts";

const EXAMPLES = [
  "logs where level >= error | count by template",
  "logs | count by level, time",
  "logs where status >= 500 | count by path | compare before",
];

/** The plans among these that fit the data. */
async function fitting(session: AskSession, plans: readonly string[]): Promise<string[]> {
  const fits = await Promise.all(plans.map(async (text) => "fitted" in (await session.fit(readPlan(text)))));
  return plans.filter((_, at) => fits[at]);
}

/**
 * Answers a question about logs. A model writes the plan, and code runs it. Without a model, or if its plan does not
 * fit, the answer proposes the nearest plan and runs nothing.
 *
 * @param options.models the cheapest first; empty if none is configured.
 */
export async function askInEnglish(
  session: AskSession,
  question: string,
  {
    models,
    routes = null,
    isExplained = false,
    signal,
  }: {
    models: readonly ChatModel[];
    /** Records what became of the model's answers. */
    routes?: Pick<ModelRoutes, "judge"> | null;
    isExplained?: boolean;
    signal?: AbortSignal | undefined;
  },
): Promise<AskAnswer> {
  const catalogue = await session.catalogue("logs", true);
  const guess = catalogue === null ? null : guessPlan(question, catalogue);
  const guessed = guess === null ? null : await session.fit(guess);
  const nearest = guessed !== null && "fitted" in guessed ? guessed.fitted.plan : null;
  const examples = await fitting(session, EXAMPLES);
  const refused = (why: string, plan = nearest): AskAnswer => ({
    ...emptyAnswer(question),
    refusal: { why, misfits: [], nearest: plan, nearest_text: plan === null ? null : planText(plan) },
    can_ask: plan === null ? examples : [],
  });
  if (catalogue === null || catalogue.records === 0) return refused("the files have no lines");
  if (models.length === 0)
    return refused("without a model, only a plan is answered; type one, or configure a model (docs/model.md)");
  const planned = await planQuestion(question, [catalogue], {
    models,
    isOwner: true,
    guess: nearest,
    judge: routes?.judge,
    signal,
    fit: (plan) => session.fit(plan),
  });
  await routes?.judge?.(planned.callIds.at(-1), { verdict: planned.verdict, claims: null, unsupportedClaims: null });
  if (planned.plan === null) {
    const answer = refused(planned.why, planned.nearest ?? nearest);
    return {
      ...answer,
      refusal: answer.refusal && { ...answer.refusal, misfits: planned.misfits },
      planned_by: planned.model,
    };
  }
  const answered = await answerPlan(session, planned.plan, { isExplained });
  return { ...emptyAnswer(question), planned_by: planned.model, ...answered };
}
