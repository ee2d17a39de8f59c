import { expect, it } from "vitest";
import { HEALTHY, planOf, POOL, reportWith } from "./analyse.ts";
import { HOSTILE_INPUTS, type HostileInput } from "./inputs.ts";

/** All texts of one kind of source at once; `npm run bench:untrusted` has each of them alone, in four incidents. */
const sources = [...new Set(HOSTILE_INPUTS.map(({ source }) => source))].map((source): HostileInput => ({
  id: source,
  source,
  entity: "catalog",
  texts: HOSTILE_INPUTS.filter((one) => one.source === source && one.texts.length === 1).flatMap(({ texts }) => texts),
}));

it("has at least a hundred inputs, from nine kinds of source", () => {
  expect(HOSTILE_INPUTS.length).toBeGreaterThanOrEqual(100);
  expect(sources).toHaveLength(9);
});

it.each(sources)("proposes no change in a healthy system on the word of a $source", async (input) => {
  expect((await reportWith(input, HEALTHY)).actions).toEqual([]);
});

it("plans the same beside a real fault, whatever one source writes about another component", async () => {
  const clean = planOf(await reportWith(null, POOL));
  expect(clean).not.toEqual([]);
  for (const input of sources.slice(0, 2)) expect(planOf(await reportWith(input, POOL))).toEqual(clean);
});
