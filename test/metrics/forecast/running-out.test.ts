import { expect, it } from "vitest";
import { runningOut } from "../../../src/metrics/forecast/running-out.ts";
import { runningOutLines } from "../../../src/render/forecast.ts";
import { jitter, series } from "./minute-series.ts";

const disk = (node: string, perMinute: number) => [
  series(node, "node_filesystem_avail_bytes", (at) => 6e9 - perMinute * at + 1e6 * jitter(at)),
  series(node, "node_filesystem_size_bytes", () => 1e10),
];

it("names what runs out within a day, and says when", () => {
  const found = runningOut([...disk("node-1", 5e7), ...disk("node-2", 1e6), ...disk("node-3", 0)]);
  expect(found.map(({ entity }) => entity)).toEqual(["node-1"]);
  expect(runningOutLines({ running_out: found })).toEqual([
    expect.stringMatching(
      /^node-1: disk space runs out between 2026-11-02 0\d:\d\d UTC and .* UTC \(now 7\d % of .*size/,
    ),
  ]);
});
