import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { madeSystem } from "../../src/bench/made-system.ts";
import { createLog } from "../../src/compose/log.ts";
import { predictCase } from "../../src/bench/predict/predict.ts";
import { HANG_MS } from "../hang.ts";

/** Known misses in generated systems. The recordings in `fixtures/` have none (recordings.test.ts). */
const listed = JSON.parse(readFileSync(join(import.meta.dirname, "expected-misses.json"), "utf8")) as string[];
const SEEDS = [1, 2, 3, 4, 5];
const FAULTS = [1, 2, 3];

/** "3 faults, seed 1: service-15 is not among the first 3", a line for each thing missed. */
async function missesOf(faults: number, seed: number): Promise<string[]> {
  const { incidents, culprits } = madeSystem({ services: 20, edges: 40, series: 100, spans: 4_000, faults }, seed);
  const { hypotheses, verdict } = await predictCase(
    incidents,
    "made",
    { runbooks: [], model: null, nodeTimeoutMs: HANG_MS },
    createLog({ logLevel: "silent" }),
  );
  const named = hypotheses.slice(0, faults).map(({ entity }) => entity);
  return [
    ...culprits
      .filter((culprit) => !named.includes(culprit))
      .map((culprit) => `${culprit} is not among the first ${faults}`),
    ...(verdict === "no_incident" ? ["called quiet"] : []),
  ].map((miss) => `${faults} ${faults === 1 ? "fault" : "faults"}, seed ${seed}: ${miss}`);
}

let missed: string[];
beforeAll(async () => {
  missed = [];
  for (const faults of FAULTS) for (const seed of SEEDS) missed.push(...(await missesOf(faults, seed)));
});

it("misses in synthetic systems only the listed cases", () => {
  expect(missed.filter((miss) => !listed.includes(miss))).toEqual([]);
});

it("still misses every listed case, so that fixed ones are removed from the list", () => {
  expect(listed.filter((miss) => !missed.includes(miss))).toEqual([]);
});
