import { open, rename, rm, writeFile } from "node:fs/promises";
import type { BenchTask } from "./incidents/bench-incidents.ts";
import type { PredictPool } from "./predict/predict-pool.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Prediction } from "./formats.ts";
import { toPrediction } from "./to-prediction.ts";

export type BenchRun = { cases: number; failed: readonly { id: string; why: string }[]; slowestMs: number };
/** `predictions`: by id, ascending. */
export type PredictedCase = BenchRun & { predictions: ReadonlyMap<string, Prediction> };
type OnCase = (done: number, total: number, id: string) => void;
export type PredictOptions = BenchTask & { pool: PredictPool; onCase?: OnCase | undefined };
export type BenchOptions = PredictOptions & { out: string };

const lineOf = (prediction: Prediction): string => `${JSON.stringify(prediction)}\n`;

/**
 * Analyses every case of a suite. A case that fails is listed in `failed` and gets an `inconclusive` prediction.
 *
 * @param onPrediction is called with each prediction when it is ready, in any order.
 * @throws {IncidentError} NOT_FOUND when the suite has no case.
 */
export async function predictCases(
  { pool, onCase, ...task }: PredictOptions,
  onPrediction?: (prediction: Prediction) => void,
): Promise<PredictedCase> {
  const found: Prediction[] = [];
  const failed: { id: string; why: string }[] = [];
  await pool.predict(task, (answer, total) => {
    const prediction = toPrediction(answer);
    if ("failed" in answer) failed.push({ id: answer.id, why: answer.failed });
    found.push(prediction);
    onPrediction?.(prediction);
    onCase?.(found.length, total, answer.id);
  });
  const inOrder = found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const slowestMs = inOrder.reduce((slowest, { ms }) => Math.max(slowest, ms ?? 0), 0);
  return {
    predictions: new Map(inOrder.map((prediction) => [prediction.id, prediction])),
    cases: inOrder.length,
    failed,
    slowestMs,
  };
}

/**
 * Like `predictCases`, and writes each prediction: at once to `<out>.partial`, and at the end, sorted by id, to `out`.
 *
 * @throws {IncidentError} CONFIG when `out` cannot be written; NOT_FOUND when the suite has no case.
 */
export async function runBench({ out, ...options }: BenchOptions): Promise<PredictedCase> {
  const partial = `${out}.partial`;
  const unwritable = (cause: unknown): never => {
    throw new IncidentError("CONFIG", `${partial} cannot be written`, {
      hint: "Give --out a file in an existing folder that you may write to.",
      cause,
    });
  };
  const file = await open(partial, "w").catch(unwritable);
  let written: Promise<unknown> = Promise.resolve();
  let ran: PredictedCase;
  try {
    ran = await predictCases(
      options,
      (prediction) => (written = written.then(() => file.appendFile(lineOf(prediction)))),
    );
    await written.catch(unwritable);
  } finally {
    await file.close();
  }
  await writeFile(`${out}.tmp`, [...ran.predictions.values()].map(lineOf).join("")).catch(unwritable);
  await rename(`${out}.tmp`, out).catch(unwritable);
  await rm(partial, { force: true });
  return ran;
}
