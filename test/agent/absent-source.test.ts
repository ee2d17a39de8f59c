import { expect, it } from "vitest";
import { whyAbsent } from "../../src/agent/absent-source.ts";

it("says that a recording lacks the signal", () => {
  expect(whyAbsent({ isRecorded: () => true })).toBe("not recorded");
});

it("takes an incident with a file of its topology for a recording", () => {
  expect(whyAbsent({ isRecorded: (signal) => signal !== "topology" })).toBe("not recorded");
});

it("says that a live system has no source of the signal configured", () => {
  expect(whyAbsent({ isRecorded: (signal) => signal !== "metric" })).toBe("no source is configured");
});
