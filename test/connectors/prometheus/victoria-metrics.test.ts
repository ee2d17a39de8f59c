import { afterAll, beforeAll, expect, it } from "vitest";
import type { TelemetrySource } from "../../../src/domain/ports.ts";
import type { TimeWindow } from "../../../src/domain/time.ts";
import { queryFor } from "../../../src/domain/query.ts";
import { type MetricsServer, startVictoriaMetrics } from "../../servers/metrics-servers.ts";
import { entityAt, keepsTheContract, nameAt, TIMES_MS } from "../../telemetry/source-contract.ts";
import { sourceAt } from "./source.ts";
import { importSamples } from "../../servers/import-samples.ts";

let server: MetricsServer;
beforeAll(async () => {
  server = await startVictoriaMetrics();
});
afterAll(() => server.stop());

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

/** 100 series of requests and latencies of one entity, and a figure of another. */
const wide = (() => {
  const of = { service_name: "web" };
  const routes = Array.from({ length: 10 }, (_, at) => `/r${at}`);
  return [
    ...["200", "500"].flatMap((code) =>
      Array.from({ length: 40 }, (_, at) => ({ __name__: "web_requests_total", ...of, code, route: `/r${at}` })),
    ),
    ...["0.1", "0.5", "1", "+Inf"].flatMap((le) =>
      Array.from({ length: 20 }, (_, at) => ({ __name__: "web_duration_seconds_bucket", ...of, le, route: `/r${at}` })),
    ),
    ...routes.map((route) => ({ __name__: "web_open_requests", ...of, route })),
    { __name__: "queue_depth", service_name: "mail" },
  ];
})();
const T1 = T0 + 86_400_000;
const importWide = (url: string): Promise<void> =>
  importSamples(
    url,
    wide.flatMap((labels) =>
      Array.from({ length: 40 }, (_, at) => ({
        labels,
        timeMs: T1 + at * 15_000,
        value: at * ("le" in labels ? 1 : 3),
      })),
    ),
  );
const RANGE = { startMs: T1, endMs: T1 + 40 * 15_000 };

it("lets the server combine a metric with many series: rates by code, percentiles", async () => {
  await importWide(server.url);
  const { data } = await sourceAt(server.url).query(queryFor("metric", RANGE, { entities: ["web"] }));
  expect(data.map(({ metric }) => metric).filter((metric) => !metric.startsWith("web_open"))).toEqual([
    "web_duration_seconds p50",
    "web_duration_seconds p95",
    "web_duration_seconds p99",
    'web_requests_total rate{code="200"}',
    'web_requests_total rate{code="500"}',
  ]);
  expect(data.find(({ metric }) => metric === 'web_requests_total rate{code="500"}')?.values.at(-1)).toBeCloseTo(8, 1);
});

it("finds a combined series again by its name, and shows its query", async () => {
  const names = ["web_duration_seconds p99"];
  const source = sourceAt(server.url, {
    pages: { query: "https://grafana.example/explore?q={query}&from={startMs}", trace: null },
  });
  const query = queryFor("metric", RANGE, { entities: ["web"], names });
  expect((await source.query(query)).data.map(({ metric }) => metric)).toEqual(names);
  const [, , third] = (await source.native?.(query)) ?? [];
  expect(third).toMatchObject({
    language: "PromQL",
    text:
      "histogram_quantile(0.99, sum by (service_name,le) " +
      '(rate({__name__="web_duration_seconds_bucket",service_name="web"}[120000ms])))',
    link: expect.stringContaining("https://grafana.example/explore?q=histogram_quantile%280.99"),
  });
});

it("reads the metrics of the rule and the nearest entities first, and the others if there is room", async () => {
  const rules = [{ name: "Slow", expression: "queue_depth > 3", labels: { service_name: "mail" } }];
  const { data, coverage } = await sourceAt(server.url).query(queryFor("metric", RANGE, { near: ["mail"], rules }));
  expect([...new Set(data.map(({ entity }) => entity))].toSorted()).toEqual(["mail", "web"]);
  expect(coverage.gaps).toEqual([]);
});

it("reads a long range with a step, and says so", async () => {
  const range = { startMs: T1 - 30 * 86_400_000, endMs: RANGE.endMs };
  const { data, coverage } = await sourceAt(server.url).query(queryFor("metric", range, { names: ["queue_depth"] }));
  expect(data[0]?.timesMs.length).toBeLessThan(10);
  expect(coverage.gaps).toMatchObject([{ kind: "sampled" }]);
});
