import type { PrometheusConfig } from "../../config.ts";
import { prometheusTopology } from "../../connectors/prometheus/topology-source.ts";
import { prometheusMetrics } from "../../connectors/prometheus/metric-source.ts";
import type { LiveBackend, BackendDeps } from "./types.ts";
import { openBackendOf } from "./open-backend.ts";

/** Metrics, and the call edges that they show, of a server with Prometheus's HTTP API. */
export function openPrometheus(config: PrometheusConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, "Prometheus", deps);
  return {
    sources() {
      const http = backend.forAnalysis();
      return [prometheusMetrics(http, config), prometheusTopology(http, config)];
    },
    close: () => backend.close(),
  };
}
