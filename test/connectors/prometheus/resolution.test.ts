import { expect, it } from "vitest";
import { resolutionOf } from "../../../src/connectors/prometheus/read.ts";
import { tierOf } from "../../../src/connectors/prometheus/tiers.ts";

const HOURS = 3_600_000;
const each = (intervalMs: number) => [
  { labels: {}, timesMs: Array.from({ length: 20 }, (_, at) => at * intervalMs), values: [] },
];
const over = (hours: number) => ({ startMs: 0, endMs: hours * HOURS });

it.each([
  { scraped: 15_000, series: 3_000, stepMs: 15_000, isRaw: true },
  { scraped: 5_000, series: 150, stepMs: 5_000, isRaw: true },
  { scraped: 5_000, series: 3_000, stepMs: 15_000, isRaw: false },
  { scraped: 2_000, series: 10, stepMs: 4_000, isRaw: false },
])("reads 6.5 h of $series series, scraped each $scraped ms, each $stepMs ms", ({ scraped, series, stepMs, isRaw }) => {
  expect(resolutionOf(each(scraped), over(6.5), series)).toEqual({ intervalMs: scraped, stepMs, isRaw });
});

it("reads what a scrape says of the service, not what it says of itself", () => {
  expect(["up", "scrape_duration_seconds", "scrape_samples_scraped"].map(tierOf)).toEqual([0, null, null]);
});
