import { z } from "zod";
import { AskPlan } from "../domain/ask-plan.ts";
import type { AskMisfit } from "../domain/ask-answer.ts";
import type { ChatModel, ModelRoutes } from "../domain/chat-model.ts";
import type { ModelJudgement } from "../domain/model-verdict.ts";
import { type LoopBudget, stopWords } from "../llm/loop-budget.ts";
import { ASK_PLAN } from "../llm/prompts/ask-plan.ts";
import { ownWords, quotedJson, quotedName, quotedText } from "../llm/quoted-data.ts";
import type { LoopTool, ToolOutcome } from "../llm/loop-tool.ts";
import { runToolLoop } from "../llm/tool-loop.ts";
import type { AskCatalogue } from "./catalogue.ts";
import { catalogueData, namesIn, restoredPlan } from "./catalogue-data.ts";
import type { Fit } from "./fit-plan.ts";

/** Longest question that is sent to a model, in characters. */
export const MAX_QUESTION = 1_000;
/** One plan, and one more if the first does not fit. */
const ONE_REPAIR: LoopBudget = { steps: 1, tokens: 60_000, usd: null, ms: 120_000 };
const MOST_POSSIBLE = 20;

/** The form of a plan, for models: every field is required, so that no server leaves one out. */
export const PLAN_SCHEMA = z.toJSONSchema(AskPlan, { io: "output" }) as Readonly<Record<string, unknown>>;

/** `plan`: fits the data; null if no model gave one that does. `nearest`: of the last plan that did not fit. */
export type PlannedQuestion = {
  plan: AskPlan | null;
  nearest: AskPlan | null;
  misfits: AskMisfit[];
  why: string;
  model: string | null;
  /** Rows of the ledger, and what became of the last of them. */
  callIds: readonly string[];
  verdict: ModelJudgement["verdict"];
};
export type PlanQuestionOptions = {
  models: readonly ChatModel[];
  fit: (plan: AskPlan) => Promise<Fit>;
  /** True for the person at the terminal. The words of anybody else are reduced to words of operations. */
  isOwner: boolean;
  /** What the words of the question probably mean; null if they mean nothing known. */
  guess: AskPlan | null;
  /** Gets a verdict on each answer but the last. */
  judge?: ModelRoutes["judge"];
  signal?: AbortSignal | undefined;
  now?: () => number;
};

/**
 * Has a model translate a question into a plan that fits the data, with one repair. Never throws for a failing model.
 */
export async function planQuestion(
  question: string,
  catalogues: readonly AskCatalogue[],
  { models, fit, isOwner, guess, judge, signal, now = () => performance.now() }: PlanQuestionOptions,
): Promise<PlannedQuestion> {
  const found: PlannedQuestion = {
    plan: null,
    nearest: null,
    misfits: [],
    why: "",
    model: null,
    callIds: [],
    verdict: "failed",
  };
  const names = namesIn(catalogues);
  const concluding = planTool(async (shown) => {
    const result = await fit(restoredPlan(shown, names));
    if ("fitted" in result) {
      found.plan = result.fitted.plan;
      return { text: "accepted", step: "wrote a plan", ok: true };
    }
    found.nearest = result.refusal.nearest;
    found.misfits = result.refusal.misfits;
    return refusedPlan(result.refusal.misfits);
  });
  const quoted = isOwner ? ownWords(question, MAX_QUESTION) : quotedText(question, MAX_QUESTION, names);
  const data = quotedJson({
    question: quoted,
    ...(guess === null ? {} : { guess: shownPlan(guess) }),
    data: catalogues.map((catalogue) => catalogueData(catalogue, names)),
  });
  const { failure, model, stop, steps, callIds, lastAnswer } = await runToolLoop({
    task: "ask",
    models,
    prompt: ASK_PLAN,
    tools: [],
    concluding,
    opening: `<data>\n${data}\n</data>\nTranslate the question.`,
    question: quoted,
    budget: ONE_REPAIR,
    judge,
    now,
    signal,
  });
  found.model = model;
  found.callIds = callIds;
  if (found.plan !== null) found.verdict = steps.every(({ ok }) => ok) ? "accepted" : "repaired";
  else if (failure === null) found.verdict = lastAnswer === "refused" ? "refused" : "malformed";
  if (found.plan === null)
    found.why =
      failure === null
        ? found.misfits.length > 0
          ? "the model's plan does not fit the data, also after a correction"
          : `the model wrote no plan: ${stopWords(stop)}`
        : `the model did not answer: ${failure.message}`;
  return found;
}

/** A plan of code, as a model sees it: its names and values quoted. */
const shownPlan = ({ select, where, by, measure }: AskPlan): unknown => ({
  select,
  where: where.map(({ field, op, value }) => ({
    field: quotedName(field),
    op,
    value: typeof value === "number" ? value : quotedName(value),
  })),
  by: by.map(quotedName),
  measure: { ...measure, field: measure.field === null ? null : quotedName(measure.field) },
});

/** A plan that did not fit, as the model sees it: what is wrong, and what is possible, as quoted data. */
export const refusedPlan = (misfits: readonly AskMisfit[]): ToolOutcome => ({
  text: quotedJson({
    refused: misfits.map(({ where, why, possible }) => ({
      where,
      why: quotedText(why, 300),
      possible: possible.slice(0, MOST_POSSIBLE).map(quotedName),
    })),
  }),
  step: "wrote a plan that does not fit the data",
  ok: false,
});

/** The tool `run_plan`: checks the form of a plan before `run` sees it. */
export const planTool = (run: (plan: AskPlan, signal?: AbortSignal) => Promise<ToolOutcome>): LoopTool => ({
  definition: {
    name: "run_plan",
    description: "Runs a plan over the telemetry. A program computes the result.",
    input: PLAN_SCHEMA,
  },
  async run(input, signal) {
    const parsed = AskPlan.safeParse(input);
    if (parsed.success) return run(parsed.data, signal);
    return {
      text: quotedJson({ refused: quotedText(z.prettifyError(parsed.error), 800) }),
      step: "wrote a plan of the wrong form",
      ok: false,
    };
  },
});
