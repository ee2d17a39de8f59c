import type { Memory } from "../agent/deps.ts";
import type { Config } from "../config.ts";
import { fileIncidents } from "../connectors/files/incidents.ts";
import { runbookPages } from "../connectors/web/runbook-pages.ts";
import type { Log } from "../domain/log.ts";
import type { IncidentStore } from "../domain/ports.ts";
import type { StepGuard } from "../agent/step-guard.ts";
import type { Agent } from "../agent/analyse.ts";
import { buildAgent } from "./agent.ts";
import { openMemory } from "./memory.ts";
import { allIncidents } from "./incidents.ts";
import { newComparisonId } from "../app/new-ids.ts";
import { canaryRoutes } from "../llm/canary-routes.ts";
import { openModels } from "./models.ts";
import type { ModelCall } from "../domain/model-call.ts";
import type { ModelRoutes } from "../domain/chat-model.ts";
import { type LiveSystem, openLiveSystem } from "./live-system.ts";
import { openStores, type StorePatience, type Stores } from "./stores.ts";

export type RuntimeOptions = StorePatience & {
  log: Log;
  /** Replaces the incidents of the data folders. */
  recorded?: IncidentStore | undefined;
  /** Unix milliseconds. */
  now: () => number;
  /** Wraps the steps of each analysis; absent: nothing does. */
  guard?: StepGuard | undefined;
  /** Gets each call of a model once it has ended; absent: nobody counts. */
  onModelCall?: ((call: ModelCall) => void) | undefined;
};

/** The stores, memory, incidents and agent of one process, opened from the configuration. */
export type Runtime = {
  stores: Stores;
  memory: Memory;
  /** Null: no model is configured. */
  models: ModelRoutes | null;
  incidents: IncidentStore;
  agent: Agent;
  live: LiveSystem;
  close(): Promise<void>;
};

/** @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openRuntime(
  config: Config,
  { log, recorded = fileIncidents(config.data), now, guard, onModelCall, ...patience }: RuntimeOptions,
): Promise<Runtime> {
  const stores = await openStores(config, patience);
  const memory = await openMemory(config);
  const live = openLiveSystem(config, { otlp: stores.otlp, now });
  const incidents = allIncidents(config, { recorded, service: stores.service, live });
  const modelParts = {
    store: stores.models,
    embedder: memory.embedder,
    tenant: memory.tenant,
    log,
    now,
    onCall: onModelCall,
  };
  const inForce = await openModels(config, modelParts);
  const models =
    inForce &&
    canaryRoutes(inForce, {
      store: stores.canaries,
      open: ({ model }) => openModels({ ...config, model: candidateOf(config.model, model) }, modelParts),
      log,
      now,
      newId: newComparisonId,
    });
  const agent = await buildAgent({
    config,
    incidents,
    store: stores.store,
    memory,
    models,
    notes: stores.threads,
    pages: runbookPages(config.runbookUrls, { proxy: config.proxy }),
    checkpointer: stores.checkpointer,
    log,
    now,
    review: true,
    guard,
  });
  const close = async (): Promise<void> => {
    await models?.settled();
    await live.close();
    await memory.store.close();
    await stores.close();
  };
  return { stores, memory, models, incidents, agent: agent, live, close };
}

/** Another model of the same server. Its price is not known. */
const candidateOf = (model: Config["model"], name: string | undefined): Config["model"] =>
  model === null || name === undefined || name === model.name ? model : { ...model, name, price: undefined };
