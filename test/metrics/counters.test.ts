import { expect, it } from "vitest";
import { countsUp, ratesOf } from "../../src/metrics/counters.ts";
import { metricFindings } from "../../src/metrics/findings.ts";
import { anIncident } from "../fakes.ts";

const upTo = (length: number, step = 5): number[] => Array.from({ length }, (_, at) => at * step);

it("recognises a counter by its name and its values", () => {
  expect(countsUp("http_server_errors_total", upTo(12))).toBe(true);
  expect(countsUp("http_server_errors_total", [...upTo(12), 2, 7, 12])).toBe(true); // a restart
  expect(countsUp("http_server_active_requests", upTo(12))).toBe(false);
  expect(countsUp("requests_Sum", [4, 9, 3, 8, 8, 9, 2, 9, 4, 8])).toBe(false); // a sum per interval
  expect(countsUp("requests_Sum", upTo(5))).toBe(false); // may be chance
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
