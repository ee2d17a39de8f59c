import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Oracle, type Prediction } from "../../src/bench/formats.ts";
import { gate, isBelow, printGate, publishedScores } from "../../src/bench/gate.ts";
import { score } from "../../src/bench/score.ts";

const ids = ["a", "b", "c", "d"];
const oracles = ids.map((id) => Oracle.parse({ id, entities: [["stock"]], cause: "leak" }));
const predictions = (right: readonly string[]) =>
  new Map(
    ids.map((id): [string, Prediction] => [
      id,
      { id, verdict: "root_cause", ranking: [{ entity: right.includes(id) ? "stock" : "mail", cause: "leak" }] },
    ]),
  );
const scoresOf = (...right: string[]) => score(oracles, predictions(right));
const publish = (suite: string, ...right: string[]): string => {
  const { overall, missed, faultFree } = scoresOf(...right);
  const path = join(mkdtempSync(join(tmpdir(), "causeway-gate-")), "benchmarks.json");
  const run = {
    suite,
    variation: { without: [], jitter: null, lateMinutes: 0 },
    scores: { ...overall, missed, faultFree },
  };
  writeFileSync(path, JSON.stringify({ sections: { scores: { data: [run] } } }));
  return path;
};

it("lets the published figures and better ones through", async () => {
  const baseline = await publishedScores(publish("shop", "a", "b", "c"), "shop");
  expect(isBelow(gate(scoresOf("a", "b", "c"), baseline, 0.02))).toBe(false);
  const better = gate(scoresOf("a", "b", "c", "d"), baseline, 0.02);
  expect(isBelow(better)).toBe(false);
  expect(printGate("shop", better)).toEqual(["shop: no longer missed: d. Publish the figures again."]);
});

it("stops a figure that fell further than allowed, and names both values", async () => {
  const baseline = await publishedScores(publish("shop", "a", "b", "c"), "shop");
  const worse = gate(scoresOf("a", "b"), baseline, 0.02);
  expect(isBelow(worse)).toBe(true);
  expect(printGate("shop", worse)).toContain("shop: AC@1 is 0.500, published 0.750");
  expect(gate(scoresOf("a", "b"), baseline, 0.25).fallen).toEqual([]);
});

it("stops a new miss although the figure is the same: known misses may only become fewer", async () => {
  const baseline = await publishedScores(publish("shop", "a", "b", "c"), "shop");
  const moved = gate(scoresOf("b", "c", "d"), baseline, 0.02);
  expect(moved).toMatchObject({ fallen: [], newMisses: ["a"], fixed: ["d"] });
  expect(isBelow(moved)).toBe(true);
});

it("lets nothing through if no figure was published: there is nothing to compare", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "causeway-gate-")), "benchmarks.json");
  writeFileSync(path, JSON.stringify({ sections: { scores: { data: [{ suite: "shop", scores: {} }] } } }));
  await expect(publishedScores(path, "shop")).rejects.toMatchObject({ code: "CONFIG" });
});

it("says which suite or file is missing", async () => {
  await expect(publishedScores(publish("shop", "a"), "other")).rejects.toMatchObject({
    code: "CONFIG",
    message: expect.stringContaining("has no figures of the suite other"),
  });
  await expect(publishedScores("/nowhere.json", "shop")).rejects.toMatchObject({ code: "CONFIG" });
});
