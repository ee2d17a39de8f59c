import { expect, it } from "vitest";
import { nameFindings, type UnnamedRef } from "../../src/agent/state.ts";

const ref = (key: string): UnnamedRef => ({
  key,
  signal: "metric",
  kind: "metric.shift",
  entity: "stock",
  strength: 1,
});

it("numbers findings in order of arrival", () => {
  const first = nameFindings([], [ref("a"), ref("b")]);
  expect(nameFindings(first, [ref("c")]).map(({ id, key }) => [id, key])).toEqual([
    ["E1", "a"],
    ["E2", "b"],
    ["E3", "c"],
  ]);
});

it("keeps the id of a finding that is found again, and leaves no gap in the numbers", () => {
  const known = nameFindings([], [ref("a")]);
  expect(nameFindings(known, [ref("a"), ref("b"), ref("b")]).map(({ id, key }) => [id, key])).toEqual([
    ["E1", "a"],
    ["E2", "b"],
  ]);
});
