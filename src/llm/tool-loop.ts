import type { ChatModel, ModelMessage, ModelReply, ModelRoutes, ModelTask, TraceTool } from "../domain/chat-model.ts";
import { ContextOverflow } from "../domain/context-overflow.ts";
import { IncidentError } from "../domain/errors.ts";
import type { ModelVerdict } from "../domain/model-verdict.ts";
import { type LoopBudget, type LoopStop, type LoopUse, spentBudget } from "./loop-budget.ts";
import { loopContext } from "./loop-context.ts";
import { isAllowedTool } from "./model-allow-list.ts";
import { type Prompt, promptVersion } from "./prompt.ts";
import { answerTo, bounded, CONCLUDE_NOW, type LoopTool, MAX_INPUT_CHARS, refusal } from "./loop-tool.ts";
import { conversationLength } from "./shorten-results.ts";

/** One call, as it was made. `ok`: false if it was refused. */
export type LoopStep = { tool: string; step: string; ok: boolean };

/**
 * - `models`: the cheapest first; the next one is tried if one fails before its first answer.
 * - `concluding`: the tool that ends the loop.
 * - `opening`: the data of the case. It comes after the static prefix, and nothing else depends on the case.
 * - `judge`: gets a verdict on each answer but the last, which the caller judges by what it concluded.
 * - `usdOf`: what the calls of this loop cost so far; null if that is unknown.
 */
export type LoopInput = {
  task: ModelTask;
  models: readonly ChatModel[];
  prompt: Prompt;
  tools: readonly LoopTool[];
  concluding: LoopTool;
  opening: string;
  /** A person's words in `opening`, as they stand there; for the semantic cache. */
  question?: string | undefined;
  budget: LoopBudget;
  now: () => number;
  judge?: ModelRoutes["judge"];
  usdOf?: (() => Promise<number | null>) | undefined;
  signal?: AbortSignal | undefined;
  /** Wraps each call that is run; absent: nothing does. */
  traceTool?: TraceTool | undefined;
  onStep?: ((step: LoopStep) => void) | undefined;
};
/**
 * `stop`: why it ended. `failure`: the error that ended it; null without one. `concluded`: true if the conclusion was
 * accepted. `model`: the model that answered; null if none did. `callIds`: rows of the ledger. `lastAnswer`: the form
 * of the last answer.
 */
export type LoopResult = {
  stop: LoopStop;
  failure: IncidentError | null;
  concluded: boolean;
  model: string | null;
  steps: LoopStep[];
  use: LoopUse;
  callIds: string[];
  lastAnswer: AnswerForm;
};
/** `accepted`: it was a call that a tool could take. */
type AnswerForm = Extract<ModelVerdict, "accepted" | "malformed" | "refused">;

/** Calls in one answer that are run. More are refused. */
const MAX_CALLS_AT_ONCE = 4;
const MAX_OUTPUT_TOKENS = 1500;
/** Answers in a row without a call, until the loop ends. */
const MAX_SILENT = 2;
const NO_CLAIMS = { claims: null, unsupportedClaims: null };
const CALL_A_TOOL = "Call one of the tools.";

/**
 * Lets a model call tools until it concludes or a budget is spent. Every limit is checked before each request. A part
 * of the budget is kept, so that the model can conclude. A conversation that is too long for the model loses rows of
 * old results. Never throws for a failure of a model.
 *
 * @throws what `signal` holds when it is aborted, what a tool throws, and RangeError for a tool that is not on the list of
 *   the task
 */
export async function runToolLoop(input: LoopInput): Promise<LoopResult> {
  const { models, tools, concluding, budget, now, signal } = input;
  const startedMs = now();
  const traced: TraceTool = input.traceTool ?? ((_call, run) => run());
  const byName = new Map([...tools, concluding].map((tool) => [tool.definition.name, tool]));
  for (const name of byName.keys())
    if (!isAllowedTool(input.task, name)) throw new RangeError(`${name} is not on the list of tools for ${input.task}`);
  const result: LoopResult = {
    stop: "model",
    failure: null,
    concluded: false,
    model: null,
    steps: [],
    use: { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0, ms: 0 },
    callIds: [],
    lastAnswer: "malformed",
  };
  const context = loopContext(
    [...byName.values()].map(({ definition }) => definition),
    MAX_OUTPUT_TOKENS,
  );
  let messages: ModelMessage[] = [
    { role: "system", text: input.prompt.system },
    { role: "user", text: input.opening },
  ];
  const seen = new Set<string>();
  const queue = [...models];
  let last: LoopStop | null = null;
  let lastRequestTokens = 0;
  let silent = 0;

  for (;;) {
    result.use.ms = now() - startedMs;
    result.use.usd = (await input.usdOf?.()) ?? result.use.usd;
    const spent = spentBudget(budget, result.use, last === null ? "inquiry" : "conclusion", lastRequestTokens);
    if (last === null && spent !== null) {
      last = spent;
      messages.push({ role: "user", text: CONCLUDE_NOW });
      if (spentBudget(budget, result.use, "conclusion", lastRequestTokens) !== null) return { ...result, stop: last };
    } else if (spent !== null) return { ...result, stop: last ?? spent };

    const [model] = queue;
    const remainingMs = budget.ms - result.use.ms;
    if (model !== undefined) messages = [...context.fitted(messages, model)];
    const reply = model === undefined ? null : await ask(model, messages, input, remainingMs);
    if (reply === null || "failure" in reply) {
      signal?.throwIfAborted();
      if (reply?.failure === "late") return { ...result, stop: last ?? "seconds" };
      const failure = reply === null ? result.failure : reply.failure;
      const shorter = failure instanceof ContextOverflow ? context.afterOverflow(messages, failure) : null;
      if (shorter !== null) {
        messages = [...shorter];
        continue;
      }
      queue.shift();
      // another model cannot go on with a conversation in the middle of it
      if (result.model === null && queue.length > 0) {
        result.failure = failure;
        continue;
      }
      return { ...result, failure, stop: last ?? "model" };
    }
    result.failure = null;
    result.model = reply.model;
    const before = result.callIds.at(-1); // the caller judges the last one
    if (before !== undefined) await input.judge?.(before, { verdict: result.lastAnswer, ...NO_CLAIMS });
    if (reply.callId !== undefined) result.callIds.push(reply.callId);
    result.lastAnswer = reply.finish === "filtered" ? "refused" : "malformed";
    const { inputTokens, outputTokens } = reply.use ?? estimated(messages, reply);
    result.use.inputTokens += inputTokens;
    result.use.outputTokens += outputTokens;
    lastRequestTokens = reply.cached ? 0 : inputTokens + outputTokens;

    if (!reply.cached && reply.use !== null) context.measure(messages, inputTokens);
    const run = reply.calls.slice(0, MAX_CALLS_AT_ONCE).map(bounded);
    if (run.length === 0) {
      silent += 1;
      if (last !== null) return { ...result, stop: last };
      if (silent >= MAX_SILENT) return { ...result, stop: "model" };
      messages.push({ role: "assistant", text: reply.text.slice(0, MAX_INPUT_CHARS), calls: [] });
      messages.push({ role: "user", text: CALL_A_TOOL });
      continue;
    }
    silent = 0;
    messages.push({ role: "assistant", text: reply.text.slice(0, MAX_INPUT_CHARS), calls: run });
    for (const call of run) {
      const isEnd = call.name === concluding.definition.name;
      const answer =
        last !== null && !isEnd
          ? refusal(call, CONCLUDE_NOW, byName.has(call.name))
          : await traced(call, () => answerTo(call, byName, seen, result.use.steps >= budget.steps && !isEnd, signal));
      messages.push({ role: "tool", callId: call.id, text: answer.text });
      if (answer.ok || answer.isMalformed === false) result.lastAnswer = "accepted";
      const step = { tool: byName.has(call.name) ? call.name : "unknown", step: answer.step, ok: answer.ok };
      if (last === null || isEnd) {
        result.steps.push(step);
        input.onStep?.(step);
      }
      if (isEnd && answer.ok) {
        result.use.ms = now() - startedMs;
        return { ...result, stop: last ?? "done", concluded: true };
      }
      result.use.steps += 1;
    }
    if (last !== null) return { ...result, stop: last };
  }
}

type Failed = { failure: IncidentError | "late" };

/** One request. A model that is still silent when the time is over is cut off. */
async function ask(
  model: ChatModel,
  messages: readonly ModelMessage[],
  { task, prompt, tools, concluding, question, signal }: LoopInput,
  remainingMs: number,
): Promise<ModelReply | Failed> {
  const late = AbortSignal.timeout(Math.max(1, Math.ceil(remainingMs)));
  const definitions = [...tools, concluding].map(({ definition }) => definition);
  try {
    return await model.complete(
      {
        task,
        prompt: promptVersion(prompt, definitions),
        messages: [...messages],
        tools: definitions,
        answer: null,
        maxOutputTokens: MAX_OUTPUT_TOKENS,
        sample: 0,
        ...(question === undefined ? {} : { question }),
      },
      AbortSignal.any(signal ? [signal, late] : [late]),
    );
  } catch (error) {
    if (late.aborted) return { failure: "late" };
    if (error instanceof IncidentError) return { failure: error };
    throw error;
  }
}

/** Characters of a token, about. Used for servers that do not count. */
const CHARS_A_TOKEN = 4;
const estimated = (messages: readonly ModelMessage[], { text, calls }: ModelReply) => ({
  inputTokens: Math.ceil(conversationLength(messages) / CHARS_A_TOKEN),
  outputTokens: Math.ceil((text.length + JSON.stringify(calls).length) / CHARS_A_TOKEN),
});
