import { expect, it } from "vitest";
import { recordFilter } from "../../src/domain/query-match.ts";
import { queryFor, type LabelMatcher } from "../../src/domain/query.ts";
import { cpuMs } from "../cpu-time.ts";

const ALL = { startMs: 0, endMs: 1 };
const matches = (matcher: LabelMatcher, labels: Record<string, string | null>): boolean =>
  recordFilter(queryFor("alert", ALL, { matchers: [matcher] }))?.({ entities: [], name: "", labels }) ?? true;

it("tests a hostile regular expression in linear time", () => {
  const test = () => expect(matches({ label: "id", op: "=~", value: "(a+)+b" }, { id: "a".repeat(28) })).toBe(false);
  expect(cpuMs(test)).toBeLessThan(1_000);
});

it("matches a regular expression with the whole value, and refuses unbalanced brackets", () => {
  expect(matches({ label: "id", op: "=~", value: "a|b" }, { id: "ab" })).toBe(false);
  expect(matches({ label: "id", op: "!~", value: "a.*" }, { id: "ab" })).toBe(false);
  expect(matches({ label: "id", op: "=~", value: "a.*" }, { id: "a\nb" })).toBe(true);
  expect(() => matches({ label: "id", op: "=~", value: "a)|(b" }, { id: "ab" })).toThrow(/not a regular expression/);
});

it.each(["__proto__", "constructor", "toString"])("treats the label %s as any other that a record lacks", (label) => {
  expect(matches({ label, op: "=", value: "" }, { id: "1" })).toBe(true);
  expect(matches({ label, op: "=~", value: ".+" }, { id: "1" })).toBe(false);
});

it("fits a pattern of many wildcards in linear time", () => {
  const test = recordFilter(queryFor("log", ALL, { patterns: [`${"a<*>".repeat(2_000)}b`] }));
  const fits = () => test?.({ entities: [], name: "", text: "a".repeat(1_000_000), labels: {} });
  expect(cpuMs(() => expect(fits()).toBe(false))).toBeLessThan(2_000);
});
