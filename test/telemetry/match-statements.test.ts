import { expect, it } from "vitest";
import { queryFor } from "../../src/domain/query.ts";
import type { LogStream } from "../../src/domain/telemetry.ts";
import { readStatements } from "../../src/logs/read-statements.ts";
import { matchStatements, unmatched } from "../../src/telemetry/match-statements.ts";

const RANGE = { startMs: Date.parse("2026-03-01T10:00:00Z"), endMs: Date.parse("2026-03-01T11:00:00Z") };
const stream = (framing: LogStream["framing"], lines: string): LogStream => ({
  origin: "pay.log",
  framing,
  service: "pay",
  chunks: (async function* () {
    yield Buffer.from(lines);
  })(),
});
const match = async (framing: LogStream["framing"], lines: string, pattern: string) => {
  const query = queryFor("log", RANGE, { patterns: [pattern], entities: ["pay"] });
  const [found] = await matchStatements([stream(framing, lines)], [query], readStatements, { maxSamples: 3 });
  return found;
};

const serilog = (second: number, message: string, thrown: string) =>
  `${JSON.stringify({ "@t": `2026-03-01T10:00:0${second}Z`, "@mt": message, "@l": "Error", "@x": thrown })}\n`;

it("finds a statement whose message and error stand in two fields", async () => {
  const lines =
    serilog(1, "Charge {Id} failed", "System.IO.IOException: No space left on device\n   at Pay.Save()") +
    serilog(2, "Charge {Id} failed", "System.TimeoutException: too slow");
  for (const framing of ["raw", "jsonl"] as const) {
    const found = await match(framing, lines, "Charge {Id} failed: System.IO.IOException: No space left on device");
    expect(found?.basis).toMatchObject({ count: 1, firstMs: RANGE.startMs + 1000 });
    expect(found?.samples).toEqual([expect.objectContaining({ where: "pay.log:1" })]);
  }
});

it("finds a statement whose innermost cause stands in a later line, and shows where the event begins", async () => {
  const lines = [
    "2026-03-01 10:00:00,000 INFO started",
    "2026-03-01 10:00:05,000 ERROR order 7 lost",
    "java.lang.IllegalStateException: outer",
    "\tat com.acme.A.b(A.java:1)",
    "Caused by: java.io.IOException: disk full",
    "2026-03-01 12:00:05,000 ERROR order 8 lost",
    "Caused by: java.io.IOException: disk full",
  ].join("\n");
  const found = await match("raw", lines, "order <*> lost: java.io.IOException: disk full");
  expect(found?.basis.count).toBe(1);
  expect(found?.samples[0]?.where).toBe("pay.log:2");
});

it("names the queries of which no line was found in any time", () => {
  const query = (pattern: string, startMs: number) =>
    queryFor("log", { startMs, endMs: startMs + 1 }, { patterns: [pattern] });
  const queries = [query("a", 0), query("a", 9), query("b", 0), query("b", 9), undefined];
  expect(unmatched(queries, [3, 0, 0, undefined, 0])).toEqual([2, 3]);
});
