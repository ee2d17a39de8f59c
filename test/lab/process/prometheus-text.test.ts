import { expect, it } from "vitest";
import { IncidentError } from "../../../src/domain/errors.ts";
import { formatExposition, parseExposition } from "../../../src/lab/process/prometheus-text.ts";

it("writes help, type and samples", () => {
  const text = formatExposition([
    {
      name: "jobs_total",
      type: "counter",
      help: "Jobs.",
      samples: [{ name: "jobs_total", labels: { kind: "a", on: "b" }, value: 3 }],
    },
  ]);
  expect(text).toBe('# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{kind="a",on="b"} 3\n');
});

it.each([
  ["a quote", 'say "hi"'],
  ["a backslash", "C:\\n"],
  ["a line break", "one\ntwo"],
  ["braces and commas", "{a,b}"],
])("reads back a label with %s", (_, value) => {
  const samples = [{ name: "x", labels: { value, other: "1" }, value: 1 }];
  expect(parseExposition(formatExposition([{ name: "x", type: "gauge", help: "", samples }])).samples).toEqual(samples);
});

it.each([
  ["+Inf", Infinity],
  ["-Inf", -Infinity],
  ["NaN", Number.NaN],
  ["1e-3", 0.001],
  ["7 1700000000000", 7],
])("reads the value %s", (text, value) => {
  expect(parseExposition(`x ${text}`).samples).toEqual([{ name: "x", labels: {}, value }]);
});

it("reads types, and skips comments and blank lines", () => {
  const { types, samples } = parseExposition("# a remark\n\n# HELP up Is it.\n# TYPE up gauge\nup 1\n");
  expect([...types]).toEqual([["up", "gauge"]]);
  expect(samples).toHaveLength(1);
});

it.each(["<html>", "x", "x one", 'x{le="1} 2', "x{le=1} 2", "{} 1"])("rejects %s and quotes it", (line) => {
  expect(() => parseExposition(`ok 1\n${line}\n`)).toThrow(IncidentError);
  expect(() => parseExposition(line)).toThrow(line);
});
