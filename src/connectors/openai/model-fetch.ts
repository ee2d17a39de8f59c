import { openHttpDoor } from "../http.ts";
import type { ProxySettings } from "../http/proxy.ts";

/** The HTTP door's `fetch` for the OpenAI SDK, which brings its own key, deadline and retries. */
export const modelFetch = ({
  baseUrl,
  timeoutMs,
  proxy = null,
}: {
  baseUrl: string;
  timeoutMs: number;
  proxy?: ProxySettings | null | undefined;
}): typeof globalThis.fetch =>
  openHttpDoor({
    url: baseUrl,
    label: "The model's server",
    settings: { address: "OPENAI_BASE_URL", credentials: "OPENAI_API_KEY" },
    proxy,
    timeouts: { connectMs: timeoutMs },
  }).fetch;
