import { z } from "zod";
import { type Env, fromEnv, maskedSecret, maskedUrl, Milliseconds, secret, set } from "./env.ts";
import type { ModelPrice } from "../domain/model-price.ts";
import { CacheFile, CapsFile } from "./model-limits.ts";
import { PriceFile, readPrice } from "./model-price.ts";
import { WebUrl } from "./web-url.ts";

const DEFAULT_MODEL = "gpt-4o-mini";
const DEFAULT_MODEL_TIMEOUT_MS = 60_000;
const DEFAULT_MODEL_URL = "https://api.openai.com/v1";

export const ModelFile = z.strictObject({
  name: z.string().optional(),
  baseUrl: WebUrl.optional(),
  apiKey: z.string().optional(),
  timeoutMs: Milliseconds.optional(),
  price: PriceFile.optional(),
  caps: CapsFile.optional(),
  cache: CacheFile.optional(),
});

/** `apiKey`: null for a server that needs none. */
export type ModelConfig = {
  name: string;
  baseUrl: string;
  apiKey: string | null;
  timeoutMs: number;
  /** Sent to the model, for runs that are to differ or to repeat; none unless a benchmark gives one. */
  seed?: number | undefined;
  /** Absent: not known. */
  price?: ModelPrice | undefined;
};

/** `null`: no model is configured, and none is called. */
export function readModel(env: Env, file: z.infer<typeof ModelFile> | undefined): ModelConfig | null {
  const apiKey = secret(env, "OPENAI_API_KEY") ?? file?.apiKey;
  const baseUrl = fromEnv(env, "OPENAI_BASE_URL", WebUrl) ?? fromEnv(env, "OPENAI_API_BASE", WebUrl) ?? file?.baseUrl;
  if (apiKey === undefined && baseUrl === undefined) return null;
  const price = readPrice(env, file?.price);
  return {
    name: set(env.OPENAI_MODEL) ?? file?.name ?? DEFAULT_MODEL,
    baseUrl: baseUrl ?? DEFAULT_MODEL_URL,
    apiKey: apiKey ?? null,
    timeoutMs: fromEnv(env, "CAUSEWAY_MODEL_TIMEOUT_MS", Milliseconds) ?? file?.timeoutMs ?? DEFAULT_MODEL_TIMEOUT_MS,
    ...(price === null ? {} : { price }),
  };
}

export const maskModel = (model: ModelConfig): ModelConfig => ({
  ...model,
  apiKey: maskedSecret(model.apiKey),
  baseUrl: maskedUrl(model.baseUrl),
});
