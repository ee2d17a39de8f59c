import { writeFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { detect, DETECT_TASKS, type DetectTask } from "../../../bench/detect/detect.ts";
import { type Io, print } from "../../io.ts";

type DetectFlags = { suite: string; task: DetectTask; online?: true; out: string };

export function addDetectCommand(bench: Command, io: Io): void {
  bench
    .command("detect")
    .description("find events in metric series, or rank the metrics at fault; one setting for all (docs/metrics.md)")
    .requiredOption("--suite <dir>", "folder of the suite")
    .addOption(new Option("--task <task>", "what to predict").choices(DETECT_TASKS).makeOptionMandatory())
    .option("--online", "events: judge each sample only by itself and earlier samples")
    .requiredOption("--out <file>", "file for the predictions, one JSON line each")
    .action(({ suite, task, online, out }: DetectFlags) => {
      const lines = detect(suite, task, online === true);
      writeFileSync(out, lines.map((line) => `${line}\n`).join(""));
      print(io, `${lines.length} predictions in ${out}`);
    });
}
