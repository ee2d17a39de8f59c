import { expect, it } from "vitest";
import { flooredShift, MAX_SHIFT } from "../../src/metrics/shift.ts";

const quiet = [10, 11, 9, 10, 12, 8, 10, 11, 9, 10];

it("scores how far the incident left the baseline range, with both levels", () => {
  expect(flooredShift(quiet, [40, 41, 39, 40], "up")).toMatchObject({ direction: "up", before: 10, after: 39.5 });
  expect(flooredShift(quiet, [40, 41, 39, 40], "up")?.score).toBeGreaterThan(10);
});

it("sees only the direction that hurts: falling latency is no incident", () => {
  expect(flooredShift(quiet, [1, 1, 1, 1], "up")).toBeNull();
  expect(flooredShift(quiet, [1, 1, 1, 1], "both")).toMatchObject({ direction: "down", after: 1 });
});

it("ignores a tick on a flat baseline", () => {
  const flat = Array.from({ length: 50 }, () => 1000);
  expect(flooredShift(flat, [1010, 1010, 1010], "up")?.score).toBeLessThan(3);
  expect(flooredShift(flat, [2000, 2000, 2000], "up")?.score).toBeGreaterThan(50);
});

it("measures a baseline with spikes by its spikes", () => {
  const spiky = Array.from({ length: 60 }, (_, n) => (n % 10 === 0 ? 100 : 0));
  expect(flooredShift(spiky, [100, 100, 100], "up")?.score).toBeLessThan(3);
});

it("does not let one stray sample among few decide", () => {
  expect(flooredShift(quiet, [10, 10, 10, 900, 10, 10], "up")?.score ?? 0).toBeLessThan(3);
});

it("caps the score where the scale vanishes, and refuses a short baseline", () => {
  expect(flooredShift([0, 0, 0, 0, 0], [1e9], "up")?.score).toBe(MAX_SHIFT);
  expect(flooredShift([1, 1], [100], "up")).toBeNull();
});
