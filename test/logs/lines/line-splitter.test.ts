import * as fc from "fast-check";
import { expect, it } from "vitest";
import { LineSplitter } from "../../../src/logs/lines/line-splitter.ts";

function split(chunks: readonly Uint8Array[], maxLineBytes = 100) {
  const lines: { text: string; number: number; cut: number }[] = [];
  const splitter = new LineSplitter(
    (buffer, start, end, number, cut) =>
      lines.push({ text: Buffer.from(buffer.subarray(start, end)).toString("latin1"), number, cut }),
    { maxLineBytes },
  );
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

it("splits at newlines, drops the carriage return, and numbers lines from 1", () => {
  expect(split([Buffer.from("a\r\nb\n\nc")])).toEqual([
    { text: "a", number: 1, cut: 0 },
    { text: "b", number: 2, cut: 0 },
    { text: "", number: 3, cut: 0 },
    { text: "c", number: 4, cut: 0 },
  ]);
});
it("cuts a long line and reports how many bytes it cut, in one chunk or several", () => {
  const long = Buffer.from(`${"x".repeat(12)}\ny`);
  expect(split([long], 5)).toEqual([
    { text: "xxxxx", number: 1, cut: 7 },
    { text: "y", number: 2, cut: 0 },
  ]);
  expect(split([long.subarray(0, 3), long.subarray(3, 9), long.subarray(9)], 5)).toEqual(split([long], 5));
});
it("returns the same lines for every division into chunks", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "\n", "\r\n", "xyz", "\u0000")), fc.array(fc.nat(20)), (parts, cuts) => {
      const whole = Buffer.from(parts.join(""));
      const at = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
      const chunks = [0, ...at].map((from, i) => whole.subarray(from, [...at, whole.length][i]));
      expect(split(chunks)).toEqual(split([whole]));
    }),
  );
});
