import { describe, expect, it } from "vitest";
import type { Series } from "../../src/domain/telemetry.ts";
import { silenceFindings } from "../../src/metrics/silence.ts";
import { anIncident } from "../fakes.ts";

const STEP_MS = 30_000;
const SAMPLES = 120;
const ALARM_MS = 110 * STEP_MS;
const METRICS = ["process_cpu_seconds", "process_resident_memory_bytes", "go_goroutines"];

/** The series of one entity, with the samples that `has` keeps. */
const entity = (id: string, has: (at: number) => boolean = () => true, metrics = METRICS): Series[] =>
  metrics.map((metric) => {
    const kept = Array.from({ length: SAMPLES }, (_, at) => at).filter(has);
    return {
      entity: id,
      entityKind: "service",
      metric,
      timesMs: kept.map((at) => at * STEP_MS),
      values: kept.map((at) => at % 7),
    };
  });
const others = ["gate", "quotes", "rates"].flatMap((id) => entity(id));
const silent = (...own: Series[]) =>
  silenceFindings([...own, ...others], {
    incident: anIncident({ alarmAtMs: ALARM_MS }),
    connector: "files",
    query: "metrics",
  });

describe("an entity that stopped reporting", () => {
  it("is reported with its last sample, once for all of its series", () => {
    expect(silent(...entity("mail", (at) => at < 100))).toMatchObject([
      {
        kind: "metric.silence",
        entity: { id: "mail" },
        onsetMs: 99 * STEP_MS,
        evidence: { facts: { silent_series: 3, steady_series: 3, step_seconds: 30 } },
      },
    ]);
  });

  it("is reported with its next sample if it came back", () => {
    const [found] = silent(...entity("mail", (at) => at < 95 || at > 108));
    expect(found?.evidence.facts.next_sample).toBe(new Date(109 * STEP_MS).toISOString());
  });

  it("is reported although one exporter beside it goes on", () => {
    const sidecar = entity("mail", () => true, ["sidecar_memory_bytes"]);
    expect(silent(...entity("mail", (at) => at < 100), ...sidecar)).toHaveLength(1);
  });
});

describe("no silence", () => {
  it.each([
    ["a few lost scrapes", (at: number) => at < 100 || at > 102],
    ["a gap long before the incident", (at: number) => at < 2 || at > 18],
    ["samples that never came at a steady interval", (at: number) => at < 100 && (at * at) % 7 < 2],
    ["a job that began in the recording, and ended", (at: number) => at > 70 && at < 100],
  ])("is %s", (_, has) => {
    expect(silent(...entity("mail", has))).toEqual([]);
  });

  it("is a pod that ends while others of its workload, or of its next version, go on", () => {
    const ends = entity("mail-v1-6f9c8d7b5-x2x4z", (at) => at < 100);
    expect(silent(...ends)).toHaveLength(1);
    expect(silent(...ends, ...entity("mail-v1-6f9c8d7b5-b7k9p"))).toEqual([]);
    expect(silent(...ends, ...entity("mail-v2-7c5d8f9b4-q8w2r", (at) => at > 98))).toEqual([]);
  });

  it("is a service that nobody calls any more, whose other series go on", () => {
    const requests = entity("mail", (at) => at < 100, ["http_requests_rate", "http_latency_ms", "http_errors_rate"]);
    expect(silent(...requests, ...entity("mail", () => true, ["memory_bytes"]))).toEqual([]);
  });

  it("is the end of the recording, at which all stop together", () => {
    expect(
      silenceFindings(others, { incident: anIncident({ alarmAtMs: ALARM_MS }), connector: "f", query: "q" }),
    ).toEqual([]);
  });

  it("is a gap of nearly the whole recording: there is nobody to compare with", () => {
    const most = ["a", "b", "c", "d", "e"].flatMap((id) => entity(id, (at) => at < 100));
    const [one] = [entity("gate")];
    expect(
      silenceFindings([...most, ...(one ?? [])], {
        incident: anIncident({ alarmAtMs: ALARM_MS }),
        connector: "f",
        query: "q",
      }),
    ).toEqual([]);
  });
});
