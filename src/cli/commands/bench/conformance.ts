import { type Command, Option } from "commander";
import { checkConformance, printConformance, RecordedScore } from "../../../bench/aiopslab/conformance.ts";
import { ProblemRegistry, type Rules, RULES } from "../../../bench/aiopslab/problems.ts";
import { readJsonFile, readJsonLines } from "../../../bench/read-json.ts";
import { isFolder, readRecords } from "../../../bench/records/read-records.ts";
import { type Done, EXIT } from "../../exit-codes.ts";
import { type Io, print } from "../../io.ts";

type Flags = { items: string; registry: string; rules: Rules; json?: boolean };

export function addConformanceCommand(bench: Command, io: Io, done: Done): void {
  bench
    .command("conformance")
    .description("score recorded submissions again by AIOpsLab's rules, and compare with the scores that it gave them")
    .requiredOption(
      "--items <path>",
      "recorded submissions with their scores, one JSON object a line; or a folder of AIOpsLab's sessions",
    )
    .requiredOption("--registry <file>", "AIOpsLab's problems with their answers, as JSON")
    .addOption(new Option("--rules <date>", "rules and answers of this month").choices(RULES).makeOptionMandatory())
    .option("--json", "print JSON")
    .action(async ({ items, registry, rules, json }: Flags) => {
      const run = checkConformance(
        (await isFolder(items))
          ? await readRecords(items)
          : await readJsonLines(items, RecordedScore, "the recorded submissions"),
        await readJsonFile(registry, ProblemRegistry, "the registry"),
        rules,
      );
      print(io, json === true ? JSON.stringify(run, null, 2) : printConformance(run));
      done(run.agree === run.items.length ? EXIT.ok : EXIT.failed);
    });
}
