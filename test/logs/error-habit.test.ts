import { expect, it } from "vitest";
import { errorHabit } from "../../src/logs/error-habit.ts";
import type { TemplateCounts } from "../../src/logs/template-counts.ts";

const HOUR_NS = 3600e9;
const count = (event: number, before: number, after: number): TemplateCounts => ({
  event,
  shared: 0,
  parts: [before, after],
  firstNs: 0,
  lastNs: 2 * HOUR_NS,
  starting: 0,
});
/** Events 0 to 9 belong to service 0, others to service 1. Event 5 is fatal, event 9 information. */
const habitOf = (counts: TemplateCounts[]) =>
  errorHabit(
    counts,
    [HOUR_NS],
    { shared: 0, parts: [HOUR_NS, HOUR_NS] },
    {
      severityOf: (event) => (event === 5 ? "fatal" : event === 9 ? "info" : "error"),
      serviceOf: (event) => Math.floor(event / 10),
    },
  );
const rare = (event: number) => ({ event, splitNs: HOUR_NS, rare: true });

it("knows an odd error of a service that always logs some", () => {
  expect(habitOf([count(1, 4, 2), count(2, 3, 3), count(3, 0, 1)])(rare(3))).toBe(true);
});

it("is no habit if the service logs more errors than before", () => {
  expect(habitOf([count(1, 4, 20), count(3, 0, 1)])(rare(3))).toBe(false);
});

it("is no habit if the service logged next to none before, whatever others log", () => {
  expect(habitOf([count(1, 2, 0), count(3, 0, 1)])(rare(3))).toBe(false);
  expect(habitOf([count(11, 50, 50), count(3, 0, 1)])(rare(3))).toBe(false);
  expect(habitOf([count(9, 500, 500), count(3, 0, 1)])(rare(3))).toBe(false);
});

it("never takes a fatal line, or more than chance explains, for a habit", () => {
  const counts = [count(1, 9, 9), count(5, 0, 1), count(3, 0, 1)];
  expect(habitOf(counts)(rare(5))).toBe(false);
  expect(habitOf(counts)({ ...rare(3), rare: false })).toBe(false);
});
