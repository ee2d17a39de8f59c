import { expect, it } from "vitest";
import { departureFrom } from "../../src/stats/departure.ts";

/** 600 values around 100, with single spikes of 140. */
const usual = Array.from({ length: 600 }, (_, at) => (at % 50 === 25 ? 140 : 100 + (at % 7)));

it("finds two neighbours further out than two neighbours ever are", () => {
  expect(departureFrom(usual, [101, 104, 130, 125, 102, 100], "up")).toMatchObject({ at: 2, end: 4 });
});

it("ignores single spikes, which quiet times have as well", () => {
  expect(departureFrom(usual, [101, 104, 300, 103, 102, 100], "up")).toBeNull();
});

it("ignores the direction that does not hurt", () => {
  expect(departureFrom(usual, [101, 104, 60, 61, 102], "up")).toBeNull();
  expect(departureFrom(usual, [101, 104, 60, 61, 102], "down")).toMatchObject({ at: 2, end: 4 });
});

it("finds the last of two stretches, and one that lasts", () => {
  expect(departureFrom(usual, [101, 130, 131, 101, 102, 133, 130, 131], "up")).toMatchObject({ at: 5, end: 8 });
});

it("takes what is already there in the first value for a difference of level", () => {
  expect(departureFrom(usual, [130, 131, 130, 129], "up")).toBeNull();
});

it("knows nothing from a few usual values", () => {
  expect(departureFrom(usual.slice(0, 20), [101, 104, 130, 125, 102], "up")).toBeNull();
});
