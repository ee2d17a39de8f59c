import { setTimeout as delay } from "node:timers/promises";
import type { ChatOpenAICompletions } from "@langchain/openai";
import { IncidentError, isUnavailable } from "../../domain/errors.ts";
import type { Claim, ClaimWriter, ExplainInput, ModelUse } from "../../domain/ports.ts";
import type { ProxySettings } from "../http/proxy.ts";
import { ClaimsAnswer, readAnswer } from "./claims-answer.ts";
import { chatModel } from "./chat-model.ts";
import { CompletionMessage } from "./completion-message.ts";
import { failureOf, type ModelServer, serverName, statusOf } from "./failure.ts";

export type OpenAiOptions = {
  /** Undefined for a server that needs none. */
  apiKey: string | undefined;
  /** The base address of the API, such as `https://api.openai.com/v1`. */
  baseUrl: string;
  model: string;
  /** For one `writeClaims`, fallbacks, repair and retries included. */
  timeoutMs: number;
  /** Retries of one request, on 429, 5xx and lost connections; 0 unless given. A time-out is never retried. */
  maxRetries?: number;
  /** Of the model's sampling; none unless given. Many servers ignore it. */
  seed?: number | undefined;
  proxy?: ProxySettings | null | undefined;
  /** Builds the prompt. Injected, because prompts know findings and a connector knows only its vendor. */
  prompt: (input: ExplainInput) => { system: string; user: string };
};

/** Ways to request an answer, the most reliable first. Small servers refuse some. */
const MODES = ["tool", "json", "text"] as const;
type Mode = (typeof MODES)[number];
type PromptMessage = ["system" | "user" | "assistant", string];
type Reply = { answer: unknown; written: string; use: ModelUse };

/** Statuses of servers that do not support the form of a request. */
const FORM_REFUSED = new Set([400, 415, 422, 501]);
const LONGEST_ECHO = 4000;
const FIRST_PAUSE_MS = 200;

/**
 * Has a model behind any OpenAI-compatible API write claims. A server that refuses tools is asked for JSON, and one
 * that refuses JSON for plain text. An answer that does not fit is sent back once with the reason.
 *
 * @throws {IncidentError} from `writeClaims`: UNAVAILABLE when the server is down, overloaded or too slow; REJECTED
 *   for a key, model or request that it refuses; BAD_RESPONSE for a body that is not a completion, or claims that do
 *   not fit after the repair. An aborted `signal` throws its own reason.
 */
export function openAiClaimWriter({
  apiKey,
  baseUrl,
  model,
  timeoutMs,
  maxRetries = 0,
  prompt,
  proxy,
  seed,
}: OpenAiOptions): ClaimWriter {
  const server: ModelServer = { name: serverName(baseUrl), model, apiKey, timeoutMs };
  const chat = chatModel({ model, apiKey, baseUrl, timeoutMs, proxy, seed });

  /** Uses the first of `modes` that the server supports. Retries failures that may pass, after a pause that doubles. */
  async function ask(
    messages: PromptMessage[],
    modes: readonly Mode[],
    signal: AbortSignal,
    retries = maxRetries,
  ): Promise<Reply & { mode: Mode }> {
    const [mode = "text", ...others] = modes;
    try {
      return { ...(await send(chat, messages, mode, signal)), mode };
    } catch (error) {
      if (others.length > 0 && FORM_REFUSED.has(statusOf(error) ?? 0)) return ask(messages, others, signal, retries);
      if (retries === 0 || signal.aborted || !isUnavailable(failureOf(error, server, null))) throw error;
    }
    await delay(FIRST_PAUSE_MS * 2 ** (maxRetries - retries), undefined, { signal });
    return ask(messages, modes, signal, retries - 1);
  }

  return {
    name: model,
    async writeClaims(input, signal, onUse): Promise<{ claims: Claim[]; use: ModelUse }> {
      signal?.throwIfAborted();
      const { system, user } = prompt(input);
      const messages: PromptMessage[] = [
        ["system", system],
        ["user", user],
      ];
      const deadline = AbortSignal.timeout(timeoutMs);
      const either = AbortSignal.any(signal === undefined ? [deadline] : [deadline, signal]);
      try {
        const first = await ask(messages, MODES, either);
        onUse?.(first.use);
        const read = readAnswer(first.answer);
        if (read.ok) return { claims: read.claims, use: first.use };

        const repair =
          `That answer does not fit:\n${read.why}\n` +
          "Answer again, in the form that was asked for and with nothing else.";
        const second = await ask(
          [...messages, ["assistant", first.written.slice(0, LONGEST_ECHO) || "(empty)"], ["user", repair]],
          [first.mode],
          either,
        );
        onUse?.(second.use);
        const again = readAnswer(second.answer);
        if (again.ok) return { claims: again.claims, use: sum(first.use, second.use) };
        const hint = "Set OPENAI_MODEL to a model that can call tools or write JSON, or pass --no-llm.";
        throw new IncidentError(
          "BAD_RESPONSE",
          `the model ${model} at ${server.name} did not return valid claims, even after one correction:\n${again.why}`,
          { hint },
        );
      } catch (error) {
        signal?.throwIfAborted(); // our caller gave up: not the server's fault
        throw error instanceof IncidentError ? error : failureOf(error, server, deadline.aborted ? "total" : null);
      }
    },
  };
}

async function send(
  chat: ChatOpenAICompletions,
  messages: PromptMessage[],
  mode: Mode,
  signal: AbortSignal,
): Promise<Reply> {
  if (mode === "text") return replyOf(await chat.invoke(messages, { signal }));
  const method = mode === "tool" ? "functionCalling" : "jsonMode";
  const asking = chat.withStructuredOutput(ClaimsAnswer, { method, name: "write_claims", includeRaw: true });
  const { raw } = await asking.invoke(messages, { signal });
  return replyOf(raw);
}

/** The arguments of the tool call, or the text: some models write the JSON there even with a tool. */
function replyOf(message: unknown): Reply {
  const {
    content,
    tool_calls: [call],
    usage_metadata: usage,
  } = CompletionMessage.parse(message);
  const written = call === undefined ? content : JSON.stringify(call.args);
  return {
    answer: call?.args ?? written,
    written,
    use: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens },
  };
}

const sum = (a: ModelUse, b: ModelUse): ModelUse => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
});
