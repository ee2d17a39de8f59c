import { describe, expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { measuresOf } from "../../src/metrics/measures.ts";
import { anIncident } from "../fakes.ts";

const MINUTE_MS = 60_000;
const SAMPLES = 80;
const SPLIT = 60;
/** A counter of one entity whose increase each minute is `step(minute)`. It restarts at `restartAt`. */
const counter = (metric: string, step: (at: number) => number, restartAt = -1) => {
  let sum = 1000;
  const values = Array.from({ length: SAMPLES }, (_, at) => (sum = at === restartAt ? step(at) : sum + step(at)));
  return { entity: "pay", entityKind: "service", metric, timesMs: values.map((_, at) => at * MINUTE_MS), values };
};
const wave = (at: number): number => 600 + 20 * (at % 5);
const valuesOf = (name: string, own: ReturnType<typeof counter>[]): number[] =>
  measuresOf(own).find(({ series }) => series.metric === name)?.series.values ?? [];
const familiesOf = (own: ReturnType<typeof counter>[]): string[] =>
  metricFindings({
    own,
    shared: [],
    incident: anIncident({ alarmAtMs: (SPLIT + 1) * MINUTE_MS }),
    connector: "files",
    query: "metrics",
  }).map(({ evidence }) => `${evidence.facts.family} ${evidence.facts.metric}`);

/** Buckets of `http_duration_seconds` whose values all lie in the bucket up to `bound(minute)`. */
const BOUNDS = ["0.1", "0.5", "1", "5", "+Inf"];
const buckets = (bound: (at: number) => number, name = "http_duration_seconds_bucket") =>
  BOUNDS.map((le) =>
    counter(`${name}{le="${le}",route="/a"}`, (at) => (Number(le === "+Inf" ? 99 : le) >= bound(at) ? wave(at) : 0)),
  );

describe("a histogram", () => {
  it("gives p50, p95 and p99 between each two samples, interpolated in the bucket", () => {
    const own = buckets((at) => (at >= SPLIT ? 5 : 0.5));
    const p95 = valuesOf('http_duration_seconds p95{route="/a"}', own);
    expect(p95[10]).toBeCloseTo(0.1 + 0.95 * 0.4, 9);
    expect(p95.at(-1)).toBeCloseTo(1 + 0.95 * 4, 9);
    expect(valuesOf('http_duration_seconds p50{route="/a"}', own)[10]).toBeCloseTo(0.3, 9);
  });

  it("keeps label sets apart", () => {
    const own = [
      ...buckets(() => 0.5),
      ...buckets(() => 5).map((one) => ({ ...one, metric: one.metric.replace("/a", "/b") })),
    ];
    expect(valuesOf('http_duration_seconds p50{route="/a"}', own)[5]).toBeLessThan(0.5);
    expect(valuesOf('http_duration_seconds p50{route="/b"}', own)[5]).toBeGreaterThan(1);
  });

  it("gives the last finite bound for a quantile beyond it", () => {
    expect(
      valuesOf(
        'http_duration_seconds p99{route="/a"}',
        buckets(() => 50),
      )[3],
    ).toBe(5);
  });

  it("gives no percentile without an infinite bucket", () => {
    const own = buckets(() => 0.5).slice(0, -1);
    expect(measuresOf(own).filter(({ series }) => / p\d/.test(series.metric))).toEqual([]);
  });

  it.each([
    "http_server_request_duration_seconds_bucket",
    "istio_request_duration_milliseconds_bucket",
    "traefik_service_request_duration_seconds_bucket",
    "grpc_server_handling_seconds_bucket",
    "envoy_cluster_upstream_rq_time_bucket",
    "spring.http.latency.bucket",
  ])("%s that moves to higher buckets is a finding, and its raw buckets are none", (name) => {
    const found = familiesOf(buckets((at) => (at >= SPLIT ? 5 : 0.5), name));
    expect(found.some((one) => one.includes(" p95"))).toBe(true);
    expect(found.filter((one) => one.includes("bucket"))).toEqual([]);
  });
});

describe("a sum and a count", () => {
  it.each([
    "http_server_request_duration_seconds",
    "rpc_server_duration_milliseconds",
    "hikaricp_connections_acquire_seconds",
    "go_sql_query_duration_seconds",
    "http.server.requests.latency",
    "mongodb_op_latency",
  ])("of %s give its mean, which more load does not move", (name) => {
    const last = name.includes(".") ? "." : "_";
    const load = (at: number): number => wave(at) * (at >= SPLIT ? 4 : 1);
    const own = [counter(`${name}${last}sum`, (at) => 0.2 * load(at)), counter(`${name}${last}count`, load)];
    expect(valuesOf(`${name} mean`, own)[7]).toBeCloseTo(0.2, 9);
    expect(familiesOf(own).filter((one) => one.startsWith("latency"))).toEqual([]);
    const slower = [counter(own[0]?.metric ?? "", (at) => (at >= SPLIT ? 0.9 : 0.2) * wave(at)), own[1]].flatMap(
      (one) => one ?? [],
    );
    expect(familiesOf(slower).some((one) => one.endsWith(" mean"))).toBe(true);
  });

  it("give the mean across a restart of the process", () => {
    const own = [
      counter("a_duration_seconds_sum", (at) => 0.2 * wave(at), 40),
      counter("a_duration_seconds_count", wave, 40),
    ];
    for (const value of valuesOf("a_duration_seconds mean", own)) expect(value).toBeCloseTo(0.2, 9);
  });

  it("pair with the requests of the same exporter where the count has another name", () => {
    const own = [
      counter("nginx_ingress_request_duration_seconds_sum", (at) => 0.3 * wave(at)),
      counter("nginx_ingress_requests", wave),
    ];
    expect(valuesOf("nginx_ingress_request_duration_seconds mean", own)[4]).toBeCloseTo(0.3, 9);
  });

  it("name the recorded series, so that the evidence can be read again", () => {
    const own = [counter("a_duration_seconds_sum", (at) => wave(at) / 5), counter("a_duration_seconds_count", wave)];
    expect(measuresOf(own).find(({ series }) => series.metric.endsWith("mean"))?.rawMetrics).toEqual([
      "a_duration_seconds_sum",
      "a_duration_seconds_count",
    ]);
  });

  it("count calls, not seconds", () => {
    const load = (at: number): number => wave(at) * (at >= SPLIT ? 4 : 1);
    expect(familiesOf([counter("http_request_duration_seconds_count", load)])).toEqual(["traffic http_request calls"]);
  });
});

describe("a summary's quantile", () => {
  it.each(["0.5", "0.9", "0.95", "0.99", "0.999"])("%s is latency", (quantile) => {
    const series = counter(`rpc_duration_seconds{quantile="${quantile}"}`, () => 0);
    const values = series.values.map((_, at) => (at >= SPLIT ? 4 : 0.2 + (at % 5) / 100));
    expect(familiesOf([{ ...series, values }])).toEqual([`latency ${series.metric}`]);
  });
});

describe("errors", () => {
  const load = (at: number): number => wave(at) * (at >= SPLIT ? 4 : 1);
  const steadyShare = (at: number): number => (0.01 + (at % 3) / 1000) * load(at);
  const moreFail = (at: number): number => (at >= SPLIT ? 0.3 : 0.01 + (at % 3) / 1000) * wave(at);
  it.each([
    ["http_server_errors_total", "http_server_request_duration_seconds_count"],
    ['http_requests_total{code="503"}', 'http_requests_total{code="200"}'],
    ['grpc_calls_total{grpc_code="UNAVAILABLE",result="error"}', 'grpc_calls_total{grpc_code="OK"}'],
    ["nginx_requests_5xx", "nginx_requests"],
    ['api_requests_total{outcome="SERVER_ERROR"}', 'api_requests_total{outcome="SUCCESS"}'],
    ["job_failures_total", "job_calls_total"],
  ])("%s that grow with %s are load, and no finding", (errors, requests) => {
    const isError = (one: string): boolean => one.startsWith("error ");
    expect(familiesOf([counter(errors, steadyShare), counter(requests, load)]).filter(isError)).toEqual([]);
    expect(familiesOf([counter(errors, moreFail), counter(requests, wave)]).filter(isError)).toHaveLength(1);
  });

  it("count by themselves where no requests are counted", () => {
    expect(familiesOf([counter("http_server_errors_total", steadyShare)])).toHaveLength(1);
  });
});
