import { expect, it } from "vitest";
import { forbiddenFor, isSibling, type MemoryCase } from "../../../src/bench/memory/cases.ts";
import { figuresOf, relevantTo } from "../../../src/bench/memory/recall-bench.ts";

const aCase = (id: string, fields: Partial<MemoryCase> = {}): MemoryCase =>
  // The findings do not matter here.
  ({ id, suite: "s", dir: "d", system: "shop", names: ["cart"], cause: "disk_full", ...fields }) as MemoryCase;

const mine = aCase("mine");
const [again, elsewhere, other, alias, moved] = [
  aCase("again"),
  aCase("elsewhere", { system: "bank" }),
  aCase("other", { cause: "disk_io" }),
  aCase("alias", { names: ["cart-0", "cart"] }),
  aCase("moved", { names: ["mail"] }),
];
const all = [mine, again, elsewhere, other, alias, moved];

it("treats the same cause on the same entity of the same system as a sibling, by any of its names", () => {
  expect(all.filter((one) => isSibling(mine, one)).map(({ id }) => id)).toEqual(["mine", "again", "alias"]);
  expect(forbiddenFor(mine, all)).toEqual(["mine", "again", "alias"]);
});

it("counts a case with the same cause as relevant unless it is a sibling", () => {
  expect([...relevantTo(mine, all)]).toEqual(["elsewhere", "moved"]);
});

it("scores the first place, the first five, and the place of the first relevant one", () => {
  const relevant = new Set(["b", "e", "z"]);
  expect(figuresOf(["a", "b", "c", "d", "e", "z"], relevant)).toEqual({ hit: 0, p5: 0.4, rr: 0.5 });
  expect(figuresOf(["b"], relevant)).toEqual({ hit: 1, p5: 0.2, rr: 1 });
  expect(figuresOf([], relevant)).toEqual({ hit: 0, p5: 0, rr: 0 });
});
