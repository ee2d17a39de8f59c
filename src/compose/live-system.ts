import type { BackendSettings, SourcesConfig } from "../config.ts";
import { topologyAt } from "../connectors/files/documents.ts";
import type { Telemetry } from "../domain/ports.ts";
import { openPrometheus } from "./backends/prometheus.ts";
import type { BackendDeps, LiveBackend } from "./backends/types.ts";

/** The running system. `open`: its sources for one analysis, each with limits of its own. */
export type LiveSystem = { open(): Telemetry; close(): Promise<void> };

/** A new connector adds its kind here. */
function openOne(settings: BackendSettings, deps: BackendDeps): LiveBackend {
  switch (settings.kind) {
    case "prometheus":
      return openPrometheus(settings, deps);
  }
}

/** Opens the backends that the configuration names. Incidents of the service are analysed with them. */
export function openLiveSystem({ topology, backends, proxy }: SourcesConfig & BackendDeps): LiveSystem {
  const opened = backends.map((settings) => openOne(settings, { proxy }));
  return {
    open: () => [
      ...(topology === null ? [] : [topologyAt(topology.file)]),
      ...opened.flatMap((backend) => backend.sources()),
    ],
    close: async () => void (await Promise.all(opened.map((backend) => backend.close()))),
  };
}
