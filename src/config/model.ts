import { z } from "zod";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, secret, secretIn, set } from "./env.ts";
import type { ModelPrice } from "../domain/model-price.ts";
import { InvestigationFile } from "./investigation.ts";
import { CacheFile, CapsFile } from "./model-limits.ts";
import { PriceFile, readPrice } from "./model-price.ts";
import { Count, NO_NUMBER, numberOf } from "./numbers.ts";
import { WebUrl } from "./web-url.ts";
import type { ModelTask } from "../domain/chat-model.ts";

const DEFAULT_MODEL = "gpt-4o-mini";
const DEFAULT_MODEL_TIMEOUT_MS = 60_000;
const DEFAULT_MODEL_URL = "https://api.openai.com/v1";

const Headers = z
  .record(z.string(), z.string("the value of a header is a text"))
  .refine(
    (headers) => Object.keys(headers).every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name)),
    "a header's name has no spaces and no colon",
  );
const Temperature = numberOf(z.number(NO_NUMBER).min(0).max(2));
const Retries = numberOf(z.number(NO_NUMBER).int().min(0).max(10));
const Supported = z.boolean("write true or false");

/** The keys of a model, in `model` and in each of `models`. */
export const MODEL_KEYS = {
  baseUrl: WebUrl.optional(),
  apiKey: z.string().min(1).optional(),
  apiKeyFile: z.string().min(1).optional(),
  headers: Headers.optional(),
  azure: z.strictObject({ apiVersion: z.string().min(1), deployment: z.string().min(1).optional() }).optional(),
  contextTokens: Count.optional(),
  timeoutMs: Milliseconds.optional(),
  idleTimeoutMs: Milliseconds.optional(),
  maxRetries: Retries.optional(),
  temperature: Temperature.optional(),
  capabilities: z
    .strictObject({
      stream: Supported.optional(),
      tools: Supported.optional(),
      schema: Supported.optional(),
      json: Supported.optional(),
    })
    .optional(),
  price: PriceFile.optional(),
} as const;

const Route = z.union([z.string(), z.array(z.string())], { error: "a model's name, or a list of names" });
const Votes = numberOf(z.number(NO_NUMBER).int("give a whole number").min(1).max(15));

export const ModelFile = z.strictObject({
  name: z.string().optional(),
  ...MODEL_KEYS,
  apiKey: z.string().optional(),
  caps: CapsFile.optional(),
  cache: CacheFile.optional(),
  routes: z
    .strictObject({
      explain: Route.optional(),
      investigate: Route.optional(),
      ask: Route.optional(),
      judge: Route.optional(),
      runbook: Route.optional(),
    } satisfies Record<ModelTask, unknown>)
    .optional(),
  vote: z.strictObject({ k: Votes.optional() }).optional(),
  investigation: InvestigationFile.optional(),
});

/**
 * One model. Optional settings are absent where the server's or Causeway's own value counts.
 *
 * - `name`: as reports name it. `model`: as its server names it; absent if that is the same.
 * - `apiKey`: null for a server that needs none. `headers`: secrets.
 * - `seed`: sent to the model, for runs that are to differ or to repeat; only a benchmark gives one.
 * - `price`: absent if not known. `place`: of its settings in the file, such as `models.small`; absent for the only one.
 */
export type ModelConfig = {
  name: string;
  place?: string | undefined;
  model?: string | undefined;
  baseUrl: string;
  apiKey: string | null;
  timeoutMs: number;
  headers?: Readonly<Record<string, string>> | undefined;
  azure?: { apiVersion: string; deployment?: string | undefined } | undefined;
  contextTokens?: number | undefined;
  idleTimeoutMs?: number | undefined;
  maxRetries?: number | undefined;
  temperature?: number | undefined;
  capabilities?: z.infer<(typeof MODEL_KEYS)["capabilities"]>;
  seed?: number | undefined;
  price?: ModelPrice | undefined;
};

type GivenModel = Omit<ModelConfig, "name" | "place" | "apiKey" | "seed" | "baseUrl" | "timeoutMs"> & {
  baseUrl?: string | undefined;
  timeoutMs?: number | undefined;
  apiKey?: string | undefined;
  apiKeyFile?: string | undefined;
};

/**
 * A model of the list. Without a `baseUrl`, it is on the server of `model`, and uses its key: a key is sent only to the
 * server it belongs to.
 *
 * @throws {IncidentError} CONFIG when the file of the key cannot be read.
 */
export function modelOf(name: string, given: GivenModel, shared: ModelConfig | null): ModelConfig {
  const { apiKey, apiKeyFile, baseUrl, timeoutMs, ...rest } = given;
  const own = apiKey ?? keyIn(apiKeyFile, `models.${name}`);
  return {
    name,
    place: `models.${name}`,
    baseUrl: baseUrl ?? shared?.baseUrl ?? DEFAULT_MODEL_URL,
    timeoutMs: timeoutMs ?? shared?.timeoutMs ?? DEFAULT_MODEL_TIMEOUT_MS,
    ...rest,
    apiKey: own ?? (baseUrl === undefined ? (shared?.apiKey ?? null) : null),
  };
}

const keyIn = (path: string | undefined, place: string): string | undefined =>
  path === undefined ? undefined : secretIn(path, { setting: `${place}.apiKeyFile`, direct: `${place}.apiKey` });

/** `null`: no model is configured, and none is called. */
export function readModel(env: Env, file: z.infer<typeof ModelFile> = {}): ModelConfig | null {
  const { name, apiKeyFile, timeoutMs, headers, azure, contextTokens, idleTimeoutMs } = file;
  const { maxRetries, temperature, capabilities } = file;
  const further = { headers, azure, contextTokens, idleTimeoutMs, maxRetries, temperature, capabilities };
  const apiKey = secret(env, "OPENAI_API_KEY") ?? file.apiKey ?? keyIn(apiKeyFile, "model");
  const baseUrl = fromEnv(env, "OPENAI_BASE_URL", WebUrl) ?? fromEnv(env, "OPENAI_API_BASE", WebUrl) ?? file.baseUrl;
  if (apiKey === undefined && baseUrl === undefined) return null;
  const price = readPrice(env, file.price);
  return {
    name: set(env.OPENAI_MODEL) ?? name ?? DEFAULT_MODEL,
    baseUrl: baseUrl ?? DEFAULT_MODEL_URL,
    apiKey: apiKey ?? null,
    timeoutMs: fromEnv(env, "CAUSEWAY_MODEL_TIMEOUT_MS", Milliseconds) ?? timeoutMs ?? DEFAULT_MODEL_TIMEOUT_MS,
    ...Object.fromEntries(Object.entries(further).filter(([, value]) => value !== undefined)),
    ...(price === null ? {} : { price }),
  };
}

/** Without the key and the values of headers. */
export const maskModel = (model: ModelConfig): ModelConfig => ({
  ...model,
  apiKey: maskedSecret(model.apiKey),
  baseUrl: maskedUrl(model.baseUrl),
  ...(model.headers === undefined
    ? {}
    : { headers: Object.fromEntries(Object.keys(model.headers).map((name) => [name, "(set)"])) }),
});
