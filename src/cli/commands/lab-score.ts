import type { Command } from "commander";
import { type Io, print, tell } from "../io.ts";

/** One row of the table: what a trial of Causeway shows, beside the baselines of the same fault. */
export function addLabScore(lab: Command, io: Io): void {
  lab
    .command("score")
    .description("compare the results of a folder: found, plan, recovered, harm, beside the baselines")
    .argument("[folder]", "folder with results", "lab-results")
    .option("--half <half>", "only the faults of one half: tuning or final")
    .action(async (folder: string, { half }: { half?: string }) => {
      const [{ readTrials }, { labTable }, { loadConfig }, { openRunbooks }] = await Promise.all([
        import("../../lab/trial/trial-files.ts"),
        import("../lab-table.ts"),
        import("../../config.ts"),
        import("../../compose/runbooks.ts"),
      ]);
      const runbooks = await openRunbooks(loadConfig({}, io.env)).listRunbooks({
        signal: io.signal,
        onProblem: ({ source, what }) => tell(io, `not read: ${source}: ${what}`),
      });
      print(io, labTable(readTrials(folder), runbooks, half ?? null));
    });
}
