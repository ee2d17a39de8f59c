import type { LogServerConfig } from "../../config.ts";
import { logServerSource } from "../../connectors/logservers/log-server-source.ts";
import { lokiServer } from "../../connectors/loki/loki-server.ts";
import { openBackendOf } from "./open-backend.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

/** Logs of a server. */
export function openLogServer(config: LogServerConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, "Loki", deps);
  return {
    sources: () => [logServerSource(lokiServer(backend.forAnalysis(), config.labels), config)],
    close: () => backend.close(),
  };
}
