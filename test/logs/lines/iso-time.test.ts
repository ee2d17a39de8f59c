import fc from "fast-check";
import { expect, it } from "vitest";
import { DateGuess } from "../../../src/logs/lines/date-guess.ts";
import { isoTime } from "../../../src/logs/lines/iso-time.ts";
import { fromNumber } from "../../../src/logs/lines/numeric-date.ts";
import { TimeCursor } from "../../../src/logs/lines/time-cursor.ts";

const upTo = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, "0"));
const line = fc
  .tuple(
    fc.integer({ min: 1000, max: 9999 }).map(String),
    fc.constantFrom("-", "/"),
    upTo(13),
    upTo(32),
    fc.constantFrom("T", " "),
    upTo(25),
    upTo(61),
    upTo(62),
    fc.constantFrom("", ".5", ".123", ",123456", ":7", ".123456789", ".", "7"),
    fc.constantFrom("", "Z", "+01:00", " +0100", " CET", " PM", "pm", " INFO x", " AM x", "-03", "x", " Europe/Berlin"),
  )
  .map(
    ([y, mark, m, d, gap, h, min, s, fraction, zone]) =>
      `${y}${mark}${m}${mark}${d}${gap}${h}:${min}:${s}${fraction}${zone}`,
  );

it("reads what the general reader reads, or leaves the line to it", () => {
  let read = 0;
  fc.assert(
    fc.property(line, (text) => {
      const bytes = Buffer.from(`xx${text}`);
      const fast = isoTime(new TimeCursor(), bytes, 2, bytes.length);
      if (fast === null) return;
      read += 1;
      const cursor = new TimeCursor();
      cursor.reset(bytes, 2, bytes.length);
      expect(fast).toEqual(fromNumber(cursor, new DateGuess(null)));
    }),
    { numRuns: 3000, examples: [["2026-03-01T10:00:20.120Z INFO"]] },
  );
  expect(read).toBeGreaterThan(100);
});

it("leaves other forms to the general reader", () => {
  for (const text of [
    "2026-03-01",
    "2026-03-01T100020Z",
    "20260301T10:00:20Z",
    "2026-3-01 10:00:20",
    "2026-03-01T10:00:200",
  ])
    expect(isoTime(new TimeCursor(), Buffer.from(text), 0, text.length)).toBeNull();
});
