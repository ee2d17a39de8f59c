import { afterAll, beforeAll, expect, it } from "vitest";
import { prometheusMetrics } from "../../../src/connectors/prometheus/metric-source.ts";
import { openBackend } from "../../../src/connectors/backend.ts";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import type { TimeWindow } from "../../../src/domain/time.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type MetricsServer, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { importSamples } from "../../servers/import-samples.ts";

let server: MetricsServer;
beforeAll(async () => {
  server = await startVictoriaMetrics();
});
afterAll(() => server.stop());

const sourceAt = (url: string) =>
  prometheusMetrics(
    openBackend(
      { url, label: "VictoriaMetrics", settings: { address: "PROMETHEUS_URL" } },
      { queries: 200, bytes: 2 ** 29, ms: 60_000, concurrency: 4 },
    ).forAnalysis(),
    { name: "prometheus", url, tenant: null, labels: [], link: null },
  );

/** The contract's times are in 1970, which the server does not keep. */
const [LATER_MS, DAY_MS] = [Date.UTC(2026, 0, 1), 86_400_000];
const later = (range: TimeWindow): TimeWindow => ({ startMs: range.startMs + LATER_MS, endMs: range.endMs + LATER_MS });
const contractSource = (url: string): TelemetrySource<"metric"> => {
  const source = sourceAt(url);
  return {
    ...source,
    async query(query, options) {
      const { data, coverage } = await source.query({ ...query, range: later(query.range) }, options);
      return {
        data: data.map((series) => ({ ...series, timesMs: series.timesMs.map((timeMs) => timeMs - LATER_MS) })),
        coverage: { ...coverage, query },
      };
    },
    metadata: ({ range, ...request }, options) =>
      source.metadata({ ...request, range: later(range ?? { startMs: 0, endMs: DAY_MS }) }, options),
  };
};

keepsTheContract("VictoriaMetrics", async () => {
  await importSamples(
    server.url,
    TIMES_MS.map((timeMs) => ({
      labels: { __name__: nameAt(timeMs), service_name: entityAt(timeMs) },
      timeMs: timeMs + LATER_MS,
      value: 1,
    })),
  );
  return contractSource(server.url);
});

const T0 = Date.UTC(2026, 0, 5, 12);
it("reads the series of an entity, its pods and their nodes, as they were scraped", async () => {
  const times = Array.from({ length: 20 }, (_, at) => T0 + at * 15_000);
  await importSamples(
    server.url,
    times.flatMap((timeMs, at) => [
      {
        labels: { __name__: "http_requests_total", job: "shop/cart", code: "200", instance: "10.0.0.1:80" },
        timeMs,
        value: at,
      },
      {
        labels: {
          __name__: "container_cpu_usage_seconds_total",
          pod: "cart-5d4f8c7b9-x2k4q",
          container: "app",
          node: "node-7",
        },
        timeMs,
        value: at,
      },
      { labels: { __name__: "node_load1", instance: "10.9.0.7:9100", job: "node" }, timeMs, value: at },
      {
        labels: { __name__: "node_uname_info", instance: "10.9.0.7:9100", job: "node", nodename: "node-7" },
        timeMs,
        value: 1,
      },
      { labels: { __name__: "http_requests_total", job: "shop/other", code: "200" }, timeMs, value: at },
    ]),
  );
  const { data, coverage } = await sourceAt(server.url).query(
    queryFor("metric", { startMs: T0, endMs: T0 + 300_000 }, { entities: ["cart"] }),
  );
  expect(data.map(({ entity, entityKind, metric, timesMs }) => [entity, entityKind, metric, timesMs.length])).toEqual([
    ["cart", "service", 'http_requests_total{code="200"}', 20],
    ["cart-5d4f8c7b9-x2k4q", "pod", "container_cpu_usage_seconds_total", 20],
    ["node-7", "node", "node_load1", 20],
  ]);
  expect(coverage.gaps).toEqual([]);
});
