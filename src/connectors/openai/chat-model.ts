import { ChatOpenAICompletions, convertCompletionsMessageToBaseMessage } from "@langchain/openai";
import type { ProxySettings } from "../http/proxy.ts";
import { modelFetch } from "./model-fetch.ts";

/** The SDK insists on a key, and takes one from the environment if it is given none: that one may belong elsewhere. */
const NO_KEY = "none";

type Received = Parameters<typeof convertCompletionsMessageToBaseMessage>[0];

/**
 * A chat model behind any OpenAI-compatible API. It retries nothing, and prints nothing whatever OPENAI_LOG says.
 *
 * @param apiKey undefined for a server that wants none.
 */
export const chatModel = ({
  model,
  apiKey,
  baseUrl,
  timeoutMs,
  proxy,
}: {
  model: string;
  apiKey: string | undefined;
  baseUrl: string;
  timeoutMs: number;
  proxy?: ProxySettings | null | undefined;
}): ChatOpenAICompletions =>
  new QuietCompletions({
    model,
    apiKey: apiKey ?? NO_KEY,
    maxRetries: 0,
    timeout: timeoutMs,
    configuration: {
      baseURL: baseUrl,
      organization: null,
      project: null,
      logLevel: "off",
      fetch: modelFetch({ baseUrl, timeoutMs, proxy }),
    },
  });

/** LangChain takes a message whose tool calls are all broken for one of an old package, and says so on the console: here what the model wrote becomes its text. */
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
