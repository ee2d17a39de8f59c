import { tracerName } from "../app/version.ts";
import { newModelCallId } from "../app/new-ids.ts";
import type { Config, ModelConfig } from "../config.ts";
import type { ModelRoutes } from "../domain/chat-model.ts";
import type { Log } from "../domain/log.ts";
import type { Embedder } from "../domain/memory.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { ModelStore } from "../domain/model-store.ts";
import { maskedModel } from "../llm/masked-model.ts";
import { modelRoutes, type RoutedModel } from "../llm/model-routes.ts";

const MODEL_RETRIES = 2;
/** A reservation outlives the call's own time limit by this much, milliseconds. */
const HOLD_MARGIN_MS = 60_000;

export type ModelParts = {
  store: ModelStore;
  /** Embeds questions for the semantic cache. */
  embedder: Embedder | null;
  tenant: string;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  onCall?: ((call: ModelCall) => void) | undefined;
};

type ModelsConfig = Pick<Config, "model"> & Partial<Pick<Config, "modelLimits" | "proxy" | "tracing">>;

/**
 * Opens the configured models, within their caps and with everything recorded. Null: none is configured, or `--no-llm`
 * was given. The model's SDK loads only here, because it takes time.
 */
export async function openModels(
  { model, modelLimits, proxy, tracing }: ModelsConfig,
  { store, embedder, tenant, log, now, onCall }: ModelParts,
): Promise<ModelRoutes | null> {
  if (model === null || modelLimits === undefined) return null;
  const { caps, cache } = modelLimits;
  const opened = await openModel(model, proxy, tracing?.withContent === true);
  return modelRoutes({
    modelsOf: () => [opened],
    store,
    caps,
    cache: cache.mode === "off" ? null : { ...cache, embedder: cache.mode === "semantic" ? embedder : null },
    tenant,
    log,
    now,
    newId: newModelCallId,
    onCall,
  });
}

async function openModel(
  { name, baseUrl, apiKey, timeoutMs, seed, price }: ModelConfig,
  proxy: Config["proxy"] | undefined,
  withContent: boolean,
): Promise<RoutedModel> {
  const [{ openChatModel }, { tracedModel }] = await Promise.all([
    import("../connectors/openai/open-chat-model.ts"),
    import("../connectors/opentelemetry/traced-model.ts"),
  ]);
  const model = openChatModel(
    {
      name,
      model: name,
      baseUrl,
      apiKey,
      headers: {},
      azure: null,
      contextTokens: null,
      timeoutMs,
      idleTimeoutMs: timeoutMs,
      maxRetries: MODEL_RETRIES,
      temperature: null,
      seed: seed ?? null,
      capabilities: {},
    },
    { proxy },
  );
  return {
    model: maskedModel(tracedModel(model, { tracerName: tracerName(), seed: seed ?? null, withContent })),
    price: price ?? null,
    settings: { seed: seed ?? null },
    holdMs: timeoutMs + HOLD_MARGIN_MS,
  };
}
