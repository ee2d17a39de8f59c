import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Variation } from "../../../bench/incidents/vary-incidents.ts";
import { type Run, runVariation } from "../../../bench/measure.ts";
import type { PredictPool } from "../../../bench/predict/predict-pool.ts";
import { partialOf } from "../../../bench/run.ts";
import type { SuiteShard } from "../../../bench/runs/shards.ts";
import { suiteName } from "../../../bench/suite-name.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { casesBar } from "../../cases-bar.ts";
import { type Io, print, tell } from "../../io.ts";
import { variationSuffix } from "./options.ts";

/** One run: a suite under a variation. */
export type SuiteTask = { dir: string; variation: Variation };
export type RunSettings = {
  out: string | null;
  shard: SuiteShard | null;
  fresh: boolean;
  leaveOut: string | undefined;
  /** Keep what each analysis looked at. */
  detail: boolean;
  quiet: boolean;
  hasBaselines: (dir: string) => boolean;
};

/** The name of a run in a folder of several. */
export const nameOfRun = ({ dir, variation }: SuiteTask): string => `${suiteName(dir)}${variationSuffix(variation)}`;

/** Makes the folder of several runs. @throws {IncidentError} CONFIG when it cannot be made. */
export async function makeFolder(dir: string, option: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${dir} cannot be made a folder`, {
      hint: `${option} names a folder here.`,
      cause,
    });
  });
}

/** One run writes a file. Several write a folder, with a file named by suite and variation for each. */
async function outOf({ out, shard }: RunSettings, task: SuiteTask, tasks: number): Promise<string | null> {
  if (out === null || tasks === 1) return out;
  await makeFolder(out, "With several runs, --out");
  return join(out, `${nameOfRun(task)}${shard === null ? "" : `.shard${shard.at}of${shard.of}`}.jsonl`);
}

function tellRun(io: Io, { predicted }: Run, out: string | null): void {
  const { cases, resumed, slowestMs, failed } = predicted;
  if (resumed > 0 && out !== null)
    tell(io, `causeway: ${resumed} of ${cases} cases were already analyzed (${partialOf(out)})`);
  if (out !== null) print(io, `${cases} predictions in ${out}; the slowest case took ${slowestMs} ms`);
  for (const { id, why } of failed) tell(io, `causeway: ${id} failed: ${why}`);
}

/** Runs, and the function that forgets what a crash would have resumed. Call it when the runs were used. */
export type SuiteRuns = { runs: Run[]; forget: () => Promise<void> };

/** One task after the other, each as many cases at a time as the pool has threads. */
export async function runSuites(
  io: Io,
  tasks: readonly SuiteTask[],
  pool: PredictPool,
  settings: RunSettings,
): Promise<SuiteRuns> {
  const { shard, fresh, leaveOut, detail, quiet, hasBaselines } = settings;
  const runs: Run[] = [];
  const partials: string[] = [];
  for (const task of tasks) {
    const bar = casesBar(io, suiteName(task.dir), quiet);
    const out = await outOf(settings, task, tasks.length);
    const run = await runVariation({
      suite: task.dir,
      variation: task.variation,
      pool,
      onCase: bar.at,
      out,
      shard,
      fresh,
      keepPartial: true,
      detail,
      leaveOut,
      withBaselines: hasBaselines(task.dir),
    }).finally(bar.end);
    if (out !== null) partials.push(partialOf(out));
    tellRun(io, run, out);
    runs.push(run);
  }
  const forget = async (): Promise<void> => void (await Promise.all(partials.map((path) => rm(path, { force: true }))));
  return { runs, forget };
}
