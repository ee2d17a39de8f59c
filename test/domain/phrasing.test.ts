import { expect, it } from "vitest";
import { span, times } from "../../src/domain/phrasing.ts";

it.each([
  [0, "never"],
  [1, "once"],
  [2, "twice"],
  [12, "12 times"],
  [3.5, "3.5 times"],
])("writes %d as %s", (count, words) => {
  expect(times(count)).toBe(words);
});

it.each([
  [0, "0 s"],
  [33_600, "33 s"],
  [-89_999, "89 s"],
  [90_000, "1 min"],
  [7_500_000, "2 h 5 min"],
  [7_200_000, "2 h"],
  [97_200_000, "27 h"],
  [273_600_000, "3 d 4 h"],
])("writes %d ms as %s", (ms, words) => {
  expect(span(ms)).toBe(words);
});
