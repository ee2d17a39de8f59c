import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { oraclesBeside, suiteName } from "../../../bench/measure.ts";
import { printRefit } from "../../../bench/print-refit.ts";
import { publish } from "../../../bench/publish.ts";
import { readOracles } from "../../../bench/read-files.ts";
import type { Labelled } from "../../../bench/fit-calibration.ts";
import { changedCases, labelledCases, refit } from "../../../bench/refit.ts";
import { type PredictedCase, predictCases } from "../../../bench/run.ts";
import { sectionsOfRefit } from "../../../bench/sections.ts";
import { type PredictPool, withPredictPool } from "../../../bench/predict/predict-pool.ts";
import { AS_RECORDED, DROPPABLE, type Droppable } from "../../../bench/incidents/vary-incidents.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { benchConfig, jobs } from "./options.ts";

type Flags = {
  suite: string[];
  out?: string;
  precision: number;
  jobs: number;
  quiet?: boolean;
  write?: boolean;
  docs: string;
};

const share = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("It takes a number above 0, up to 1.");
  return value;
};

type Place = { dir: string; oracles: string };

type Run = Place & PredictedCase & { without: Droppable | null };

/** Each suite as recorded, and without each signal that some of its cases have. */
async function predictAll(places: readonly Place[], pool: PredictPool, say: (text: string) => void): Promise<Run[]> {
  const runs: Run[] = [];
  for (const place of places) {
    const run = async (without: Droppable | null): Promise<Run> => {
      const name = `${suiteName(place.dir)}${without === null ? "" : ` without ${without}`}`;
      const onCase = (ready: number, total: number, id: string): void => say(`${name} ${ready}/${total} ${id}`);
      const variation = { ...AS_RECORDED, without: without === null ? [] : [without] };
      return { ...place, without, ...(await predictCases({ suite: place.dir, variation, pool, onCase })) };
    };
    const full = await run(null);
    runs.push(full);
    const isRecorded = (signal: Droppable): boolean =>
      [...full.predictions.values()].some(
        ({ notChecked }) => !notChecked?.some((gap) => gap.startsWith(`${signal}: not recorded`)),
      );
    for (const signal of DROPPABLE.filter(isRecorded)) runs.push(await run(signal));
  }
  return runs;
}

/** A run without a signal counts for the cases that had it. */
async function labelledRuns(runs: readonly Run[]): Promise<Labelled[]> {
  const labelled: Labelled[] = [];
  for (const of of Map.groupBy(runs, ({ dir }) => dir).values()) {
    let full: Labelled[] = [];
    for (const { dir, oracles, predictions, without } of of) {
      const cases = labelledCases(suiteName(dir), await readOracles(oracles), predictions, without);
      if (without === null) full = cases;
      labelled.push(...(without === null ? cases : changedCases(full, cases)));
    }
  }
  return labelled;
}

export function addRefitCommand(bench: Command, io: Io): void {
  bench
    .command("refit")
    .description("fit the confidence again on suites with known answers, and measure it on unseen cases")
    .requiredOption("--suite <dir...>", "suites with a folder oracles beside their cases")
    .option("--out <file>", "file for the calibration; Causeway reads src/rca/calibration.json")
    .option("--precision <share>", "target share of right root causes", share, 0.92)
    .option("--write", "write the reliability into docs/benchmarks.md and docs/benchmarks.json")
    .option("--docs <dir>", "folder of those two files", "docs")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--quiet", "show no progress")
    .action(async ({ suite, out, precision, jobs: count, quiet, write, docs }: Flags) => {
      const places = suite.map((dir) => {
        const oracles = oraclesBeside(dir);
        if (oracles !== null) return { dir, oracles };
        throw new IncidentError("NOT_FOUND", `there is no folder oracles beside the cases of ${dir}`, {
          hint: "Give suites with answers in oracles/.",
        });
      });
      const progress = progressLine(io, quiet);
      const predicted = await withPredictPool(benchConfig(false, io.env), count, (pool) =>
        predictAll(places, pool, progress.say),
      ).finally(progress.end);
      const failed = predicted.flatMap(({ dir, failed: of }) =>
        of.map(({ id, why }) => `${suiteName(dir)} ${id}: ${why}`),
      );
      if (failed.length > 0)
        throw new IncidentError(
          "BAD_INPUT",
          `${failed.length} cases could not be analyzed, among them ${failed.slice(0, 3).join("; ")}`,
          { hint: "Nothing was fitted, because a fit must cover every case. Fix these cases first." },
        );
      const cases = await labelledRuns(predicted);
      if (cases.length === 0)
        throw new IncidentError("BAD_INPUT", "no faulty case has a suspect", {
          hint: "Give suites in which a faulty case has at least one suspect.",
        });
      const fitted = refit(cases, precision);
      print(io, printRefit(fitted));
      if (out !== undefined)
        await writeFile(out, `${JSON.stringify(fitted, null, 1)}\n`).catch((cause: unknown) => {
          throw new IncidentError("CONFIG", `${out} cannot be written`, {
            hint: "Give --out a file in a folder that exists.",
            cause,
          });
        });
      if (write === true) await publish(docs, sectionsOfRefit(fitted));
    });
}
