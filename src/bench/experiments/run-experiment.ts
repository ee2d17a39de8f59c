import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Env } from "../../config.ts";
import { benchIncidents } from "../incidents/bench-incidents.ts";
import { type PredictPool, openPredictPool } from "../predict/predict-pool.ts";
import { type PartialFile, openPartial } from "../runs/partial-file.ts";
import { identityOf } from "../runs/run-identity.ts";
import { byId } from "../runs/shards.ts";
import { writeWhole } from "../runs/write-whole.ts";
import { partialOf } from "../run.ts";
import { suiteName } from "../suite-name.ts";
import { toPrediction } from "../to-prediction.ts";
import type { Prediction } from "../formats.ts";
import { type ArmName, ARM_NAMES, configOfArm, taskOfArm } from "./arms.ts";
import { type AssignedCase, assign } from "./assign.ts";
import type { ExperimentPlan } from "./plan.ts";
import { register } from "./registration.ts";

export type RunExperimentOptions = {
  plan: ExperimentPlan;
  /** Folder of the experiment. */
  dir: string;
  env: Env;
  /** Cases at a time. */
  jobs: number;
  /** Drops what an unfinished run left. */
  fresh: boolean;
  nowMs: number;
  onCase?: (suite: string, done: number, total: number) => void;
};
/** `failed`: analyses that could not be made; they count as inconclusive. `resumed`: made by an earlier process. */
export type ExperimentRun = {
  cases: number;
  analyses: number;
  resumed: number;
  failed: { id: string; arm: ArmName; why: string }[];
};

/** The predictions of one arm on one suite. */
export const predictionsFile = (dir: string, arm: ArmName, suite: string): string =>
  join(dir, `${arm}-${suiteName(suite)}.jsonl`);

/** The cases of a plan's suites. Opens no answers. @throws {IncidentError} CONFIG when there is no such suite. */
export async function countCases({ suites }: ExperimentPlan): Promise<number> {
  let cases = 0;
  for (const suite of suites) cases += (await benchIncidents({ suite }).listIncidents()).length;
  return cases;
}

type Pools = Readonly<Record<ArmName, PredictPool>>;

/**
 * Records the plan, then analyses its cases in both configurations, which take turns. Goes on where an earlier process
 * stopped. Answers are not opened.
 *
 * @throws {IncidentError} REJECTED if the folder holds another plan; CONFIG, NOT_FOUND, BAD_INPUT as `runBench`.
 */
export async function runExperiment(options: RunExperimentOptions): Promise<ExperimentRun> {
  const { plan, dir, env, jobs, nowMs } = options;
  const configs = { a: configOfArm(plan.a, env), b: configOfArm(plan.b, env) };
  await register(dir, plan, nowMs);
  const pools: Pools = { a: openPredictPool(configs.a, jobs), b: openPredictPool(configs.b, jobs) };
  const whole: ExperimentRun = { cases: 0, analyses: 0, resumed: 0, failed: [] };
  try {
    for (const suite of plan.suites) {
      const run = await runOnSuite(options, suite, pools);
      whole.cases += run.cases;
      whole.analyses += run.analyses;
      whole.resumed += run.resumed;
      whole.failed.push(...run.failed);
    }
  } finally {
    await Promise.all(ARM_NAMES.map((arm) => pools[arm].close()));
  }
  return whole;
}

/** What one arm has on a suite. */
type ArmRun = { partial: PartialFile; found: Map<string, Prediction> };

async function openArm(options: RunExperimentOptions, suite: string, pools: Pools, arm: ArmName): Promise<ArmRun> {
  const { plan, dir, fresh } = options;
  const identity = await identityOf(taskOfArm(plan[arm], suite), pools[arm].config, null);
  const partial = await openPartial(partialOf(predictionsFile(dir, arm, suite)), identity, fresh);
  return { partial, found: new Map(partial.kept.map(({ prediction }) => [prediction.id, prediction])) };
}

async function runOnSuite(options: RunExperimentOptions, suite: string, pools: Pools): Promise<ExperimentRun> {
  const { plan, dir, jobs, onCase } = options;
  const ids = (await benchIncidents({ suite }).listIncidents()).map(({ id }) => id);
  const name = suiteName(suite);
  const all = assign(plan, name, ids);
  const arms = { a: await openArm(options, suite, pools, "a"), b: await openArm(options, suite, pools, "b") };
  const left = all.filter(({ id, arm }) => !arms[arm].found.has(id));
  const failed: ExperimentRun["failed"] = [];
  let done = all.length - left.length;
  try {
    // jobs cases at a time, the first arm of each, then the other
    for (const turn of turnsOf(left, jobs)) {
      const [{ arm } = { arm: "a" as const }] = turn;
      const added: Promise<void>[] = [];
      await pools[arm].predict(
        taskOfArm(plan[arm], suite),
        (answer) => {
          const prediction = toPrediction(answer);
          arms[arm].found.set(prediction.id, prediction);
          if ("failed" in answer) failed.push({ id: answer.id, arm, why: answer.failed });
          else added.push(arms[arm].partial.add({ prediction }));
          onCase?.(name, ++done, all.length);
        },
        turn.map(({ id }) => id),
      );
      await Promise.all(added);
    }
  } finally {
    await Promise.all(ARM_NAMES.map((arm) => arms[arm].partial.close()));
  }
  for (const arm of ARM_NAMES) {
    const inOrder = [...arms[arm].found.values()].toSorted((a, b) => byId(a.id, b.id));
    const path = predictionsFile(dir, arm, suite);
    await writeWhole(path, inOrder.map((prediction) => `${JSON.stringify(prediction)}\n`).join(""));
  }
  return { cases: ids.length, analyses: all.length, resumed: all.length - left.length, failed };
}

/** Forgets what a crash would have resumed. */
export const forgetPartials = async ({ suites }: ExperimentPlan, dir: string): Promise<void> =>
  void (await Promise.all(
    suites.flatMap((suite) => ARM_NAMES.map((arm) => rm(partialOf(predictionsFile(dir, arm, suite)), { force: true }))),
  ));

/** Divides analyses into turns of one arm, at most `size` each, keeping the order within a few cases. */
export function turnsOf(all: readonly AssignedCase[], size: number): AssignedCase[][] {
  const turns: AssignedCase[][] = [];
  const open = new Map<ArmName, AssignedCase[]>();
  for (const one of all) {
    const turn = open.get(one.arm) ?? [];
    turn.push(one);
    open.set(one.arm, turn);
    if (turn.length === size) {
      turns.push(turn);
      open.delete(one.arm);
    }
  }
  return [...turns, ...open.values()];
}
