import fc from "fast-check";
import { expect, it } from "vitest";
import { randomWalk, type Steps } from "../../src/topology/random-walk.ts";

const steps = (given: Record<string, Record<string, number>>): Steps =>
  new Map(Object.entries(given).map(([from, to]) => [from, new Map(Object.entries(to))]));
const starts = (given: Record<string, number>): Map<string, number> => new Map(Object.entries(given));

it("stays at the start if it has no edges", () => {
  expect(randomWalk(steps({}), starts({ a: 3, b: 1 }))).toEqual(
    starts({ a: expect.closeTo(0.75, 12), b: expect.closeTo(0.25, 12) }),
  );
});

it("with damping 0.85 is at a with 1 / 1.85 and at b with 0.85 of that", () => {
  const walk = randomWalk(steps({ a: { b: 5 } }), starts({ a: 1, b: 0 }));
  expect(walk).toEqual(starts({ a: expect.closeTo(1 / 1.85, 3), b: expect.closeTo(0.85 / 1.85, 3) }));
});

it("gathers at a node with a step to itself", () => {
  const walk = randomWalk(
    steps({ web: { store: 1, orders: 1 }, store: { store: 1 }, orders: { web: 1 } }),
    starts({ web: 1, orders: 1, store: 1 }),
  );
  expect([...walk].toSorted(([, a], [, b]) => b - a)[0]?.[0]).toBe("store");
});

it("is empty without starts", () => {
  expect(randomWalk(steps({ a: { b: 1 } }), starts({ a: 0, b: 0 })).size).toBe(0);
});

it("gives probabilities that add up to one, with cycles and dead ends", () => {
  const name = fc.constantFrom("a", "b", "c", "__proto__");
  const edge = fc.tuple(name, name, fc.double({ min: 0, max: 9, noNaN: true }));
  fc.assert(
    fc.property(fc.array(edge), fc.double({ min: 0.1, max: 9, noNaN: true }), (edges, weight) => {
      const ways = new Map(
        [...Map.groupBy(edges, ([from]) => from)].map(([from, out]) => [
          from,
          new Map(out.map(([, to, share]) => [to, share])),
        ]),
      );
      const walk = randomWalk(ways, new Map(["a", "b", "c", "__proto__"].map((id) => [id, weight])));
      expect([...walk.values()].reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9);
    }),
    { seed: 7, numRuns: 200 },
  );
});
