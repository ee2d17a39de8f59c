import { type Command, InvalidArgumentError } from "commander";
import { gate, isBelow, printGate, publishedScores } from "../../../bench/gate.ts";
import { readOracles, readPredictions } from "../../../bench/read-files.ts";
import { score } from "../../../bench/score.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";

type Flags = { suite: string; predictions: string; oracles: string; against: string; maxDrop: number };

const share = (text: string): number => {
  const value = Number(text);
  if (text === "" || !(value >= 0 && value <= 1)) throw new InvalidArgumentError("It takes a number from 0 to 1.");
  return value;
};

export function addGateCommand(bench: Command, io: Io, done: Done): void {
  bench
    .command("gate")
    .description("exit with 6 if a suite scores worse than published, or misses a case that it did not miss before")
    .requiredOption("--suite <name>", "name of the suite, as in benchmarks.json")
    .requiredOption("--predictions <file>", "predictions from `bench run`")
    .requiredOption("--oracles <dir>", "folder with the answers of the suite")
    .option("--against <file>", "the published figures", "docs/benchmarks.json")
    .option("--max-drop <share>", "how far a figure may fall", share, 0.02)
    .action(async ({ suite, predictions, oracles: dir, against, maxDrop }: Flags) => {
      const baseline = await publishedScores(against, suite);
      const oracles = await readOracles(dir);
      const scores = score(oracles, await readPredictions(predictions, new Set(oracles.map(({ id }) => id))));
      const result = gate(scores, baseline, maxDrop);
      for (const line of printGate(suite, result)) tell(io, `causeway: ${line}`);
      if (!isBelow(result)) print(io, `${suite}: no figure fell by more than ${maxDrop}, no new miss`);
      done(isBelow(result) ? EXIT.belowGate : EXIT.ok);
    });
}
