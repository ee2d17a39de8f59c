import { expect, it } from "vitest";
import { compare, printComparison } from "../../src/bench/compare.ts";
import { Oracle, type Prediction } from "../../src/bench/formats.ts";

const ids = Array.from({ length: 20 }, (_, n) => `case-${n}`);
const oracles = [
  ...ids.map((id) => Oracle.parse({ id, entities: [["stock"]], cause: "leak" })),
  Oracle.parse({ id: "calm", faulty: false, entities: [] }),
];
const ranking = (...entities: string[]) => entities.map((entity) => ({ entity, cause: "leak" }));
const all = (of: (id: string, n: number) => string[]) =>
  new Map(
    ids.map((id, n): [string, Prediction] => [id, { id, verdict: "root_cause", ranking: ranking(...of(id, n)) }]),
  );

it("lists the cases that became better and worse, with an interval of each difference", () => {
  const a = all((_, n) => (n < 10 ? ["mail", "stock"] : ["stock"]));
  const b = all((_, n) => (n < 9 ? ["stock"] : n === 19 ? ["mail", "stock"] : n === 9 ? ["mail", "stock"] : ["stock"]));
  const { figures, better, worse } = compare(oracles, a, b, 1);
  expect(figures.find(({ figure }) => figure === "AC@1")?.result).toMatchObject({
    n: 20,
    a: 0.5,
    b: 0.9,
    difference: expect.closeTo(0.4, 9),
  });
  expect(better.map(({ id }) => id)).toEqual(ids.slice(0, 9));
  expect(worse).toEqual([{ id: "case-19", from: 1, to: 2 }]);
  const text = printComparison({ figures, better, worse });
  expect(text).toMatch(/AC@1 +20 +0\.500 +0\.900 +\+0\.400 +\[\+0\.\d+, \+0\.\d+\] +0\.043 +better/);
  expect(text).toContain("no significant difference");
});

it("is the same for the same seed, and counts a case that is missing on one side as wrong", () => {
  const a = all(() => ["stock"]);
  const half = new Map([...a].slice(0, 10));
  expect(compare(oracles, a, half, 5)).toEqual(compare(oracles, a, half, 5));
  expect(compare(oracles, a, half, 5).worse).toHaveLength(10);
  expect(printComparison(compare(oracles, a, half, 5))).toContain("case-10: rank 1 → not ranked");
});
