import type { Config } from "../config.ts";
import type { ChatModel } from "../domain/chat-model.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Log } from "../domain/log.ts";
import { DEFAULT_TENANT } from "../domain/memory.ts";
import { openModels } from "./models.ts";
import { openStores } from "./stores.ts";

/**
 * Runs `use` with the model that judges: its calls are in the ledger, and within the caps of the day.
 *
 * @throws {IncidentError} CONFIG if no model is configured.
 */
export async function withJudge<T>(
  config: Config,
  { log, now }: { log: Log; now: () => number },
  use: (model: ChatModel) => Promise<T>,
): Promise<T> {
  const stores = await openStores(config);
  try {
    const models = await openModels(config, {
      store: stores.models,
      embedder: null,
      tenant: DEFAULT_TENANT,
      log,
      now,
    });
    const [model] = models?.modelsFor("judge", { analysisId: null, incidentId: null }) ?? [];
    if (model !== undefined) return await use(model);
    throw new IncidentError("CONFIG", "no model is configured to judge", {
      hint: "Set OPENAI_API_KEY or OPENAI_BASE_URL; see docs/configuration.md.",
    });
  } finally {
    await stores.close();
  }
}
