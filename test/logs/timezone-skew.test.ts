import { expect, it } from "vitest";
import { timezoneSkew } from "../../src/logs/timezone-skew.ts";

const MINUTE_NS = 60e9;
const minutes = (...at: number[]) => ({ timeNs: at.map((minute) => minute * MINUTE_NS), isOwn: at.map(() => true) });

it("says how far the logs are from the alarm if they may be in another time zone", () => {
  expect(timezoneSkew(minutes(120, 180), 60 * MINUTE_NS)).toContain("first log line is 60 min after the alarm");
  expect(timezoneSkew(minutes(0, 30), 60 * MINUTE_NS)).toContain("last log line is 30 min before the alarm");
});

it("is null if a line is near the alarm, if there is no alarm time, or if no record is the incident's own", () => {
  expect(timezoneSkew(minutes(0, 120), 60 * MINUTE_NS)).toBeNull();
  expect(timezoneSkew(minutes(0, 50), 60 * MINUTE_NS)).toBeNull();
  expect(timezoneSkew(minutes(70, 90), 60 * MINUTE_NS)).toBeNull();
  expect(timezoneSkew(minutes(120, 180), null)).toBeNull();
  expect(timezoneSkew({ ...minutes(120), isOwn: [false] }, 60 * MINUTE_NS)).toBeNull();
});
