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

const texts = (chunks: readonly Uint8Array[]) => split(chunks).map(({ text }) => text);
it.each([
  [
    "zerolog's console",
    "\u001b[90m10:00\u001b[0m \u001b[32mINF\u001b[0m served \u001b[36mid=\u001b[0m7",
    "10:00 INF served id=7",
  ],
  [
    "colours without the escape byte",
    "[2m10:00Z[0m [31mERROR[0m [2mshop::cart[0m[2m:[0m declined",
    "10:00Z ERROR shop::cart: declined",
  ],
  ["bold and colour at once", "\u001b[1;31mfail\u001b[0m x", "fail x"],
  ["256 colours", "\u001b[38;5;9mfail\u001b[0m x", "fail x"],
  ["a link of a terminal", "\u001b]8;;http://x\u0007link", "link"],
  ["colours that JSON escapes", String.raw`{"log":"\u001b[31mERR\u001b[0m x"}`, '{"log":"ERR x"}'],
  ["the range of a query beside a colour", "[32mINF[0m rate(x[5m]) over [30m] [7m", "INF rate(x[5m]) over [30m] "],
])("steps over %s", (_what, line, plain) => {
  expect(texts([Buffer.from(line)])).toEqual([plain]);
});
it("keeps brackets in a log without colours", () => {
  expect(texts([Buffer.from("rate(x[5m]) [1mb")])).toEqual(["rate(x[5m]) [1mb"]);
});
it("steps over colours of a line that is cut between chunks", () => {
  expect(texts([Buffer.from("a\u001b[3"), Buffer.from("1mb\nc")])).toEqual(["ab", "c"]);
});
it.each([
  ["a mark of UTF-8", Buffer.from("\ufeffa\nb")],
  ["UTF-16 little endian", Buffer.from("\ufeffa\r\nb", "utf16le")],
  ["UTF-16 big endian", Buffer.from("\ufeffa\r\nb", "utf16le").swap16()],
])("reads a file with %s, in one chunk or many", (_what, bytes) => {
  expect(texts([bytes])).toEqual(["a", "b"]);
  expect(texts([bytes.subarray(0, 5), bytes.subarray(5)])).toEqual(["a", "b"]);
});
it("reads UTF-16 without a mark, by its zero bytes", () => {
  expect(texts([Buffer.from("Error 17 on disk C\r\nb", "utf16le")])).toEqual(["Error 17 on disk C", "b"]);
});
