import { expect, it } from "vitest";
import { DURATIONS, scheduleOf } from "../../../src/lab/record/schedule.ts";

const seeds = Array.from({ length: 50 }, (_, seed) => seed);

it("gives the same times for the same seed, and different ones for another", () => {
  expect(scheduleOf(DURATIONS, 7)).toEqual(scheduleOf(DURATIONS, 7));
  expect(new Set(seeds.map((seed) => scheduleOf(DURATIONS, seed).onsetMs)).size).toBeGreaterThan(40);
});

it("makes the harmless changes first, then the fault, then ends", () => {
  for (const seed of seeds) {
    const {
      changesMs: [first, second],
      onsetMs,
      endMs,
      healthyAlarmMs,
    } = scheduleOf(DURATIONS, seed);
    expect([first, second, onsetMs, healthyAlarmMs, endMs]).toEqual(
      [first, second, onsetMs, healthyAlarmMs, endMs].toSorted((a, b) => a - b),
    );
    expect(endMs - onsetMs).toBeGreaterThanOrEqual(75_000);
    expect(endMs - onsetMs).toBeLessThanOrEqual(100_000);
  }
});
