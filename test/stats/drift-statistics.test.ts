import { expect, it } from "vitest";
import { anytimeP, bet, NO_BETS } from "../../src/stats/betting.ts";
import { mixDistance, mixTest } from "../../src/stats/jensen-shannon.ts";
import { uniformTest } from "../../src/stats/kolmogorov.ts";
import { mmdTest } from "../../src/stats/mmd.ts";
import { outcomeCusum } from "../../src/stats/outcome-cusum.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { normal } from "../bench-stats/simulate.ts";

const random = seededRandom(1);
const cloud = (count: number, centre: number): number[][] =>
  Array.from({ length: count }, () => [centre + normal(random), normal(random)]);

it("finds a shifted cloud of vectors, and not one that is alike", () => {
  expect(mmdTest(cloud(25, 0), cloud(20, 1.5), { seed: 1, draws: 199 }).p).toBeLessThan(0.01);
  expect(mmdTest(cloud(25, 0), cloud(20, 0), { seed: 1, draws: 199 }).p).toBeGreaterThan(0.05);
  expect(() => mmdTest(cloud(1, 0), cloud(5, 0), { seed: 1 })).toThrow(RangeError);
});
it("estimates the squared distance without bias: near 0 for equal clouds", () => {
  const values = Array.from({ length: 30 }, (_, seed) => mmdTest(cloud(20, 0), cloud(20, 0), { seed, draws: 1 }).mmd2);
  expect(Math.abs(values.reduce((sum, one) => sum + one, 0) / 30)).toBeLessThan(0.01);
});

it("knows the distance of mixes: 0 for equal ones, 1 without a common thing", () => {
  const mix = (entries: Record<string, number>) => new Map(Object.entries(entries));
  expect(mixDistance([mix({ a: 1, b: 3 })], [mix({ a: 2, b: 6 })])).toBeCloseTo(0, 9);
  expect(mixDistance([mix({ a: 1 })], [mix({ b: 1 })])).toBeCloseTo(1, 9);
  // p = (1, 0), q = (½, ½), m = (¾, ¼): (log₂ 4/3 + ½ log₂ 2/3 + ½ log₂ 2) / 2
  const divergence = (Math.log2(4 / 3) + 0.5 * Math.log2(2 / 3) + 0.5) / 2;
  expect(mixDistance([mix({ a: 4 })], [mix({ a: 1, b: 1 })])).toBeCloseTo(Math.sqrt(divergence), 9);
});
it("divides whole documents at random", () => {
  const documents = Array.from({ length: 10 }, (_, at) => new Map([[at % 2 === 0 ? "a" : "b", 5]]));
  const [even, odd] = [documents.filter((_, at) => at % 2 === 0), documents.filter((_, at) => at % 2 === 1)];
  expect(mixTest(even, odd, { seed: 1 }).p).toBeLessThan(0.02); // 2 of 252 divisions are as uneven
  expect(mixTest(documents, documents, { seed: 1 }).p).toBeGreaterThan(0.5);
});

it("raises an alarm for a lasting rise of wrong outcomes, and says when it began", () => {
  const steady = [1, 0, 2, 1, 1].map((wrong) => ({ wrong, n: 20 }));
  const worse = [...steady, ...[5, 6, 5, 7].map((wrong) => ({ wrong, n: 20 }))];
  expect(outcomeCusum(steady, worse)).toMatchObject({ alarmAt: expect.any(Number), beganAt: 5 });
  expect(outcomeCusum(steady, steady)).toMatchObject({ alarmAt: null, beganAt: null });
});

it("stakes no more than can be lost, and refuses what is below the bound", () => {
  expect(() => bet(NO_BETS, -1.1, 1)).toThrow(RangeError);
  let [losing, winning] = [NO_BETS, NO_BETS];
  for (let at = 0; at < 50; at++) [losing, winning] = [bet(losing, -1, 1), bet(winning, 1, 1)];
  expect(losing.capitals.every((capital) => capital > 0 && capital < 1)).toBe(true);
  expect(anytimeP(losing)).toBe(1);
  expect(anytimeP(winning)).toBeLessThan(1e-6);
});

it("tells uniform values from others", () => {
  const uniform = Array.from({ length: 200 }, () => random());
  expect(uniformTest(uniform).p).toBeGreaterThan(0.01);
  expect(uniformTest(uniform.map((value) => value ** 2)).p).toBeLessThan(0.001);
});
