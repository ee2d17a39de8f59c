import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";
import { IncidentError } from "../domain/errors.ts";
import { type OutcomeCount, outcomeCusum } from "../stats/outcome-cusum.ts";

/** One run of the golden incidents. `wrong`: of `cases`. `model`: null without one. `prompts`: versions, by name. */
const GoldenRun = z.object({
  suite: z.string(),
  at: z.string(),
  program: z.string(),
  model: z.string().nullable(),
  prompts: z.record(z.string(), z.number().int()),
  cases: z.number().int().positive(),
  wrong: z.number().int().nonnegative(),
});
export type GoldenRun = z.infer<typeof GoldenRun>;

/**
 * The runs of a suite, oldest first. A file that does not exist has none.
 *
 * @throws {IncidentError} BAD_INPUT naming the first line that is not a run.
 */
export async function readHistory(path: string, suite: string): Promise<GoldenRun[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  const runs = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line, index) => {
      try {
        return GoldenRun.parse(JSON.parse(line));
      } catch (cause) {
        throw new IncidentError("BAD_INPUT", `${path}: line ${index + 1} is not a run of golden incidents`, {
          hint: "Correct or remove this line; `causeway bench gate --history FILE --record` writes them.",
          cause,
        });
      }
    });
  return runs.filter((run) => run.suite === suite);
}

/** @throws {IncidentError} CONFIG when the file cannot be written. */
export async function addToHistory(path: string, run: GoldenRun): Promise<void> {
  await appendFile(path, `${JSON.stringify(run)}\n`).catch((cause: unknown) => {
    throw new IncidentError("CONFIG", `${path} cannot be written`, { hint: "Give --history a file.", cause });
  });
}

/** Prompts whose version in force no recorded run had: "explain v2 (recorded: v1)". */
export function unrecordedPrompts(history: readonly GoldenRun[], inForce: Readonly<Record<string, number>>): string[] {
  const last = history.at(-1)?.prompts ?? {};
  return Object.entries(inForce)
    .filter(([name, version]) => last[name] !== version)
    .map(
      ([name, version]) => `${name} v${version} (recorded: ${last[name] === undefined ? "none" : `v${last[name]}`})`,
    );
}

/** The first runs of a history say what is usual. */
const REFERENCE = 5;

/**
 * Whether the share of wrong golden incidents has risen for good.
 *
 * @returns `began`: the first run of the rise; null without one. `why`: in words.
 */
export function outcomeTrend(history: readonly GoldenRun[]): { began: GoldenRun | null; why: string } {
  const counts = history.map(({ wrong, cases: n }): OutcomeCount => ({ wrong, n }));
  const [reference, runs] = [counts.slice(0, REFERENCE), counts.slice(REFERENCE)];
  if (runs.length === 0)
    return { began: null, why: `outcomes over time: needs more than ${REFERENCE} runs, has ${counts.length}` };
  const { alarmAt, beganAt, limit, sums } = outcomeCusum(reference, runs);
  const words = `CUSUM ${(sums.at(-1) ?? 0).toFixed(2)}, limit ${limit.toFixed(2)}, ${runs.length} runs after ${REFERENCE}`;
  if (alarmAt === null || beganAt === null)
    return { began: null, why: `outcomes over time: no lasting rise (${words})` };
  return {
    began: history[REFERENCE + beganAt] ?? null,
    why: `more golden incidents are wrong since ${history[REFERENCE + beganAt]?.at ?? "?"} (${words})`,
  };
}
