import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { tokenCounter } from "../aiopslab/count-tokens.ts";
import type { PosedProblem, ProblemRegistry, Task } from "../aiopslab/problems.ts";
import { IncidentError } from "../../domain/errors.ts";
import type { Oracle } from "../formats.ts";
import { type Run, variationWords } from "../measure.ts";
import { writeWhole } from "../runs/write-whole.ts";
import { REGISTRY_FILE } from "./read-records.ts";
import { posedProblem, problemIdOf, sessionRecordOf, truthOfCase } from "./session-records.ts";

/** Ids can hold any character of a folder's name; each gets a name of its own. */
const fileOf = (problem: string): string => `${encodeURIComponent(problem)}.json`;

/**
 * Writes the session of every case and task into a folder, one file each. Where the answers are known, also
 * `registry.json` with the problems and what is right; a task that a case cannot pose, such as localization without a
 * fault, is left out.
 *
 * @param oracles the answers; null if the run is not scored.
 * @returns the number of sessions.
 * @throws {IncidentError} CONFIG when the folder cannot be written.
 */
export async function writeRecords(
  dir: string,
  { suite, variation, predicted }: Run,
  tasks: readonly Task[],
  oracles: readonly Oracle[] | null,
  nowMs: number,
): Promise<number> {
  await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${dir} cannot be made a folder`, { hint: "Give --records a folder.", cause });
  });
  const answers = new Map(oracles?.map((oracle) => [oracle.id, oracle]));
  const countTokens = await tokenCounter();
  const run = `${suite}\0${variationWords(variation)}`;
  const problems: PosedProblem[] = [];
  let written = 0;
  for (const prediction of predicted.predictions.values()) {
    const { id } = prediction;
    const detail = predicted.details.get(id);
    for (const task of tasks) {
      const truth = truthOfCase(task, answers.get(id));
      if (truth === null) continue;
      const record = sessionRecordOf({ run, prediction, detail, truth, countTokens, nowMs });
      await writeWhole(join(dir, fileOf(problemIdOf(id, task))), `${JSON.stringify(record, null, 2)}\n`);
      problems.push(...[posedProblem(id, truth)].filter((problem) => problem !== null));
      written += 1;
    }
  }
  const registry: ProblemRegistry = { source: `answers of the suite ${suite}`, problems };
  if (oracles !== null) await writeWhole(join(dir, REGISTRY_FILE), `${JSON.stringify(registry, null, 2)}\n`);
  return written;
}
