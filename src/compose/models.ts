import { tracerName } from "../app/version.ts";
import { newModelCallId } from "../app/new-ids.ts";
import type { Config, ModelConfig } from "../config.ts";
import type { ModelRoutes } from "../domain/chat-model.ts";
import type { Log } from "../domain/log.ts";
import type { Embedder } from "../domain/memory.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { ModelStore } from "../domain/model-store.ts";
import { maskedModel } from "../llm/masked-model.ts";
import type { OpenChatModelOptions } from "../connectors/openai/open-chat-model.ts";
import type { LearnedForms } from "../connectors/openai/learned-forms.ts";
import { modelSettings } from "./model-settings.ts";
import { modelRoutes, type RoutedModel } from "../llm/model-routes.ts";

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

type ModelsConfig = Pick<Config, "model"> & Partial<Pick<Config, "modelPlan" | "modelLimits" | "proxy" | "tracing">>;

/**
 * Opens the configured models, within their caps and with everything recorded. Null: none is configured, or `--no-llm`
 * was given. The model's SDK loads only here, because it takes time.
 */
export async function openModels(
  { model, modelPlan, modelLimits, proxy, tracing }: ModelsConfig,
  { store, embedder, tenant, log, now, onCall }: ModelParts,
): Promise<ModelRoutes | null> {
  if (model === null || modelLimits === undefined) return null;
  const { caps, cache } = modelLimits;
  const learned: LearnedForms = new Map();
  const opened = new Map<string, RoutedModel>();
  for (const one of modelPlan?.models ?? [model])
    // a benchmark's seed is for all
    opened.set(
      one.name,
      await openModel({ ...one, seed: model.seed }, { proxy, learned }, tracing?.withContent === true),
    );
  return modelRoutes({
    modelsOf: (task) => (modelPlan?.routes[task] ?? [...opened.keys()]).flatMap((name) => opened.get(name) ?? []),
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
  config: ModelConfig,
  options: Pick<OpenChatModelOptions, "proxy" | "learned">,
  withContent: boolean,
): Promise<RoutedModel> {
  const [{ openChatModel }, { tracedModel }] = await Promise.all([
    import("../connectors/openai/open-chat-model.ts"),
    import("../connectors/opentelemetry/traced-model.ts"),
  ]);
  const settings = modelSettings(config);
  const { seed, temperature, timeoutMs } = settings;
  return {
    model: maskedModel(tracedModel(openChatModel(settings, options), { tracerName: tracerName(), seed, withContent })),
    price: config.price ?? null,
    settings: { seed, temperature },
    holdMs: 2 * timeoutMs + HOLD_MARGIN_MS,
  };
}
