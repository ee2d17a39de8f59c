import { expect, it } from "vitest";
import { parseExposition } from "../../../src/lab/process/prometheus-text.ts";
import { bucketQuantile, ratesBetween, type Scrape } from "../../../src/lab/run/rates.ts";

const scrape = (timeMs: number, text: string): Scrape => ({ timeMs, exposition: parseExposition(text) });
const page = (requests: number, depth: number) =>
  `# TYPE requests_total counter\nrequests_total{code="a"} ${requests}\nrequests_total{code="b"} ` +
  `1\n# TYPE depth gauge\ndepth ${depth}\n`;
const took = (fast: number, all: number, sum: number) =>
  `# TYPE took_seconds histogram\ntook_seconds_bucket{le="0.1"} ${fast}\n` +
  `took_seconds_bucket{le="1"} ${all}\ntook_seconds_bucket{le="+Inf"} ${all}\n` +
  `took_seconds_sum ${sum}\ntook_seconds_count ${all}\n`;

it("converts a counter to a rate per second, summed over labels, and keeps a gauge", () => {
  expect([...ratesBetween(scrape(0, page(10, 4)), scrape(4000, page(30, 6)))]).toEqual([
    ["requests_per_second", 5],
    ["depth", 6],
  ]);
});

it("gives only gauges for a first scrape", () => {
  expect([...ratesBetween(undefined, scrape(0, page(10, 4)))]).toEqual([["depth", 4]]);
});

it("counts from zero after a restart, for every counter of the process", () => {
  const rates = ratesBetween(scrape(0, page(100, 1) + took(40, 50, 5)), scrape(4000, page(7, 1) + took(60, 60, 3)));
  expect(rates.get("requests_per_second")).toBe(2);
  expect(rates.get("took_seconds_mean")).toBe(0.05);
});

it("converts a histogram to mean and 90th percentile since the previous scrape", () => {
  const rates = ratesBetween(scrape(0, took(100, 100, 2)), scrape(4000, took(105, 110, 7)));
  expect(rates.get("took_seconds_mean")).toBe(0.5);
  expect(rates.get("took_seconds_p90")).toBeCloseTo(0.82);
});

it("leaves out a histogram without new observations", () => {
  expect([...ratesBetween(scrape(0, took(1, 1, 1)), scrape(4000, took(1, 1, 1)))]).toEqual([]);
});

it("returns the highest finite bound for values beyond it", () => {
  expect(
    bucketQuantile(
      [
        { bound: 1, count: 1 },
        { bound: Infinity, count: 10 },
      ],
      0.9,
    ),
  ).toBe(1);
});
