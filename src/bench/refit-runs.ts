import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Labelled } from "./fit-calibration.ts";
import { AS_RECORDED, DROPPABLE, type Droppable } from "./incidents/vary-incidents.ts";
import { suiteName } from "./suite-name.ts";
import type { PredictPool } from "./predict/predict-pool.ts";
import { readOracles, readPredictions } from "./read-files.ts";
import { changedCases, labelledCases } from "./refit.ts";
import { type PredictedCase, predictCases, runBench } from "./run.ts";

/** A suite: its folder, and the folder of its answers. */
export type LabelledSuite = { dir: string; oracles: string };
type SuiteRun = LabelledSuite & Pick<PredictedCase, "predictions" | "failed"> & { without: Droppable | null };

/**
 * Predicts each suite as recorded, and without each signal that some of its cases have.
 *
 * @param kept a folder of predictions, named as by `bench run --without each --out`. Existing ones are used again,
 *   missing ones are added. Null for no folder.
 */
export async function predictSuites(
  suites: readonly LabelledSuite[],
  pool: PredictPool,
  kept: string | null,
  say: (text: string) => void,
): Promise<SuiteRun[]> {
  const runs: SuiteRun[] = [];
  for (const suite of suites) {
    const run = async (without: Droppable | null): Promise<SuiteRun> => {
      const name = suiteName(suite.dir);
      const out = kept === null ? null : join(kept, `${name}${without === null ? "" : `.without-${without}`}.jsonl`);
      if (out !== null && existsSync(out)) {
        const ids = new Set((await readOracles(suite.oracles)).map(({ id }) => id));
        return { ...suite, without, predictions: await readPredictions(out, ids), failed: [] };
      }
      const onCase = (ready: number, total: number, id: string): void =>
        say(`${name}${without === null ? "" : ` without ${without}`} ${ready}/${total} ${id}`);
      const variation = { ...AS_RECORDED, without: without === null ? [] : [without] };
      const task = { suite: suite.dir, variation, pool, onCase };
      return { ...suite, without, ...(out === null ? await predictCases(task) : await runBench({ ...task, out })) };
    };
    const full = await run(null);
    runs.push(full);
    const isRecorded = (signal: Droppable): boolean =>
      [...full.predictions.values()].some(
        ({ notChecked }) => !notChecked?.some((gap) => gap.startsWith(`${signal}: not recorded`)),
      );
    for (const signal of DROPPABLE.filter(isRecorded)) runs.push(await run(signal));
  }
  return runs;
}

/** A run without a signal counts for the cases that had it. */
export async function labelledRuns(runs: readonly SuiteRun[]): Promise<Labelled[]> {
  const labelled: Labelled[] = [];
  for (const of of Map.groupBy(runs, ({ dir }) => dir).values()) {
    let full: Labelled[] = [];
    for (const { dir, oracles, predictions, without } of of) {
      const cases = labelledCases(suiteName(dir), await readOracles(oracles), predictions, without);
      if (without === null) full = cases;
      labelled.push(...(without === null ? cases : changedCases(full, cases)));
    }
  }
  return labelled;
}
