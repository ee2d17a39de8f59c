import { ChatOpenAICompletions, convertCompletionsMessageToBaseMessage } from "@langchain/openai";
import type { ProxySettings } from "../http/proxy.ts";
import { modelFetch } from "./model-fetch.ts";

/** The SDK requires a key. Without one it reads OPENAI_API_KEY, which may belong to another server. */
const NO_KEY = "none";

type Received = Parameters<typeof convertCompletionsMessageToBaseMessage>[0];

/**
 * A chat model behind any OpenAI-compatible API. It never retries, and prints nothing whatever OPENAI_LOG says.
 *
 * @param apiKey undefined for a server that needs none.
 * @param temperature undefined: the server's own. Some models refuse any other.
 */
export const chatModel = ({
  model,
  apiKey,
  baseUrl,
  timeoutMs,
  proxy,
  temperature,
  seed,
}: {
  model: string;
  apiKey: string | undefined;
  baseUrl: string;
  timeoutMs: number;
  proxy?: ProxySettings | null | undefined;
  temperature?: number | undefined;
  seed?: number | undefined;
}): ChatOpenAICompletions =>
  new QuietCompletions({
    model,
    apiKey: apiKey ?? NO_KEY,
    maxRetries: 0,
    timeout: timeoutMs,
    ...(temperature !== undefined && { temperature }),
    ...(seed !== undefined && { modelKwargs: { seed } }),
    configuration: {
      baseURL: baseUrl,
      organization: null,
      project: null,
      logLevel: "off",
      fetch: modelFetch({ baseUrl, timeoutMs, proxy }),
    },
  });

/**
 * LangChain mistakes a message with only broken tool calls for one of an old package, and prints that. Here the model's
 * text becomes the message.
 */
class QuietCompletions extends ChatOpenAICompletions {
  protected override _convertCompletionsMessageToBaseMessage(
    message: Received["message"],
    rawResponse: Received["rawResponse"],
  ) {
    const calls = message.tool_calls ?? [];
    if (calls.some((call) => call.type === "function" && isJson(call.function.arguments)))
      return convertCompletionsMessageToBaseMessage({ message, rawResponse });
    const written = calls.flatMap((call) => (call.type === "function" ? [call.function.arguments] : [])).join("\n");
    const { tool_calls: _broken, ...rest } = message;
    return convertCompletionsMessageToBaseMessage({
      message: { ...rest, content: written || message.content },
      rawResponse,
    });
  }
}

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}
