import { expect, it } from "vitest";
import { createMeters } from "../../../src/lab/process/meters.ts";
import { parseExposition } from "../../../src/lab/process/prometheus-text.ts";

const samplesOf = (text: string) =>
  new Map(
    parseExposition(text).samples.map(({ name, labels, value }) => [
      labels.le === undefined ? name : `${name} ${labels.le}`,
      value,
    ]),
  );

it("counts, and reads gauges at each scrape", () => {
  const meters = createMeters();
  const done = meters.counter("done_total", "Done.");
  let depth = 1;
  meters.gauge("depth", "Depth.", () => depth);
  done.add();
  done.add(2);
  depth = 7;
  expect([...samplesOf(meters.expose())]).toEqual([
    ["done_total", 3],
    ["depth", 7],
  ]);
});

it("keeps the buckets of a histogram cumulative, up to the total count", () => {
  const meters = createMeters();
  const took = meters.histogram("took_seconds", "Time.");
  for (const seconds of [0.005, 0.02, 60]) took.observe(seconds);
  const samples = samplesOf(meters.expose());
  expect(["0.005", "0.01", "0.025", "10", "+Inf"].map((le) => samples.get(`took_seconds_bucket ${le}`))).toEqual([
    1, 1, 2, 2, 3,
  ]);
  expect(samples.get("took_seconds_count")).toBe(3);
  expect(samples.get("took_seconds_sum")).toBeCloseTo(60.025);
});
