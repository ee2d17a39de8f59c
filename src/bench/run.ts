import { open, rename, rm, writeFile } from "node:fs/promises";
import { type CaseAnswer, predictSuite, type WorkerTask } from "../compose/predict-suite.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Prediction } from "./formats.ts";
import { toPrediction } from "./to-prediction.ts";

export type BenchRun = { cases: number; failed: readonly { id: string; why: string }[]; slowestMs: number };
export type BenchOptions = WorkerTask & { out: string; jobs: number; onCase?: ((done: number, total: number, id: string) => void) | undefined };

const lineOf = (prediction: Prediction): string => `${JSON.stringify(prediction)}\n`;

/**
 * Analyses every case of a suite and writes a prediction for each: as it is ready to `<out>.partial`, and in the end, by id, to
 * `out`. A case that fails gets a prediction that abstains, and is named.
 *
 * @throws {IncidentError} CONFIG when `out` cannot be written; NOT_FOUND when there is no case.
 */
export async function runBench({ out, jobs, onCase, ...task }: BenchOptions): Promise<BenchRun> {
  const partial = `${out}.partial`;
  const unwritable = (cause: unknown): never => {
    throw new IncidentError("CONFIG", `${partial} cannot be written`, { hint: "Give --out a file in a folder that exists and that you may write to.", cause });
  };
  const file = await open(partial, "w").catch(unwritable);
  const predictions = new Map<string, Prediction>();
  const failed: { id: string; why: string }[] = [];
  let written: Promise<unknown> = Promise.resolve();
  try {
    await predictSuite(task, jobs, (answer: CaseAnswer, total) => {
      const prediction = toPrediction(answer);
      if ("failed" in answer) failed.push({ id: answer.id, why: answer.failed });
      predictions.set(answer.id, prediction);
      written = written.then(() => file.appendFile(lineOf(prediction)));
      onCase?.(predictions.size, total, answer.id);
    });
    await written.catch(unwritable);
  } finally {
    await file.close();
  }
  const inOrder = [...predictions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  await writeFile(`${out}.tmp`, inOrder.map(lineOf).join("")).catch(unwritable);
  await rename(`${out}.tmp`, out).catch(unwritable);
  await rm(partial, { force: true });
  return { cases: inOrder.length, failed, slowestMs: inOrder.reduce((slowest, { ms }) => Math.max(slowest, ms ?? 0), 0) };
}
