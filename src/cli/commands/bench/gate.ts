import { type Command, InvalidArgumentError } from "commander";
import { gate, isBelow, printGate, publishedScores } from "../../../bench/gate.ts";
import { readOracles, readPredictions } from "../../../bench/read-files.ts";
import {
  addToHistory,
  type GoldenRun,
  outcomeTrend,
  readHistory,
  unrecordedPrompts,
} from "../../../bench/golden-history.ts";
import { promptVersions } from "../../../app/prompt-versions.ts";
import { programDigest } from "../../../app/program-digest.ts";
import { score, type SuiteScores } from "../../../bench/score.ts";
import { loadConfig } from "../../../config.ts";
import { IncidentError } from "../../../domain/errors.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print, tell } from "../../io.ts";

type Flags = {
  suite: string;
  predictions: string;
  oracles: string;
  against: string;
  maxDrop: number;
  history?: string;
  record?: boolean;
};

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
    .option(
      "--history <file>",
      "runs of the golden incidents: exit with 6 if their outcomes fell for good, or a prompt is new",
    )
    .option("--record", "add this run to --history")
    .action(async ({ suite, predictions, oracles: dir, against, maxDrop, history, record }: Flags) => {
      if (record === true && history === undefined)
        throw new IncidentError("BAD_INPUT", "--record needs --history", { hint: "Give --history FILE." });
      const baseline = await publishedScores(against, suite);
      const oracles = await readOracles(dir);
      const scores = score(oracles, await readPredictions(predictions, new Set(oracles.map(({ id }) => id))));
      const overTime =
        history === undefined ? null : await trendOf(history, record === true, goldenRun(io, suite, scores));
      const result = gate(scores, baseline, maxDrop);
      for (const line of printGate(suite, result)) tell(io, `causeway: ${line}`);
      for (const line of overTime?.lines ?? []) tell(io, `causeway: ${suite}: ${line}`);
      const isBad = isBelow(result) || overTime?.isBelow === true;
      if (!isBad) print(io, `${suite}: no figure fell by more than ${maxDrop}, no new miss`);
      done(isBad ? EXIT.belowGate : EXIT.ok);
    });
}

const goldenRun = ({ now, env }: Io, suite: string, { cases, missed }: SuiteScores): GoldenRun => ({
  suite,
  at: new Date(now()).toISOString(),
  program: programDigest(),
  model: loadConfig({}, env).model?.name ?? null,
  prompts: promptVersions(),
  cases,
  wrong: missed.length,
});

/** A new version of a prompt needs a run of the golden incidents with it. */
async function trendOf(
  path: string,
  isRecorded: boolean,
  run: GoldenRun,
): Promise<{ lines: string[]; isBelow: boolean }> {
  if (isRecorded) await addToHistory(path, run);
  const history = await readHistory(path, run.suite);
  const unrecorded = unrecordedPrompts(history, run.prompts);
  const { began, why } = outcomeTrend(history);
  const demand = `no run of the golden incidents was recorded with ${unrecorded.join(", ")}: run them, and add --record`;
  return { lines: [why, ...(unrecorded.length > 0 ? [demand] : [])], isBelow: began !== null || unrecorded.length > 0 };
}
