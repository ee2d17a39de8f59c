import { expect, it } from "vitest";
import { timeLimits } from "../../../src/connectors/files/time-limits.ts";

it.each([
  ["no range", null],
  ["an endless range", { startMs: -Infinity, endMs: Infinity }],
])("leaves out times that no date can hold, with %s", (_, range) => {
  const limits = timeLimits(range, null);
  expect(limits.ofMs(1e300)).toBe("outside");
  expect(limits.ofMs(-1e300)).toBe("outside");
  expect(limits.ofMs(Number.NaN)).toBe("outside");
  expect(limits.ofNanos(10n ** 25n)).toBe("outside");
  expect(limits.ofMs(8.64e15)).toBe("inside");
  expect(limits.ofNanos(8_640_000_000_000_000_000_000n)).toBe("inside");
});

it("selects nothing where the start lies after the end", () => {
  expect(timeLimits({ startMs: 2, endMs: 1 }, null).ofMs(1)).toBe("outside");
});
