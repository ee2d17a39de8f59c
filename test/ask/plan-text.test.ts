import fc from "fast-check";
import { expect, it } from "vitest";
import { IncidentError } from "../../src/domain/errors.ts";
import { looksLikePlan, readPlan } from "../../src/ask/read-plan.ts";
import { planText } from "../../src/ask/plan-text.ts";
import { arbitraryPlan } from "./arbitraries.ts";

it("reads the short form", () => {
  const plan = readPlan(
    'logs where level >= error and service = "check out" since 08:30 until 09:00 | p95(latency_ms) by path, time 5m | compare before | top 5',
  );
  expect(plan).toEqual({
    select: "logs",
    where: [
      { field: "level", op: ">=", value: "error" },
      { field: "service", op: "=", value: "check out" },
    ],
    range: { start: "08:30", end: "09:00" },
    join: null,
    measure: { verb: "quantile", field: "latency_ms", q: 0.95 },
    by: ["path", "time"],
    bucket_seconds: 300,
    compare: "before",
    top: 5,
  });
});

it("reads a join", () => {
  expect(readPlan("logs not in trace of (spans where status = OK since 08:00) | count by template").join).toEqual({
    on: "trace",
    keep: "not in",
    select: "spans",
    where: [{ field: "status", op: "=", value: "OK" }],
    range: { start: "08:00", end: null },
  });
});

it("reads back every plan that it writes", () => {
  fc.assert(
    fc.property(arbitraryPlan, (plan) => {
      expect(readPlan(planText(plan))).toEqual(plan);
    }),
  );
});

it("reads the same plan from JSON", () => {
  fc.assert(
    fc.property(arbitraryPlan, (plan) => {
      expect(readPlan(JSON.stringify(plan))).toEqual(plan);
    }),
  );
});

it("ends in a plan or an error with a hint, whatever is typed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (text) => {
      expect(problemOf(`logs ${text}`)).toMatch(/^$|BAD_INPUT: .+ \(.+\)/);
    }),
  );
});

it.each([
  ["logz | count", "where logs, metrics, spans, alerts, changes is expected"],
  ["logs | cuont by level", "Did you mean count?"],
  ["logs where level", "it ends, where one of"],
  ['logs where path = "/a', "cannot be read from character"],
  ["logs | top x", "a whole number"],
  ['{"select":"logs"', "is not JSON"],
  ['{"select":"logs","drop":1}', "does not have the right form"],
])("says what is wrong with %s", (text, why) => {
  expect(problemOf(text)).toContain(why);
});

/** What the error says, with its hint; empty if the text is a plan. */
function problemOf(text: string): string {
  try {
    readPlan(text);
    return "";
  } catch (error) {
    if (!(error instanceof IncidentError)) throw error;
    return `${error.code}: ${error.message} (${error.hint})`;
  }
}

it("distinguishes a plan from a question", () => {
  expect(looksLikePlan("logs | count")).toBe(true);
  expect(looksLikePlan("logs where level = error")).toBe(true);
  expect(looksLikePlan(' {"select":"logs"}')).toBe(true);
  expect(looksLikePlan("logs of the cache look odd, why?")).toBe(false);
  expect(looksLikePlan("which user agent has the most errors?")).toBe(false);
});
