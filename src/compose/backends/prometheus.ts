import type { PrometheusConfig } from "../../config.ts";
import { prometheusMetrics } from "../../connectors/prometheus/metric-source.ts";
import type { LiveBackend, BackendDeps } from "./types.ts";
import { openBackendOf } from "./open-backend.ts";

/** Metrics of a server with Prometheus's HTTP API. */
export function openPrometheus(config: PrometheusConfig, deps: BackendDeps): LiveBackend {
  const backend = openBackendOf(config, "Prometheus", deps);
  return { sources: () => [prometheusMetrics(backend.forAnalysis(), config)], close: () => backend.close() };
}
