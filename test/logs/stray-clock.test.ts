import { expect, it } from "vitest";
import { strayClock } from "../../src/logs/stray-clock.ts";

const MINUTE_NS = 60e9;
const minutes = (...at: number[]) => ({ timeNs: at.map((minute) => minute * MINUTE_NS), isOwn: at.map(() => true) });

it("says how far logs lie from the alarm whose clock seems to be another zone's", () => {
  expect(strayClock(minutes(120, 180), 60 * MINUTE_NS)).toContain("first comes 60 min after it");
  expect(strayClock(minutes(0, 30), 60 * MINUTE_NS)).toContain("last came 30 min before it");
});

it("says nothing where a line is from about the time of the alarm, where no alarm is known, or where nothing is the incident's own", () => {
  expect(strayClock(minutes(0, 120), 60 * MINUTE_NS)).toBeNull();
  expect(strayClock(minutes(0, 50), 60 * MINUTE_NS)).toBeNull();
  expect(strayClock(minutes(70, 90), 60 * MINUTE_NS)).toBeNull();
  expect(strayClock(minutes(120, 180), null)).toBeNull();
  expect(strayClock({ ...minutes(120), isOwn: [false] }, 60 * MINUTE_NS)).toBeNull();
});
