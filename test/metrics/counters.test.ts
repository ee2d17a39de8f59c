import { expect, it } from "vitest";
import { counterNames, ratesOf } from "../../src/metrics/counters.ts";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const upTo = (length: number, step = 5): number[] => Array.from({ length }, (_, at) => at * step);

const isCounter = (metric: string, ...all: number[][]): boolean =>
  counterNames(all.map((values) => ({ metric, values }))).size === 1;

it("recognises a counter by its name and its values", () => {
  expect(isCounter("http_server_errors_total", upTo(12))).toBe(true);
  expect(isCounter("http_server_errors_total", [...upTo(12), 2, 7, 12])).toBe(true); // a restart
  expect(isCounter("http_server_active_requests", upTo(12))).toBe(false);
  expect(isCounter("requests_Sum", [4, 9, 3, 8, 8, 9, 2, 9, 4, 8])).toBe(false); // a sum per interval
  expect(isCounter("requests_Sum", upTo(5))).toBe(false); // may be chance
});

it("recognises the counters and histograms of a process that was scraped only a few times", () => {
  const short = (metric: string, values = upTo(5)) => ({ metric, values });
  const names = counterNames([
    short('http_requests_total{code="200"}'),
    ...["0.1", "1", "+Inf"].map((le) => short(`latency_seconds_bucket{le="${le}"}`)),
    short("latency_seconds_sum"),
    short("latency_seconds_count"),
    short("orders_count"), // may be the orders of each interval
    short("cached_total", [5, 5, 5, 5, 5]),
    short("lagging_total", [3, 4, 5, 4, 6]),
    short("seen_total", upTo(3)),
  ]);
  expect([...names].toSorted()).toEqual([
    "http_requests_total",
    "latency_seconds_bucket",
    "latency_seconds_count",
    "latency_seconds_sum",
  ]);
});

it.each([
  'http_requests_total{code="5xx"}',
  'node_cpu_seconds_total{mode="idle"}',
  "http_requests_total;code=500;host=web-1",
  "trace.http.request.hits.count{env:prod}",
])("recognises the labelled counter %s", (metric) => {
  expect(isCounter(metric, upTo(12))).toBe(true);
});

it.each([
  "node_netstat_Tcp_RetransSegs",
  'pg_stat_database_xact_commit{datname="shop"}',
  "mysql_global_status_queries",
  "redis_commands_processed",
  "ifInOctets",
  "node_cpu",
])("recognises %s as a counter, whose name does not say so", (metric) => {
  expect(isCounter(metric, upTo(60))).toBe(true);
});

it.each([
  ["node_filesystem_used_bytes", upTo(60)],
  ["kafka_consumergroup_lag", upTo(60)],
  ["process_uptime_seconds", upTo(60)],
  ["container.memory.usage.total", [...upTo(30), ...upTo(30), ...upTo(30)]],
  ["http_request_duration_seconds_p99", upTo(60)],
  ["temperature", upTo(20)],
])("takes %s for a gauge though it climbs", (metric, values) => {
  expect(isCounter(metric, values)).toBe(false);
});

it("judges all series of a metric together: a rare status code alone shows too little", () => {
  const rare = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1];
  const series = (code: string, values: number[]) => ({ metric: `nginx_http_requests{code="${code}"}`, values });
  expect(counterNames([series("200", upTo(60)), series("502", rare)])).toEqual(new Set(["nginx_http_requests"]));
  expect(counterNames([series("502", rare)])).toEqual(new Set());
});

it("counts nothing for a sum of counters that lost a member", () => {
  const counted = {
    entity: "web",
    entityKind: "service",
    metric: "requests_total",
    timesMs: [0, 10_000, 20_000, 30_000],
    values: [900, 950, 650, 680],
  };
  expect(ratesOf(counted).values).toEqual([5, 3]);
});

it("computes the rate per second across a counter reset and a gap", () => {
  const counted = {
    entity: "cart",
    entityKind: "service",
    metric: "errors_total",
    timesMs: [0, 10_000, 20_000, 50_000, 50_000],
    values: [100, 120, 30, 90, 95],
  };
  expect(ratesOf(counted)).toEqual({ ...counted, timesMs: [10_000, 20_000, 50_000], values: [2, 3, 2] });
  expect(ratesOf({ ...counted, timesMs: [], values: [] }).values).toEqual([]);
});

it("finds a counter that rises faster, not one that keeps rising", () => {
  const timesMs = Array.from({ length: 60 }, (_, at) => at * 10_000);
  const counter = (perSecond: (timeMs: number) => number) => {
    let sum = 0;
    return [
      {
        entity: "cart",
        entityKind: "service",
        metric: "http_server_errors_total",
        timesMs,
        values: timesMs.map((timeMs) => (sum += 10 * perSecond(timeMs))),
      },
    ];
  };
  const find = (own: ReturnType<typeof counter>) =>
    metricFindings({
      own,
      shared: [],
      incident: anIncident({ alarmAtMs: 400_000 }),
      connector: "files",
      query: "metrics",
    });
  expect(find(counter((timeMs) => 1 + (timeMs % 3) / 10))).toEqual([]);
  expect(find(counter((timeMs) => (timeMs >= 390_000 ? 9 : 1)))).toMatchObject([
    {
      onsetMs: 390_000,
      summary: "cart: http_server_errors_total per second rose from 1 to 9",
      evidence: { facts: { before: 1, after: 9 } },
    },
  ]);
});
