import type { TracesConfig } from "../../config.ts";
import { jaegerBackend, jaegerTopology } from "../../connectors/jaeger/backend.ts";
import { tempoBackend } from "../../connectors/tempo/backend.ts";
import { backendTraces } from "../../connectors/traces/trace-backend.ts";
import { openBackendOf } from "./open-backend.ts";
import type { BackendDeps, LiveBackend } from "./types.ts";

/** Traces of Jaeger, and the calls that it counts; or traces of Tempo. */
export function openTraces(config: TracesConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, config.kind === "jaeger" ? "Jaeger" : "Tempo", deps);
  return {
    sources() {
      const http = backend.forAnalysis();
      return config.kind === "jaeger"
        ? [backendTraces(jaegerBackend(http, config)), jaegerTopology(http, config)]
        : [backendTraces(tempoBackend(http, config))];
    },
    close: () => backend.close(),
  };
}
