import { rm } from "node:fs/promises";
import type { BenchTask } from "./incidents/bench-incidents.ts";
import type { PredictPool } from "./predict/predict-pool.ts";
import { IncidentError } from "../domain/errors.ts";
import type { Prediction } from "./formats.ts";
import type { CaseDetail } from "./predict/case-detail.ts";
import { type FinishedCase, lineOfRun, openPartial } from "./runs/partial-file.ts";
import { identityOf } from "./runs/run-identity.ts";
import { byId, idsInShard, type SuiteShard } from "./runs/shards.ts";
import { refuseReadableAnswers, suiteFiles } from "./runs/suite-files.ts";
import { writeWhole } from "./runs/write-whole.ts";
import { toPrediction } from "./to-prediction.ts";

/** `resumed`: cases that an earlier process had analysed. */
export type BenchRun = {
  cases: number;
  failed: readonly { id: string; why: string }[];
  slowestMs: number;
  resumed: number;
};
/** `predictions`, `details`: by id, ascending. Without `detail` in the task, there are no details. */
export type PredictedCase = BenchRun & {
  predictions: ReadonlyMap<string, Prediction>;
  details: ReadonlyMap<string, CaseDetail>;
};
type OnCase = (done: number, total: number, id: string) => void;
export type PredictOptions = BenchTask & { pool: PredictPool; onCase?: OnCase | undefined };
/**
 * `shard`: analyse this part of the cases only. `fresh`: do not go on with an unfinished run. `keepPartial`: leave the file
 * of the unfinished run, so that a command of several runs goes on with the next one after a crash.
 */
export type BenchOptions = PredictOptions & {
  out: string;
  shard?: SuiteShard | null;
  fresh?: boolean | undefined;
  keepPartial?: boolean;
};

const lineOf = (prediction: Prediction): string => `${JSON.stringify(prediction)}\n`;
export const partialOf = (out: string): string => `${out}.partial`;

/** What is left to do of a run. `kept`: cases that are analysed. `only`: cases to analyse; all unless given. */
type Rest = { kept: readonly FinishedCase[]; only?: readonly string[] };

async function predictRest(
  { pool, onCase, ...task }: PredictOptions,
  { kept, only }: Rest,
  onFinished: (finished: FinishedCase) => void,
): Promise<PredictedCase> {
  const found = [...kept];
  const failed: { id: string; why: string }[] = [];
  await pool.predict(
    task,
    (answer, total) => {
      const isFailed = "failed" in answer;
      const detail = isFailed ? undefined : answer.predicted.detail;
      const finished = { prediction: toPrediction(answer), ...(detail && { detail }) };
      if (isFailed) failed.push({ id: answer.id, why: answer.failed });
      else onFinished(finished);
      found.push(finished);
      onCase?.(found.length, kept.length + total, answer.id);
    },
    only,
  );
  const inOrder = found.toSorted((a, b) => byId(a.prediction.id, b.prediction.id));
  return {
    predictions: new Map(inOrder.map(({ prediction }) => [prediction.id, prediction])),
    details: new Map(inOrder.flatMap(({ prediction: { id }, detail }) => (detail ? [[id, detail] as const] : []))),
    cases: inOrder.length,
    failed: failed.toSorted((a, b) => byId(a.id, b.id)),
    slowestMs: inOrder.reduce((slowest, { prediction: { ms } }) => Math.max(slowest, ms ?? 0), 0),
    resumed: kept.length,
  };
}

/**
 * Analyses every case of a suite. A case that fails is listed in `failed` and gets an `inconclusive` prediction.
 *
 * @throws {IncidentError} NOT_FOUND when the suite has no case; BAD_INPUT when the analysis could read an answer.
 */
export async function predictCases(options: PredictOptions): Promise<PredictedCase> {
  await refuseReadableAnswers(await suiteFiles(options.suite));
  return predictRest(options, { kept: [] }, () => undefined);
}

/**
 * Like `predictCases`, and writes each prediction: at once to `<out>.partial`, and at the end, sorted by id, to `out`.
 * If that file holds cases of the same run, they are not analysed again; a case that failed is. A shard's file begins
 * with a line that names the run, which `mergeParts` reads.
 *
 * @throws {IncidentError} CONFIG when `out` cannot be written; NOT_FOUND when the suite or the shard has no case;
 *   BAD_INPUT when the file is of another run, or the analysis could read an answer.
 */
export async function runBench({
  out,
  shard = null,
  fresh = false,
  keepPartial = false,
  ...options
}: BenchOptions): Promise<PredictedCase> {
  const run = await identityOf(options, options.pool.config, shard);
  const ids = idsInShard(run.cases, shard);
  if (ids.length === 0) throw noCase(options.suite, run.cases.length);
  const partial = await openPartial(partialOf(out), run, fresh);
  let written: Promise<unknown> = Promise.resolve();
  let ran: PredictedCase;
  try {
    const known = new Set(partial.kept.map(({ prediction: { id } }) => id));
    const rest = { kept: partial.kept, only: ids.filter((id) => !known.has(id)) };
    ran = await predictRest(options, rest, (finished) => {
      written = partial.add(finished);
      written.catch(() => undefined); // awaited below
    });
    await written;
  } finally {
    await partial.close();
  }
  const lines = [...ran.predictions.values()].map(lineOf);
  await writeWhole(out, (shard === null ? "" : lineOfRun(run)) + lines.join(""));
  if (!keepPartial) await rm(partialOf(out), { force: true });
  return ran;
}

const noCase = (suite: string, all: number): IncidentError =>
  all === 0
    ? new IncidentError("NOT_FOUND", `${suite} contains no case`, {
        hint: "Give a folder that contains cases/<id>/scenario.json.",
      })
    : new IncidentError("NOT_FOUND", `the shard of ${suite} has no case, because the suite has only ${all}`, {
        hint: "Give --shard no more parts than there are cases.",
      });
