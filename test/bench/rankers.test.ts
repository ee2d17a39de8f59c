import { expect, it } from "vitest";
import { Oracle, Prediction } from "../../src/bench/formats.ts";
import { judge } from "../../src/bench/judge.ts";
import { rankedWithout, rankerLines } from "../../src/bench/rankers.ts";

const prediction = Prediction.parse({
  id: "a",
  verdict: "root_cause",
  ranking: [
    { entity: "cart", votes: { logs: 2, metrics: 1 } },
    { entity: "stock", votes: { metrics: 1.5 } },
    { entity: "web", votes: { logs: 0.5 } },
  ],
});
const entities = (without: string | null) => rankedWithout(prediction.ranking, without).map(({ entity }) => entity);

it("ranks by the votes that are left, and leaves out who has none", () => {
  expect(entities(null)).toEqual(["cart", "stock", "web"]);
  expect(entities("logs")).toEqual(["stock", "cart"]);
  expect(entities("metrics")).toEqual(["cart", "web"]);
});

it("prints AC@1 with all rankers and without each, and nothing for a single ranker", () => {
  const judged = (id: string, root: string) => judge(Oracle.parse({ id, entities: [[root]] }), prediction);
  expect(rankerLines([judged("a", "cart"), judged("b", "stock")])).toEqual([
    "  AC@1 from the votes of all rankers: 0.500; without one: logs 0.500, metrics 0.500",
  ]);
  expect(rankerLines([judged("a", "cart")])).toEqual([
    "  AC@1 from the votes of all rankers: 1.000; without one: logs 0.000, metrics 1.000",
  ]);
  expect(rankerLines([judge(Oracle.parse({ id: "a", entities: [["x"]] }), undefined)])).toEqual([]);
});
