import { join } from "node:path";
import type { Task } from "../../../bench/aiopslab/problems.ts";
import type { Run, ScoredRun } from "../../../bench/measure.ts";
import { readOracles } from "../../../bench/read-files.ts";
import { writeWhole } from "../../../bench/runs/write-whole.ts";
import { renderRunPage } from "../../../bench/page/render.ts";
import { writeRecords } from "../../../bench/records/write-records.ts";
import { type Io, print } from "../../io.ts";
import { nameOfRun } from "./run-suites.ts";

/** Writes the sessions of each run: into the folder itself, or of several runs each into one of its own. */
export async function saveRecords(
  io: Io,
  dir: string,
  tasks: readonly Task[],
  runs: readonly Run[],
  oracles: ReadonlyMap<string, string>,
): Promise<void> {
  for (const run of runs) {
    const answers = oracles.get(run.dir);
    const known = answers === undefined ? null : await readOracles(answers);
    const folder = runs.length === 1 ? dir : join(dir, nameOfRun(run));
    print(io, `${await writeRecords(folder, run, tasks, known, io.now())} sessions in ${folder}`);
  }
}

/** Writes one page of all scored runs. */
export async function savePage(io: Io, path: string, runs: readonly ScoredRun[]): Promise<void> {
  await writeWhole(path, renderRunPage(runs));
  print(io, `page in ${path}`);
}
