import type { PrometheusConfig } from "../../config.ts";
import { prometheusAlerts, prometheusFeed } from "../../connectors/prometheus/alert-source.ts";
import { prometheusTopology } from "../../connectors/prometheus/topology-source.ts";
import { prometheusMetrics } from "../../connectors/prometheus/metric-source.ts";
import type { LiveBackend, BackendDeps } from "./types.ts";
import { openBackendOf } from "./open-backend.ts";

/**
 * Metrics, and the call edges that they show, of a server with Prometheus's HTTP API. `hasAlerts`: also the alerts of
 * its rules, where no Alertmanager has them.
 */
export function openPrometheus(
  config: PrometheusConfig,
  deps: BackendDeps,
  { hasAlerts }: { hasAlerts: boolean },
): LiveBackend {
  const backend = openBackendOf(config, "Prometheus", deps);
  return {
    sources() {
      const http = backend.forAnalysis();
      const metrics = [prometheusMetrics(http, config), prometheusTopology(http, config)];
      return hasAlerts ? [...metrics, prometheusAlerts(http, config)] : metrics;
    },
    feed: { kind: "prometheus", url: config.url, open: () => prometheusFeed(backend.forAnalysis(), config) },
    close: () => backend.close(),
  };
}
