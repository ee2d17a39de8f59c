import { setTimeout as delay } from "node:timers/promises";
import { type IncidentError, isUnavailable } from "../../domain/errors.ts";
import type { QuestionModel, QuestionPrompt, QuestionReply } from "../../domain/question-model.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { redacted } from "../http/redact.ts";
import { chatModel } from "./chat-model.ts";
import { CompletionMessage } from "./completion-message.ts";
import { failureOf, type ModelServer, serverName, waitOf } from "./failure.ts";

export type QuestionModelOptions = {
  /** Undefined for a server that needs none. */
  apiKey: string | undefined;
  /** The base address of the API, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  model: string;
  /** For one request. */
  timeoutMs: number;
  /** Retries of one prompt, on 429, 5xx and lost connections. A time-out is never retried. */
  maxRetries: number;
  /** Undefined: the server's own. */
  temperature?: number | undefined;
  proxy?: ProxySettings | null | undefined;
  /** Waits before a retry; absent: by the clock. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** From the end, where models that think first write their answer. */
const LONGEST_REPLY = 20_000;

const byTheClock = (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal });

/**
 * Has a model behind any OpenAI-compatible API answer prompts in plain text. Failures that may pass are retried after
 * the time that the server names, or after a pause that doubles.
 *
 * @throws {IncidentError} from `reply`: UNAVAILABLE when the server is down, overloaded or too slow; REJECTED for a
 *   key, model or request that it refuses; BAD_RESPONSE for a body that is not a completion.
 */
export function openAiQuestionModel({
  apiKey,
  baseUrl,
  model,
  timeoutMs,
  maxRetries,
  temperature,
  proxy,
  pause = byTheClock,
}: QuestionModelOptions): QuestionModel {
  const server: ModelServer = { name: serverName(baseUrl), model, apiKey, timeoutMs };
  const chat = chatModel({ model, apiKey, baseUrl, timeoutMs, proxy, temperature });

  /** One request. `waitMs`: what the server names, or null. `mayPass`: a retry may work. */
  async function once(
    { system, user }: QuestionPrompt,
    signal: AbortSignal,
  ): Promise<{ reply: QuestionReply } | { failure: IncidentError; waitMs: number | null; mayPass: boolean }> {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const message = await chat.invoke(
        [
          ["system", system],
          ["user", user],
        ],
        { signal: AbortSignal.any([deadline, signal]) },
      );
      return { reply: replyOf(message, apiKey) };
    } catch (error) {
      signal.throwIfAborted(); // our caller gave up: not the server's fault
      const failure = failureOf(error, server, deadline.aborted ? "total" : null);
      const isOverdue = deadline.aborted || (error instanceof Error && error.name === "TimeoutError");
      return { failure, waitMs: waitOf(error), mayPass: isUnavailable(failure) && !isOverdue };
    }
  }

  return {
    name: model,
    server: server.name,
    async reply(prompt, signal) {
      signal.throwIfAborted();
      for (let tried = 0; ; tried++) {
        const outcome = await once(prompt, signal);
        if ("reply" in outcome) return outcome.reply;
        if (!outcome.mayPass || tried >= maxRetries) throw outcome.failure;
        const waitMs = outcome.waitMs ?? FIRST_PAUSE_MS * 2 ** tried;
        await pause(Math.min(waitMs, LONGEST_PAUSE_MS), signal);
      }
    },
  };
}

/** Servers that do not count tokens leave the numbers out, which reads as 0. */
function replyOf(message: unknown, apiKey: string | undefined): QuestionReply {
  const { content, usage_metadata: usage } = CompletionMessage.parse(message);
  const text = redacted(content.slice(-LONGEST_REPLY), apiKey === undefined ? [] : [apiKey]);
  const isCounted = usage.input_tokens + usage.output_tokens > 0;
  return { text, use: isCounted ? { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } : null };
}
