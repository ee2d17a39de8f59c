import { dirname, join, resolve } from "node:path";
import { existsSync } from "node:fs";
import type { Vocabulary } from "../domain/incident.ts";
import { benchIncidents } from "./incidents/bench-incidents.ts";
import { AS_RECORDED, type Variation } from "./incidents/vary-incidents.ts";
import { BASELINES, type Baseline, baselinePrediction } from "./baselines.ts";
import type { Oracle, Prediction } from "./formats.ts";
import type { Judged } from "./judge.ts";
import { withMajorityCause } from "./majority.ts";
import { readOracles } from "./read-files.ts";
import { type BenchOptions, type PredictedCase, predictCases, type PredictOptions, runBench } from "./run.ts";
import { judgeFaulty, score, type SuiteScores } from "./score.ts";
import { suiteName } from "./suite-name.ts";

/** The predictions for one suite under one variation. */
export type Run = {
  suite: string;
  dir: string;
  variation: Variation;
  /** The system left out of the confidence, or `each`; null: the confidence in use. */
  leaveOut: string | null;
  predicted: PredictedCase;
  baselines: ReadonlyMap<Baseline, ReadonlyMap<string, Prediction>>;
  /** The closed lists of answers of each case, where baselines ran. */
  vocabularies: ReadonlyMap<string, Vocabulary>;
};
export type ScoredRun = Run & {
  scores: SuiteScores;
  judged: readonly Judged[];
  oracles: readonly Oracle[];
  baselineScores: ReadonlyMap<Baseline, SuiteScores>;
};

/** For example "without logs" or "times off by -60 to 60 s, seed 3"; empty for a suite as recorded. */
export function variationWords({ without, jitter, lateMinutes, maxCalls, modelSeed }: Variation): string {
  const parts = [
    ...(without.length > 0 ? [`without ${without.join(", ")}`] : []),
    ...(jitter ? [`times off by ${jitter.fromS} to ${jitter.toS} s, seed ${jitter.seed}`] : []),
    ...(lateMinutes === 0 ? [] : [`alarm ${lateMinutes} min later`]),
    ...(maxCalls === null ? [] : [`at most ${maxCalls} calls of tools`]),
    ...(modelSeed === null ? [] : [`model's seed ${modelSeed}`]),
  ];
  return parts.join("; ");
}

/** `out`: the file for the predictions; null for none. */
export type VariationOptions = Omit<PredictOptions, "variation"> &
  Pick<BenchOptions, "shard" | "fresh" | "keepPartial"> & {
    variation?: Variation;
    out: string | null;
    withBaselines: boolean;
  };

/** Predicts a suite by Causeway and by the baselines. Does not read the answers. */
export async function runVariation(options: VariationOptions): Promise<Run> {
  const { out, withBaselines, variation = AS_RECORDED, suite, leaveOut, shard, fresh, keepPartial, ...rest } = options;
  const task = { ...rest, suite, leaveOut, variation };
  const resumable = { shard: shard ?? null, fresh, keepPartial: keepPartial ?? false };
  const predicted = out === null ? await predictCases(task) : await runBench({ ...task, ...resumable, out });
  const baselines = new Map<Baseline, ReadonlyMap<string, Prediction>>();
  const incidents = benchIncidents({ suite, variation: { ...variation, maxCalls: null } });
  const failed = new Set(predicted.failed.map(({ id }) => id));
  const vocabularies = new Map<string, Vocabulary>();
  for (const id of withBaselines ? predicted.predictions.keys() : []) {
    const vocabulary = failed.has(id) ? null : (await incidents.getIncident(id)).vocabulary;
    if (vocabulary !== null) vocabularies.set(id, vocabulary);
  }
  for (const baseline of withBaselines ? BASELINES : []) {
    const found = new Map<string, Prediction>();
    for (const id of predicted.predictions.keys())
      if (!failed.has(id)) found.set(id, await baselinePrediction(baseline, incidents, id));
    // A baseline whose signal no case has was not measured. That is not a score of 0.
    if ([...found.values()].some(({ ranking }) => ranking.length > 0)) baselines.set(baseline, found);
  }
  return {
    suite: suiteName(suite),
    dir: suite,
    variation,
    leaveOut: leaveOut ?? null,
    predicted,
    baselines,
    vocabularies,
  };
}

/** The folder with the answers next to the cases of a suite; null when there is none. */
export const oraclesBeside = (dir: string): string | null =>
  [join(dir, "oracles"), join(dirname(resolve(dir)), "oracles")].find((path) => existsSync(path)) ?? null;

/**
 * Compares a run with the answers.
 *
 * @param elsewhere the answers of other suites, for the baseline `majority`, which must not know those of this one.
 * @throws {IncidentError} NOT_FOUND, BAD_INPUT as `readOracles`.
 */
export async function scoreRun(run: Run, oraclesDir: string, elsewhere: readonly Oracle[] = []): Promise<ScoredRun> {
  const oracles = await readOracles(oraclesDir);
  const ofBaseline = (name: Baseline, found: ReadonlyMap<string, Prediction>) =>
    name === "majority" ? withMajorityCause(found, run.vocabularies, elsewhere) : found;
  const { predictions } = run.predicted;
  return {
    ...run,
    oracles,
    scores: score(oracles, predictions),
    judged: judgeFaulty(oracles, predictions),
    baselineScores: new Map([...run.baselines].map(([name, found]) => [name, score(oracles, ofBaseline(name, found))])),
  };
}
