import type { Command } from "commander";
import { fixTable, scoreFixes } from "../../../bench/mitigation/score-fixes.ts";
import { planMadeUp } from "../../../compose/plan-made-up.ts";
import { openRunbooks } from "../../../compose/runbooks.ts";
import { loadConfig } from "../../../config.ts";
import { type Io, print, tell } from "../../io.ts";

export function addAiopslabFixesCommand(bench: Command, io: Io): void {
  bench
    .command("aiopslab-fixes")
    .description(
      "compare the plans for the causes of AIOpsLab's mitigation problems with reference fixes; nothing runs",
    )
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const runbooks = await openRunbooks(loadConfig({}, io.env)).listRunbooks({
        signal: io.signal,
        onProblem: ({ source, what }) => tell(io, `not read: ${source}: ${what}`),
      });
      const scores = scoreFixes(runbooks, planMadeUp);
      print(io, json === true ? JSON.stringify(scores, null, 2) : fixTable(scores));
    });
}
