import fc from "fast-check";
import { expect, it } from "vitest";
import { prettyJson } from "../../src/modelserver/pretty-json.ts";

it("keeps what fits on a line, and packs lists of short items", () => {
  const data = { a: [1, 2], long: Array.from({ length: 12 }, (_, at) => `E${at}`), empty: {} };
  expect(prettyJson(data, 40)).toBe(`{
  "a": [1, 2],
  "long": [
    "E0", "E1", "E2", "E3", "E4", "E5",
    "E6", "E7", "E8", "E9", "E10", "E11"
  ],
  "empty": {}
}`);
});

it("stays the same data", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 80 }), (data, width) => {
      expect(JSON.parse(prettyJson(data, width))).toEqual(JSON.parse(JSON.stringify(data)));
    }),
    { numRuns: 200 },
  );
});
