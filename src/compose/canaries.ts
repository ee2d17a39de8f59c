import type { Config } from "../config.ts";
import type { CanaryStore } from "../domain/canary.ts";
import { openStores } from "./stores.ts";

/** The canaries in the configured stores. Close them. @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openCanaries(config: Config): Promise<CanaryStore & { close(): Promise<void> }> {
  const { canaries, close } = await openStores(config);
  return { ...canaries, close };
}
