import type { Command } from "commander";
import { type AnalyseFlags, analyseAndShow } from "../analyse-and-show.ts";
import type { Io } from "../io.ts";
import { withOutputFlags } from "../output.ts";
import type { Done } from "../run.ts";
import { withVerbs } from "../with-verbs.ts";

export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** The flags of every command that runs an analysis. */
export const withAnalyseFlags = (command: Command): Command =>
  withOutputFlags(command)
    .option("--no-llm", "do not use a model, even if one is configured")
    .option("--exit-code", "exit with 3 on a root cause, 4 on an inconclusive verdict, 5 while actions wait for approval")
    .option("--quiet", "no progress");

export function addAnalyzeCommand(program: Command, io: Io, done: Done): void {
  withAnalyseFlags(program.command("analyze").alias("analyse").argument("<incident-id>"))
    .description("analyse an incident, and show what broke, since when and why")
    .option("--data <dir>", "a folder of recorded incidents; may be given more than once", collect)
    .action(async (incidentId: string, flags: AnalyseFlags & { data?: string[]; llm: boolean }) => {
      done(await withVerbs(io, { data: flags.data, llm: flags.llm }, (verbs, config) => analyseAndShow(verbs, config, incidentId, flags, io)));
    });
}
