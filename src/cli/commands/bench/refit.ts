import { mkdir, writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { oraclesBeside } from "../../../bench/measure.ts";
import { suiteName } from "../../../bench/suite-name.ts";
import { withPredictPool } from "../../../bench/predict/predict-pool.ts";
import { printRefit } from "../../../bench/print-refit.ts";
import { publish } from "../../../bench/publish.ts";
import { refit } from "../../../bench/refit.ts";
import { labelledRuns, predictSuites } from "../../../bench/refit-runs.ts";
import { sectionsOfRefit } from "../../../bench/refit-sections.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { benchConfig, jobs } from "./options.ts";

type Flags = {
  suite: string[];
  out?: string;
  predictions?: string;
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

export function addRefitCommand(bench: Command, io: Io): void {
  bench
    .command("refit")
    .description("fit the confidence again on suites with known answers, and measure it on unseen systems")
    .requiredOption("--suite <dir...>", "suites with a folder oracles beside their cases")
    .option("--out <file>", "file for the calibration; Causeway reads src/rca/calibration.json")
    .option("--predictions <dir>", "use the predictions in this folder again, and add those that are missing")
    .option("--precision <share>", "target share of right root causes", share, 0.92)
    .option("--write", "write the reliability into docs/benchmarks.md and docs/benchmarks.json")
    .option("--docs <dir>", "folder of those two files", "docs")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--quiet", "show no progress")
    .action(async ({ suite, out, predictions, precision, jobs: count, quiet, write, docs }: Flags) => {
      const places = suite.map((dir) => {
        const oracles = oraclesBeside(dir);
        if (oracles !== null) return { dir, oracles };
        throw new IncidentError("NOT_FOUND", `there is no folder oracles beside the cases of ${dir}`, {
          hint: "Give suites with answers in oracles/.",
        });
      });
      if (predictions !== undefined) await mkdir(predictions, { recursive: true });
      const progress = progressLine(io, quiet);
      const predicted = await withPredictPool(benchConfig(false, io.env), count, (pool) =>
        predictSuites(places, pool, predictions ?? null, progress.say),
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
