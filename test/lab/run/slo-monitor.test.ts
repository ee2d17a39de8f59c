import { expect, it } from "vitest";
import { createSloMonitor } from "../../../src/lab/run/slo-monitor.ts";

/** Feeds one value per scrape, 4 s apart, for one service. @returns the alerts that fired. */
function alertsOf(scrapes: readonly Record<string, number>[]) {
  const monitor = createSloMonitor();
  scrapes.forEach((values, i) =>
    monitor.observe("cart", { timeMs: i * 4000, values: new Map(Object.entries(values)) }),
  );
  return monitor.alerts().map(({ name, timeUnixMs, count }) => [name, timeUnixMs, count]);
}
const scrape = (errors: number, p90Seconds = 0.02) => ({
  up: 1,
  http_server_requests_per_second: 2,
  http_server_errors_per_second: errors,
  http_server_request_duration_seconds_p90: p90Seconds,
});
const quiet = scrape(0);

it("raises no alert in a healthy shop", () => {
  expect(alertsOf([quiet, quiet, quiet, quiet])).toEqual([]);
});

it("does not fire for one slow scrape", () => {
  expect(alertsOf([quiet, scrape(0, 3), quiet, quiet])).toEqual([]);
});

it("fires once if too many requests fail for two scrapes, and counts the scrapes", () => {
  expect(alertsOf([quiet, scrape(1), scrape(1), scrape(1)])).toEqual([["HighErrorRatio", 8000, 2]]);
});

it("fires when the 90th percentile stays above the objective", () => {
  expect(alertsOf([quiet, scrape(0, 0.9), scrape(0, 0.9), scrape(0, 0.9)])).toEqual([["HighLatency", 12_000, 1]]);
});

it("ignores one or two errors per minute, whatever their share", () => {
  expect(alertsOf([quiet, scrape(0.1), scrape(0.1), scrape(0.1)])).toEqual([]);
});

it("fires at once for an instance that does not answer, and again after a recovery", () => {
  expect(alertsOf([{ up: 0 }, { up: 0 }, quiet, quiet, quiet, { up: 0 }])).toEqual([
    ["InstanceDown", 0, 2],
    ["InstanceDown", 20_000, 1],
  ]);
});
