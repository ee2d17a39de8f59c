import type { AlertmanagerConfig } from "../../config.ts";
import { alertmanagerAlerts } from "../../connectors/alertmanager/alert-source.ts";
import { alertmanagerFeed } from "../../connectors/alertmanager/feed.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";
import { openBackendOf } from "./open-backend.ts";

/** The alerts that fire at an Alertmanager. */
export function openAlertmanager(config: AlertmanagerConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, "Alertmanager", deps);
  return {
    sources: () => [alertmanagerAlerts(backend.forAnalysis(), config)],
    feed: { kind: "alertmanager", url: config.url, open: () => alertmanagerFeed(backend.forAnalysis(), config) },
    close: () => backend.close(),
  };
}
