import { describe, expect, it } from "vitest";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const STEP_MS = 15_000;
const SAMPLES = 200;
const SPLIT = 160;
const NOISE = [0, 3, -2, 4, -4, 1, 2, -3];

/** Traffic by sample, in parts: some noise is added to each. */
const series = (entity: string, metric: string, level: (at: number) => number, offsetMs = 0) => ({
  entity,
  entityKind: "service",
  metric,
  timesMs: Array.from({ length: SAMPLES }, (_, at) => at * STEP_MS + offsetMs),
  values: Array.from({ length: SAMPLES }, (_, at) => level(at) + (NOISE[at % NOISE.length] ?? 0)),
});
const step = (before: number, during: number) => (at: number) => (at >= SPLIT ? during : before);
const latency = (entity: string) => series(entity, "http_request_latency_ms", step(60, 600));
const factsOf = (...own: ReturnType<typeof series>[]) => {
  const findings = metricFindings({
    own,
    shared: [],
    incident: anIncident({ alarmAtMs: SPLIT * STEP_MS }),
    connector: "files",
    query: "metrics",
  });
  return findings.find(({ evidence: { facts } }) => facts.family === "latency")?.evidence.facts;
};
/** How many times the highest quiet value the slow entity serves. */
const timesOf = (...own: ReturnType<typeof series>[]): number => Number(factsOf(...own)?.traffic_times);

describe("the demand on an entity", () => {
  it("is compared with the highest quiet value, not with the usual one", () => {
    const lively = series("edge", "requests_per_second", (at) => (at >= SPLIT ? 260 : at % 40 === 0 ? 130 : 100));
    expect(timesOf(latency("edge"), lively)).toBeCloseTo(2, 0);
    expect(timesOf(latency("edge"), series("edge", "requests_per_second", step(100, 100)))).toBeCloseTo(1, 1);
  });

  it("is that of all instances: one that takes over from another serves no more in total", () => {
    const [first, second] = ["edge-6f9c8d7b5-x2x4z", "edge-6f9c8d7b5-b7k9p"];
    const taken = [
      series(first, "requests_per_second", step(100, 200)),
      series(second, "requests_per_second", step(100, 0), 4000),
    ];
    expect(timesOf(latency(first), ...taken)).toBeLessThan(1.1);
    const onHosts = [series("edge@web1", "rps", step(100, 200)), series("edge@web2", "rps", step(100, 0), 4000)];
    expect(timesOf(latency("edge@web1"), ...onHosts)).toBeLessThan(1.1);
  });

  it("is that of all routes together", () => {
    const routes = [
      series("edge", 'http_requests_rate{route="/a"}', step(100, 40)),
      series("edge", 'http_requests_rate{route="/b"}', step(100, 160)),
    ];
    expect(timesOf(latency("edge"), ...routes)).toBeLessThan(1.1);
  });

  it("does not take a surge that came before anybody felt it for quiet time", () => {
    const early = series("edge", "requests_per_second", (at) => (at >= SPLIT - 20 ? 300 : 100));
    const facts = factsOf(latency("edge"), early);
    expect(Number(facts?.traffic_times)).toBeGreaterThan(2.5);
    expect(Date.parse(String(facts?.traffic_since))).toBeCloseTo((SPLIT - 20) * STEP_MS, -5);
  });

  it("does not count the calls that an entity makes", () => {
    expect(factsOf(latency("edge"), series("edge", "client_requests_rate", step(100, 400)))?.traffic_times).toBe(
      undefined,
    );
  });
});
