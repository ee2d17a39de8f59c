import { type Command, InvalidArgumentError, Option } from "commander";
import { printScores } from "../../../bench/print-scores.ts";
import { readOracles, readPredictions } from "../../../bench/read-files.ts";
import { score, type SuiteScores, type Split, SPLITS } from "../../../bench/score.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";

type Gate = { figure: Figure; least: number };
type Flags = { predictions: string; oracles: string; json?: boolean; by?: Split; failUnder?: Gate[] };

const GATED = [
  "AC@1",
  "AC@3",
  "AC@5",
  "Avg@5",
  "A@1",
  "A@3",
  "cause@1",
  "change@1",
  "coverage",
  "answered",
  "auroc",
] as const;
type Figure = (typeof GATED)[number];

const gate = (text: string, earlier: Gate[] = []): Gate[] => {
  const [name, least] = text.split("=");
  const figure = GATED.find((one) => one === name);
  if (!figure || least === undefined || least === "" || !Number.isFinite(Number(least)))
    throw new InvalidArgumentError(`It takes FIGURE=NUMBER, with one of ${GATED.join(", ")}.`);
  return [...earlier, { figure, least: Number(least) }];
};

/** The missed gates with their figures. A figure that was not measured counts as missed. */
const missedGates = ({ overall }: SuiteScores, gates: readonly Gate[]): string[] =>
  gates.flatMap(({ figure, least }) => {
    const { value } = overall[figure];
    return value !== null && value >= least
      ? []
      : [`${figure} is ${value === null ? "not measured" : value.toFixed(3)}, below ${least}`];
  });

export function addScoreCommand(bench: Command, io: Io, done: Done): void {
  bench
    .command("score")
    .description("score predictions against the answers of a suite")
    .requiredOption("--predictions <file>", "predictions from `bench run`")
    .requiredOption("--oracles <dir>", "folder with the answers of the suite")
    .option("--json", "print JSON")
    .addOption(new Option("--by <field>", "split the table").choices(SPLITS))
    .option("--fail-under <figure=number>", "exit with 6 when a figure is lower, such as AC@1=0.4; repeatable", gate)
    .action(async ({ predictions, oracles: dir, json, by, failUnder = [] }: Flags) => {
      const oracles = await readOracles(dir);
      const scores = score(oracles, await readPredictions(predictions, new Set(oracles.map(({ id }) => id))), by);
      print(io, json === true ? JSON.stringify(scores, null, 2) : printScores(scores));
      const missed = missedGates(scores, failUnder);
      for (const line of missed) tell(io, `causeway: ${line}`);
      done(missed.length > 0 ? EXIT.belowGate : EXIT.ok);
    });
}
