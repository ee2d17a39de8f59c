import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  addToHistory,
  type GoldenRun,
  outcomeTrend,
  readHistory,
  unrecordedPrompts,
} from "../../src/bench/golden-history.ts";
import { tempDir } from "../compose/recorded-suite.ts";

const aRun = (wrong: number, at = 0, fields: Partial<GoldenRun> = {}): GoldenRun => ({
  suite: "fixtures",
  at: `2026-11-${String(at + 1).padStart(2, "0")}T00:00:00.000Z`,
  program: "0.1.0 x",
  model: "small",
  prompts: { explain: 1 },
  cases: 20,
  wrong,
  ...fields,
});

it("keeps the runs of each suite, and names the line that is none", async () => {
  const path = join(await tempDir(), "golden.jsonl");
  expect(await readHistory(path, "fixtures")).toEqual([]);
  await addToHistory(path, aRun(1));
  await addToHistory(path, aRun(2, 1, { suite: "other" }));
  expect(await readHistory(path, "fixtures")).toEqual([aRun(1)]);
  await writeFile(path, `${await readFile(path, "utf8")}{}\n`);
  await expect(readHistory(path, "fixtures")).rejects.toThrow("line 3 is not a run");
});

it("demands a run for each prompt whose version was never run", () => {
  expect(unrecordedPrompts([aRun(0)], { explain: 1 })).toEqual([]);
  expect(unrecordedPrompts([aRun(0)], { explain: 2, judge: 1 })).toEqual([
    "explain v2 (recorded: v1)",
    "judge v1 (recorded: none)",
  ]);
});

it("finds the run with which outcomes fell for good", () => {
  const steady = [1, 1, 0, 2, 1, 1, 1].map((wrong, at) => aRun(wrong, at));
  expect(outcomeTrend(steady).began).toBeNull();
  expect(outcomeTrend(steady.slice(0, 5)).why).toContain("needs more than 5 runs");
  const { began, why } = outcomeTrend([...steady, aRun(7, 7), aRun(8, 8)]);
  expect(began).toEqual(aRun(7, 7));
  expect(why).toContain("more golden incidents are wrong since 2026-11-08");
});
