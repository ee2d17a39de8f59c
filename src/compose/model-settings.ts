import type { ModelConfig } from "../config.ts";
import type { ModelSettings } from "../connectors/openai/model-settings.ts";

const RETRIES = 2;
/** Between two parts of an answer. */
const IDLE_TIMEOUT_MS = 30_000;

/** The settings of a model with the defaults that the configuration leaves out. */
export const modelSettings = (model: ModelConfig): ModelSettings => ({
  name: model.name,
  place: model.place ?? null,
  model: model.model ?? model.name,
  baseUrl: model.baseUrl,
  apiKey: model.apiKey,
  headers: model.headers ?? {},
  azure: model.azure === undefined ? null : { deployment: null, ...model.azure },
  contextTokens: model.contextTokens ?? null,
  timeoutMs: model.timeoutMs,
  idleTimeoutMs: model.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
  maxRetries: model.maxRetries ?? RETRIES,
  temperature: model.temperature ?? null,
  seed: model.seed ?? null,
  capabilities: model.capabilities ?? {},
});
