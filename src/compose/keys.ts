import type { Config } from "../config.ts";
import { apiKeys } from "../service/api-keys.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import { openStores } from "./stores.ts";

export type Keys = Pick<CausewayService, "createKey" | "listKeys" | "revokeKey"> & { close(): Promise<void> };

/** Opens the API keys only. The service need not run. @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openKeys(config: Config, now: () => number): Promise<Keys> {
  const { service, close } = await openStores(config);
  return { ...apiKeys(service, now), close };
}
