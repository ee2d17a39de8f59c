import { z } from "zod";
import { folderDigest, programDigest } from "../../app/program-digest.ts";
import { benchIncidents, type BenchTask } from "../incidents/bench-incidents.ts";
import { AS_RECORDED } from "../incidents/vary-incidents.ts";
import { suiteName } from "../suite-name.ts";
import type { PredictConfig } from "../predict/predict-pool.ts";
import type { SuiteShard } from "./shards.ts";
import { refuseReadableAnswers, suiteDigest, suiteFiles } from "./suite-files.ts";

/**
 * What a file of predictions is of. Two files may be joined only if all but `shard` is the same.
 * - `suite`, `suiteDigest`: its name, and a hash of its cases.
 * - `program`: version and hash of the source.
 * - `settings`: what else changes predictions. No address of a model, because it can hold a secret.
 * - `cases`: the ids of all cases of the suite, ascending.
 */
export const RunIdentity = z.object({
  format: z.literal(1),
  suite: z.string(),
  suiteDigest: z.string(),
  program: z.string(),
  variation: z.record(z.string(), z.unknown()),
  settings: z.object({
    leaveOut: z.string().nullable(),
    model: z.string().nullable(),
    runbooks: z.string(),
    nodeTimeoutMs: z.number(),
    /** What each case showed is kept beside its prediction, for records and pages. */
    detail: z.boolean(),
  }),
  shard: z.object({ at: z.number().int(), of: z.number().int() }).nullable(),
  cases: z.array(z.string()),
});
export type RunIdentity = z.infer<typeof RunIdentity>;

/**
 * @throws {IncidentError} BAD_INPUT when the analysis could read an answer; NOT_FOUND when the suite has no case; CONFIG
 *   when there is no such folder.
 */
export async function identityOf(
  { suite, variation = AS_RECORDED, leaveOut, detail = false }: BenchTask,
  { model, runbooks, nodeTimeoutMs }: PredictConfig,
  shard: SuiteShard | null,
): Promise<RunIdentity> {
  const cases = (await benchIncidents({ suite, variation }).listIncidents()).map(({ id }) => id);
  const files = await suiteFiles(suite);
  await refuseReadableAnswers(files);
  return {
    format: 1,
    suite: suiteName(suite),
    suiteDigest: await suiteDigest(files),
    program: programDigest(),
    variation: { ...variation },
    settings: {
      leaveOut: leaveOut ?? null,
      model: model?.name ?? null,
      runbooks: folderDigest(runbooks),
      nodeTimeoutMs,
      detail,
    },
    shard,
    cases,
  };
}

const NAMES: Readonly<Record<string, string>> = {
  format: "format of the file",
  suite: "suite",
  suiteDigest: "files of the suite",
  program: "version of Causeway",
  variation: "variation",
  settings: "settings",
  shard: "shard",
  cases: "cases of the suite",
};

/** In which points two runs differ, in words: "version of Causeway (0.1.0 ab, here 0.1.0 cd)". Empty: the same run. */
export function differencesOf(there: RunIdentity, here: RunIdentity): string[] {
  const keys = Object.keys(NAMES) as (keyof RunIdentity)[];
  return keys
    .filter((key) => JSON.stringify(there[key]) !== JSON.stringify(here[key]))
    .map((key) => {
      const name = NAMES[key] ?? key;
      return key === "cases" ? name : `${name} (${wordsOf(there[key])}, here ${wordsOf(here[key])})`;
    });
}

const wordsOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
