import { expect, it } from "vitest";
import { timezoneSkew } from "../../src/logs/timezone-skew.ts";

const MINUTE_NS = 60e9;
const minutes = (...at: number[]) => ({ timeNs: at.map((minute) => minute * MINUTE_NS), isOwn: at.map(() => true) });

it("says how far logs lie from the alarm whose clock seems to be another zone's", () => {
  expect(timezoneSkew(minutes(120, 180), 60 * MINUTE_NS)).toContain("first comes 60 min after it");
  expect(timezoneSkew(minutes(0, 30), 60 * MINUTE_NS)).toContain("last came 30 min before it");
});

it("says nothing where a line is from about the time of the alarm, where no alarm is known, or where nothing is the incident's own", () => {
  expect(timezoneSkew(minutes(0, 120), 60 * MINUTE_NS)).toBeNull();
  expect(timezoneSkew(minutes(0, 50), 60 * MINUTE_NS)).toBeNull();
  expect(timezoneSkew(minutes(70, 90), 60 * MINUTE_NS)).toBeNull();
  expect(timezoneSkew(minutes(120, 180), null)).toBeNull();
  expect(timezoneSkew({ ...minutes(120), isOwn: [false] }, 60 * MINUTE_NS)).toBeNull();
});
