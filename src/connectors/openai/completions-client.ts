import { ChatOpenAICompletions } from "@langchain/openai";
import type { ProxySettings } from "../http/proxy.ts";
import { eventStreamFetch } from "./event-stream.ts";
import { modelFetch } from "./model-fetch.ts";
import type { ModelSettings } from "./model-settings.ts";

/** The SDK requires a key. Without one it reads OPENAI_API_KEY, which may belong to another server. */
const NO_KEY = "none";

/**
 * The client of any server with OpenAI's API, and of Azure. It never retries, traces nothing, and prints nothing
 * whatever OPENAI_LOG says.
 *
 * @param at how messages name the model and its server. @param setting the setting of its address.
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/reference
 */
export function completionsClient(
  { model, baseUrl, apiKey, headers, azure, timeoutMs }: ModelSettings,
  { proxy, at, setting }: { proxy: ProxySettings | null | undefined; at: string; setting: string },
): UnparsedCompletions {
  const deployment = encodeURIComponent(azure?.deployment ?? model);
  const root = baseUrl.replace(/\/+$/, "");
  const isBearer = apiKey !== null && azure === null;
  const keyed = isBearer || hasAuthorization(headers) ? (send: typeof globalThis.fetch) => send : withoutBearer;
  return new UnparsedCompletions({
    model,
    apiKey: apiKey ?? NO_KEY,
    maxRetries: 0,
    timeout: timeoutMs,
    configuration: {
      baseURL: azure === null ? root : `${root.replace(/\/openai$/, "")}/openai/deployments/${deployment}`,
      ...(azure === null ? {} : { defaultQuery: { "api-version": azure.apiVersion } }),
      defaultHeaders: {
        ...(azure !== null && apiKey !== null ? { "api-key": apiKey } : {}),
        ...headers,
      },
      organization: null,
      project: null,
      logLevel: "off",
      fetch: eventStreamFetch(keyed(modelFetch({ baseUrl, timeoutMs, proxy })), at, setting),
    },
  });
}

type WholeRequest = Parameters<ChatOpenAICompletions["client"]["chat"]["completions"]["create"]>[0];

/** LangChain parses a whole answer by its schema, and throws for one with a word around it. */
class UnparsedCompletions extends ChatOpenAICompletions {
  wholeCompletion(request: WholeRequest, options: { signal: AbortSignal }): Promise<unknown> {
    const clientOptions = this._getClientOptions(options);
    return this.client.chat.completions.create({ ...request, stream: false }, clientOptions);
  }
}

const hasAuthorization = (headers: Readonly<Record<string, string>>): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === "authorization");

/** The SDK always sends a bearer. */
const withoutBearer =
  (send: typeof globalThis.fetch): typeof globalThis.fetch =>
  (input, init = {}) => {
    const headers = new Headers(init.headers);
    headers.delete("authorization");
    return send(input, { ...init, headers });
  };
