import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../src/bench/formats.ts";
import { frequentCauses, withMajorityCause } from "../../src/bench/majority.ts";

const oracle = (id: string, cause: string | null, faulty = true) =>
  Oracle.parse({ id, faulty, cause, entities: [["x"]] });
const vocabulary = {
  entityKinds: ["service"],
  entities: ["a", "b"],
  causes: [
    { id: "first", description: "", target: null },
    { id: "dns", description: "", target: null },
  ],
};
const listed = new Map([
  [
    "one",
    Prediction.parse({
      id: "one",
      verdict: "root_cause",
      ranking: [{ entity: "a", entityKind: "service", cause: "first" }],
    }),
  ],
]);

it("counts the causes of faults, the most frequent first", () => {
  const elsewhere = [oracle("1", "b"), oracle("2", "a"), oracle("3", "b"), oracle("4", "c", false), oracle("5", null)];
  expect(frequentCauses(elsewhere)).toEqual(["b", "a"]);
});

it("names the most frequent cause of other suites that this suite lists, else keeps the first listed", () => {
  const causeWith = (elsewhere: Oracle[]) =>
    withMajorityCause(listed, new Map([["one", vocabulary]]), elsewhere).get("one")?.ranking[0]?.cause;
  expect(causeWith([oracle("1", "unlisted"), oracle("2", "unlisted"), oracle("3", "dns")])).toBe("dns");
  expect(causeWith([oracle("1", "unlisted")])).toBe("first");
  expect(causeWith([])).toBe("first");
});
