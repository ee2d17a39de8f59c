import type { Command } from "commander";
import { driftOf } from "../../../compose/drift.ts";
import { loadConfig } from "../../../config.ts";
import { renderDrift } from "../../../render/drift.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print } from "../../io.ts";
import { wholeNumber } from "../bench/options.ts";

const DAY_MS = 86_400_000;
const ALPHA = 0.05;

type Flags = { recent: number; before: number; json?: boolean; exitCode?: boolean };

export function addDriftCommand(experiment: Command, io: Io, done: Done): void {
  experiment
    .command("drift")
    .description("compare recent incidents and answers of models with those before: words, templates, rates")
    .option("--recent <days>", "the recent period", wholeNumber, 7)
    .option("--before <days>", "the period before it", wholeNumber, 28)
    .option("--json", "print JSON")
    .option("--exit-code", "exit with 6 if something has drifted")
    .action(async ({ recent, before, json, exitCode }: Flags) => {
      const splitMs = io.now() - recent * DAY_MS;
      const checks = await driftOf(loadConfig({}, io.env), { fromMs: splitMs - before * DAY_MS, splitMs }, ALPHA);
      print(io, json === true ? JSON.stringify(checks, null, 2) : renderDrift(checks));
      done(exitCode === true && checks.some(({ hasDrifted }) => hasDrifted) ? EXIT.belowGate : EXIT.ok);
    });
}
