import { afterAll, beforeAll, expect, it } from "vitest";
import { openBackend } from "../../../src/connectors/backend.ts";
import { NO_PAGES } from "../../../src/connectors/link.ts";
import { prometheusTopology } from "../../../src/connectors/prometheus/topology-source.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { importSamples } from "../../servers/import-samples.ts";
import { type MetricsServer, startPrometheus, startVictoriaMetrics } from "../../servers/metrics-servers.ts";

let victoria: MetricsServer;
beforeAll(async () => {
  victoria = await startVictoriaMetrics();
});
afterAll(() => victoria.stop());

const T0 = Date.UTC(2026, 0, 5, 12);
const sourceAt = (url: string) =>
  prometheusTopology(
    openBackend(
      { url, label: "Prometheus", settings: { address: "PROMETHEUS_URL" } },
      { queries: 10, bytes: 2 ** 20, ms: 20_000, concurrency: 1 },
    ).forAnalysis(),
    { name: "prometheus", url, pages: NO_PAGES },
  );

it("reads the calls that Tempo and Istio count, of the range only, with one query", async () => {
  const graph = { __name__: "traces_service_graph_request_total" };
  const istio = { __name__: "istio_requests_total", source_workload: "web-v1", source_canonical_service: "web" };
  const at = (timeMs: number, labels: Record<string, string>) => ({ labels, timeMs, value: 1 });
  await importSamples(victoria.url, [
    at(T0, { ...graph, client: "web", server: "cart", connection_type: "" }),
    at(T0, { ...graph, client: "user", server: "web" }),
    at(T0, { ...istio, destination_service_name: "cart", response_code: "200" }),
    at(T0, { ...istio, destination_service_name: "pay", response_code: "200", reporter: "source" }),
    at(T0, { ...istio, destination_service_name: "pay", response_code: "503", reporter: "destination" }),
    at(T0 - 86_400_000, { ...graph, client: "web", server: "retired" }),
    at(T0, { __name__: "up", client: "web", server: "other" }),
  ]);
  const range = { startMs: T0 - 3_600_000, endMs: T0 + 60_000 };
  const source = sourceAt(victoria.url);
  const { data, coverage } = await source.query(queryFor("topology", range));
  expect(data.edges.map(({ from, to, seen }) => [from, to, seen?.[0]?.by]).toSorted()).toEqual([
    ["web", "cart", "istio_requests_total of prometheus"],
    ["web", "cart", "traces_service_graph_request_total of prometheus"],
    ["web", "pay", "istio_requests_total of prometheus"],
  ]);
  expect(coverage).toMatchObject({ returned: 3, gaps: [] });
});

it("finds no edges in a real Prometheus without such metrics", async () => {
  const prometheus = await startPrometheus({ config: "scrape_configs: []\n" });
  const now = Date.now();
  const { data } = await sourceAt(prometheus.url).query(queryFor("topology", { startMs: now - 60_000, endMs: now }));
  expect(data).toEqual({ nodes: [], edges: [] });
  await prometheus.stop();
});
