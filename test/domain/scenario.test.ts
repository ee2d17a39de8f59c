import { expect, it } from "vitest";
import { z } from "zod";
import { Scenario } from "../../src/domain/scenario.ts";

const reversed = { start: "2026-03-01T10:30:00Z", end: "2026-03-01T10:00:00Z" };
const scenario = { schema: "causeway.scenario/1", id: "inc-1" };

it.each([
  [{ window: reversed }, "window.start"],
  [{ baseline: reversed }, "baseline.start"],
  [{ excludeBaseline: [reversed] }, "excludeBaseline[0].start"],
])("refuses a window that ends before it starts, naming the field: %j", (fields, field) => {
  const { error } = Scenario.safeParse({ ...scenario, ...fields });
  expect(error && z.prettifyError(error)).toContain(`the start is after the end\n  → at ${field}`);
});

it("accepts a window of one moment, and a baseline with only one edge", () => {
  const moment = { start: reversed.start, end: reversed.start };
  expect(Scenario.parse({ ...scenario, window: moment, baseline: { start: reversed.start } })).toMatchObject({
    window: { startMs: Date.parse(reversed.start) },
    baseline: { window: null },
  });
});
