import { type Command, InvalidArgumentError, Option } from "commander";
import { printScores } from "../../bench/print-scores.ts";
import { readOracles, readPredictions } from "../../bench/read-files.ts";
import { runBench } from "../../bench/run.ts";
import { score, type Scores, type Split, SPLITS } from "../../bench/score.ts";
import { loadConfig } from "../../config.ts";
import { EXIT } from "../exit-codes.ts";
import { type Io, print, tell } from "../io.ts";
import { progressLine } from "../progress.ts";
import type { Done } from "../run.ts";

type RunFlags = { suite: string; out: string; llm: boolean; jobs: number; quiet?: boolean };
type Gate = { figure: Figure; least: number };
type ScoreFlags = { predictions: string; oracles: string; json?: boolean; by?: Split; failUnder?: Gate[] };

const GATED = ["AC@1", "AC@3", "AC@5", "Avg@5", "A@1", "A@3", "cause@1", "change@1", "coverage", "answered", "auroc"] as const;
type Figure = (typeof GATED)[number];

const jobs = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64) throw new InvalidArgumentError("It takes a whole number from 1 to 64.");
  return count;
};

const gate = (text: string, earlier: Gate[] = []): Gate[] => {
  const [name, least] = text.split("=");
  const figure = GATED.find((one) => one === name);
  if (!figure || least === undefined || least === "" || !Number.isFinite(Number(least))) throw new InvalidArgumentError(`It takes FIGURE=NUMBER, with one of ${GATED.join(", ")}.`);
  return [...earlier, { figure, least: Number(least) }];
};

/** The gates that were missed, each with what was measured; a figure that could not be measured is missed. */
const missedGates = ({ overall }: Scores, gates: readonly Gate[]): string[] =>
  gates.flatMap(({ figure, least }) => {
    const { value } = overall[figure];
    return value !== null && value >= least ? [] : [`${figure} is ${value === null ? "not measured" : value.toFixed(3)}, below ${least}`];
  });

export function addBenchCommand(program: Command, io: Io, done: Done): void {
  const bench = program.command("bench").description("measure the analysis on recorded scenarios");
  bench
    .command("run")
    .description("write a prediction for every case of a suite; answers are never opened")
    .requiredOption("--suite <dir>", "a folder with cases/<id>/scenario.json")
    .requiredOption("--out <file>", "where the predictions go, one JSON object a line")
    .option("--no-llm", "do not use a model, even if one is configured")
    .option("--jobs <n>", "cases at a time", jobs, 1)
    .option("--quiet", "no progress")
    .action(async ({ suite, out, llm, jobs: count, quiet }: RunFlags) => {
      const { runbooks, model, nodeTimeoutMs, logLevel } = loadConfig({ llm }, io.env);
      const progress = progressLine(io, quiet);
      const onCase = (done: number, total: number, id: string): void => progress.say(`${done}/${total} ${id}`);
      const ran = await runBench({ suite, out, jobs: count, config: { runbooks, model, nodeTimeoutMs, logLevel }, onCase }).finally(progress.end);
      print(io, `${ran.cases} predictions in ${out}; the slowest case took ${ran.slowestMs} ms`);
      for (const { id, why } of ran.failed) tell(io, `causeway: ${id} could not be analysed: ${why}`);
      done(ran.failed.length > 0 ? EXIT.failed : EXIT.ok);
    });
  bench
    .command("score")
    .description("score predictions against the answers of a suite")
    .requiredOption("--predictions <file>", "what `bench run` wrote")
    .requiredOption("--oracles <dir>", "the answers of the suite")
    .option("--json", "as JSON")
    .addOption(new Option("--by <field>", "split the table").choices(SPLITS))
    .option("--fail-under <figure=number>", "exit with 6 when a figure is lower, such as AC@1=0.4; may be given more than once", gate)
    .action(async ({ predictions, oracles: dir, json, by, failUnder = [] }: ScoreFlags) => {
      const oracles = await readOracles(dir);
      const scores = score(oracles, await readPredictions(predictions, new Set(oracles.map(({ id }) => id))), by);
      print(io, json === true ? JSON.stringify(scores, null, 2) : printScores(scores));
      const missed = missedGates(scores, failUnder);
      for (const line of missed) tell(io, `causeway: ${line}`);
      done(missed.length > 0 ? EXIT.belowGate : EXIT.ok);
    });
}
