import { expect, it } from "vitest";
import { incidentEndMs, splitOf, splitWithin } from "../../src/domain/periods.ts";
import { anIncident } from "../fakes.ts";

const window = { startMs: 1000, endMs: 2000 };
const onset = { atMs: 1200, earliestMs: 1200, latestMs: 1200, shape: "burst", signals: [], signs: 1 } as const;

it("splits at the alarm within the window", () => {
  expect(splitOf(anIncident({ alarmAtMs: 1500, window }))).toBe(1500);
});

it("takes the whole window for the incident if the alarm came after it and the quiet time is recorded elsewhere", () => {
  const baseline = { window: null, shared: "quiet-day" };
  expect(splitOf(anIncident({ alarmAtMs: 9000, window, baseline }))).toBe(1000);
});

it("knows no split if the alarm came after the window and nothing else is known", () => {
  expect(splitOf(anIncident({ alarmAtMs: 9000, window }))).toBeNull();
});

it("ends the incident when the fault was over, if that was before the alarm", () => {
  const known = { window: { startMs: 0, endMs: 10_000 }, alarmAtMs: 5000 };
  expect(incidentEndMs({ ...anIncident(known), onset: { ...onset, signals: [], overMs: 3000 } })).toBe(2999);
  expect(incidentEndMs({ ...anIncident(known), onset: { ...onset, signals: [], overMs: 6000 } })).toBe(10_000);
});

it("splits records that end before the alarm in their last third", () => {
  expect(splitWithin(anIncident({ alarmAtMs: 1500 }), 0, 3000)).toBe(1500);
  expect(splitWithin(anIncident({ alarmAtMs: 9000 }), 0, 3000)).toBe(2000);
  expect(splitWithin(anIncident({ alarmAtMs: null }), 0, 3000)).toBe(2000);
});
