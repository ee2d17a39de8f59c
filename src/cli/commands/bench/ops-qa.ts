import { type Command, InvalidArgumentError } from "commander";
import { printOpsQa } from "../../../bench/ops-qa/print-ops-qa.ts";
import { runOpsQa } from "../../../bench/ops-qa/run-ops-qa.ts";
import { openQuestionModel } from "../../../compose/question-model.ts";
import { loadConfig } from "../../../config.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print } from "../../io.ts";
import { progressLine } from "../../progress.ts";
import { wholeNumber } from "../../whole-number.ts";

type Flags = {
  questions: string[];
  out?: string;
  votes: number;
  temperature?: number;
  shuffle?: boolean;
  seed: number;
  jobs: number;
  maxTokens?: number;
  json?: boolean;
  quiet?: boolean;
};

function temperature(text: string): number {
  const value = /^\d(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= 2) return value;
  throw new InvalidArgumentError("It takes a number from 0 to 2.");
}

export function addOpsQaCommand(bench: Command, io: Io, done: Done): void {
  bench
    .command("ops-qa")
    .description("pose multiple-choice questions about operations to the configured model, and score its answers")
    .requiredOption(
      "--questions <file...>",
      "questions in the layout of OpsEval or SRE-skills-bench (JSON, JSON Lines)",
    )
    .option("--out <file>", "keep the answers there; a later run with the same file goes on where this one ended")
    .option("--votes <k>", "replies to each question; the majority counts", wholeNumber(1, 101), 1)
    .option("--temperature <t>", "temperature of the model; unless given, the server's own", temperature)
    .option("--shuffle", "pose each question with its options in another order, too, and compare")
    .option("--seed <n>", "seed of that order", wholeNumber(0, 999_999_999), 1)
    .option("--jobs <n>", "questions at a time", wholeNumber(1, 64), 4)
    .option("--max-tokens <n>", "begin no question after this run has used so many tokens", wholeNumber(1, 999_999_999))
    .option("--json", "print JSON")
    .option("--quiet", "show no progress")
    .action(async (flags: Flags) => {
      const model = await openQuestionModel(loadConfig({ llm: true }, io.env), flags.temperature);
      const progress = progressLine(io, flags.quiet);
      const run = await runOpsQa({
        paths: flags.questions,
        model,
        votes: flags.votes,
        temperature: flags.temperature ?? null,
        jobs: flags.jobs,
        maxTokens: flags.maxTokens ?? null,
        shuffleSeed: flags.shuffle === true ? flags.seed : null,
        out: flags.out ?? null,
        signal: io.signal,
        now: io.now,
        onProgress: (ready, total, tokens) => progress.say(`${model.name} ${ready}/${total} answers, ${tokens} tokens`),
      }).finally(progress.end);
      print(io, flags.json === true ? JSON.stringify(run, null, 2) : printOpsQa(run));
      done(run.failed.length > 0 ? EXIT.failed : EXIT.ok);
    });
}
