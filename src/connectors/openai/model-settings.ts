/** What a server may support. A request that needs a missing one takes another form. */
export const CAPABILITIES = ["stream", "tools", "schema", "json"] as const;
/**
 * `stream`: sends an answer in parts. `tools`: function calling. `schema`: `response_format` with a JSON Schema.
 * `json`: `response_format` for any JSON object.
 */
export type Capability = (typeof CAPABILITIES)[number];

/**
 * A model, and how to reach it.
 *
 * - `name`: as the configuration, reports and the ledger name it. `model`: as its server names it.
 * - `place`: of its settings in the file, for hints; null if they are environment variables.
 * - `baseUrl`: where the API begins, such as `https://api.openai.com/v1`. For Azure, the address of the resource.
 * - `apiKey`: null for a server that needs none. `headers`: sent with each request; secrets.
 * - `azure`: null for every other server. `deployment`: null if it is named like the model.
 * - `contextTokens`: the longest conversation, answer included; null if unknown.
 * - `timeoutMs`: of one request; retries have their own. `idleTimeoutMs`: between two parts of an answer.
 * - `maxRetries`: after 429, 5xx and lost connections. A time-out is not retried.
 * - `temperature`: null for the server's own. `seed`: null sends none.
 * - `capabilities`: what the server supports for sure, or does not. Causeway finds out the others.
 */
export type ModelSettings = {
  name: string;
  place: string | null;
  model: string;
  baseUrl: string;
  apiKey: string | null;
  headers: Readonly<Record<string, string>>;
  azure: { apiVersion: string; deployment?: string | null | undefined } | null;
  contextTokens: number | null;
  timeoutMs: number;
  idleTimeoutMs: number;
  maxRetries: number;
  temperature: number | null;
  seed: number | null;
  capabilities: Readonly<Partial<Record<Capability, boolean | undefined>>>;
};

/** How hints name the settings of a model. */
export const settingNames = (place: string | null) =>
  place === null
    ? { address: "OPENAI_BASE_URL", key: "OPENAI_API_KEY", model: "OPENAI_MODEL", timeout: "CAUSEWAY_MODEL_TIMEOUT_MS" }
    : { address: `${place}.baseUrl`, key: `${place}.apiKey`, model: `${place}.model`, timeout: `${place}.timeoutMs` };
