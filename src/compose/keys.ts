import type { Config } from "../config.ts";
import { apiKeys } from "../service/api-keys.ts";
import type { CausewayService } from "../service/causeway-service.ts";
import { type WebSessionLimits, webSessions } from "../service/web-sessions.ts";
import { openStores } from "./stores.ts";

export type Keys = Pick<CausewayService, "createKey" | "listKeys" | "revokeKey" | "sessions"> & {
  close(): Promise<void>;
};

export const sessionLimitsOf = ({ idleMinutes, sessionHours }: Config["web"]): WebSessionLimits => ({
  idleMs: idleMinutes * 60_000,
  wholeMs: sessionHours * 3_600_000,
});

/** Opens API keys and sessions only. The service need not run. @throws {IncidentError} CONFIG, UNAVAILABLE */
export async function openKeys(config: Config, now: () => number): Promise<Keys> {
  const { service, sessions, close } = await openStores(config);
  return { ...apiKeys(service, now), sessions: webSessions(sessions, sessionLimitsOf(config.web), now), close };
}
