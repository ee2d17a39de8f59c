import type { Config } from "../config.ts";
import type { ChatModel, ModelRoutes } from "../domain/chat-model.ts";
import type { Log } from "../domain/log.ts";
import { DEFAULT_TENANT } from "../domain/memory.ts";
import { openModels } from "./models.ts";
import { openStores } from "./stores.ts";

/** The models for questions outside of an incident, with the ledger and the caps of this home. */
export async function withAskModels<T>(
  config: Config,
  { log, now }: { log: Log; now: () => number },
  use: (models: readonly ChatModel[], routes: Pick<ModelRoutes, "judge"> | null) => Promise<T>,
): Promise<T> {
  if (config.model === null) return use([], null);
  const stores = await openStores(config);
  try {
    const routes = await openModels(config, { store: stores.models, embedder: null, tenant: DEFAULT_TENANT, log, now });
    return await use(routes?.modelsFor("ask", { analysisId: null, incidentId: null }) ?? [], routes);
  } finally {
    await stores.close();
  }
}
