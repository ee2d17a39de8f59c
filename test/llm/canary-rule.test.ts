import { expect, it } from "vitest";
import type { AnswerOutcome, Canary, CanaryStep } from "../../src/domain/canary.ts";
import { afterComparison, afterJudgement, isReached, promoted, stopped } from "../../src/llm/canary-rule.ts";
import { seededRandom } from "../../src/stats/seeded-random.ts";
import { aCanary, aComparison } from "./canary-fixtures.ts";

/** Compares until the canary ends, or this often. */
function compare(canary: Canary, times: number, of: (at: number) => Partial<AnswerOutcome>) {
  const steps: CanaryStep[] = [];
  let current = canary;
  for (let at = 0; at < times; at++) {
    const change = afterComparison(current, aComparison(of(at)));
    if (change === null) break;
    current = change.canary;
    steps.push(...change.steps);
  }
  return { canary: current, steps };
}

it("reaches its share of incidents, the same in every process, and keeps those of earlier stages", () => {
  const ids = Array.from({ length: 4000 }, (_, at) => `INC-${at}`);
  const reached = [0, 1, 2, 3].map((stage) => ids.filter((id) => isReached(aCanary({ stage }), id)));
  const shares = reached.map(({ length }) => length / ids.length);
  expect(Math.abs((shares[0] ?? 0) - 0.01)).toBeLessThan(0.006);
  expect(Math.abs((shares[1] ?? 0) - 0.1)).toBeLessThan(0.02);
  expect(Math.abs((shares[2] ?? 0) - 0.5)).toBeLessThan(0.03);
  expect(shares[3]).toBe(1);
  for (const [at, of] of reached.slice(1).entries()) expect(of).toEqual(expect.arrayContaining(reached[at] ?? []));
});

it("grows from 1 to 10, 50 and 100 % with comparisons that show no harm", () => {
  const { canary, steps } = compare(aCanary({ stage: 0 }), 16, () => ({}));
  expect(canary).toMatchObject({ stage: 3, atStage: 1, compared: 16, state: "running" });
  expect(steps.map(({ step, why }) => [step, why])).toEqual(
    [10, 50, 100].map((share) => ["advanced", `5 comparisons without a broken guardrail: now ${share} % of incidents`]),
  );
});

it.each([
  ["fails too often", { bad: "failed" as const }, "more answers are bad"],
  ["is slower", { ms: 200 }, "it is slower"],
  ["uses more tokens", { tokens: 90 }, "it uses more tokens"],
])("returns by itself when the candidate %s", (_, candidate, why) => {
  const { canary, steps } = compare(aCanary({ perStage: 1000 }), 200, () => candidate);
  expect(canary.state).toBe("returned");
  expect(canary.compared).toBeLessThan(40);
  expect(steps.at(-1)).toMatchObject({ step: "returned", by: "causeway", why: expect.stringContaining(why) });
  expect(afterComparison(canary, aComparison())).toBeNull();
});

it("returns a shown candidate whose claims fail the checks", () => {
  let canary = aCanary({ mode: "live" });
  for (let at = 0; at < 30 && canary.state === "running"; at++)
    canary = afterJudgement(canary, at % 2 === 0, 1)?.canary ?? canary;
  expect(canary.state).toBe("returned");
});

it("does not hold the time of cached answers against anybody", () => {
  const { canary } = compare(aCanary({ perStage: 1000 }), 100, () => ({ ms: 1, cached: true }));
  expect(canary.tests.latency).toBeUndefined();
});

it("returns without need in at most the stated share of canaries, though it looks after every comparison", () => {
  const random = seededRandom(4);
  let returned = 0;
  for (let run = 0; run < 300; run++) {
    // at the edge of every margin: the worst that is allowed
    const { canary } = compare(aCanary({ perStage: 1000 }), 150, () => ({
      bad: random() < 0.05 ? "failed" : null,
      ms: random() < 0.5 ? 119 : 121,
      tokens: random() < 0.5 ? 59 : 61,
    }));
    if (canary.state === "returned") returned++;
  }
  expect(returned / 300).toBeLessThanOrEqual(0.05);
});

it("is promoted only once its shadow has reached all incidents", () => {
  expect(promoted(aCanary({ stage: 2 }), "ann", 1)).toContain("all incidents yet");
  expect(promoted(aCanary({ state: "returned" }), "ann", 1)).toBe("it is returned");
  expect(promoted(aCanary({ atStage: 5, compared: 20 }), "ann", 1)).toMatchObject({
    canary: { mode: "live", stage: 0, atStage: 0, tests: {} },
    steps: [{ step: "promoted", by: "ann" }],
  });
});

it("is stopped once", () => {
  const change = stopped(aCanary(), "ann", "enough", 1);
  expect(change).toMatchObject({ canary: { state: "stopped" }, steps: [{ step: "stopped", why: "enough" }] });
  expect(stopped(change?.canary ?? aCanary(), "ann", "again", 2)).toBeNull();
});
