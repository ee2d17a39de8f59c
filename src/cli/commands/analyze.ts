import type { Command } from "commander";
import type { Causeway } from "../../app/causeway.ts";
import type { Config } from "../../config.ts";
import { type AnalyseFlags, analyseAndShow, resumeAndShow } from "../analyse-and-show.ts";
import { type Done, EXIT, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { withOutputFlags } from "../output.ts";
import { withCauseway } from "../with-causeway.ts";

type Use = (causeway: Causeway, config: Config) => Promise<ExitCode>;

export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

/** Adds the flags of commands that run an analysis. */
export const withAnalyseFlags = (command: Command): Command =>
  withOutputFlags(command)
    .option("--no-llm", "do not use a model, even if one is configured")
    .option(
      "--exit-code",
      "exit with 3 for a root cause, 4 for an inconclusive verdict, 5 when actions wait for approval",
    )
    .option("--quiet", "show no progress");

export function defineAnalyze(analyze: Command, io: Io, done: Done): void {
  withAnalyseFlags(analyze.argument("[incident-id]"))
    .option("--data <dir>", "folder of recorded incidents; repeatable", collect)
    .option(
      "--resume <analysis-id>",
      "resume an interrupted analysis from its last checkpoint; make sure that it no longer runs",
    )
    .action(
      async (
        incidentId: string | undefined,
        flags: AnalyseFlags & { data?: string[]; llm: boolean; resume?: string },
        command: Command,
      ) => {
        const { resume } = flags;
        const analyse: Use | null =
          incidentId !== undefined && resume === undefined
            ? (causeway, config) => analyseAndShow(causeway, config, incidentId, flags, io)
            : incidentId === undefined && resume !== undefined
              ? (causeway, config) => resumeAndShow(causeway, config, resume, flags, io)
              : null;
        if (analyse === null)
          return command.error("error: give an incident id, or --resume with an analysis id", {
            exitCode: EXIT.usage,
          });
        done(await withCauseway(io, { data: flags.data, llm: flags.llm }, analyse, { traced: true }));
      },
    );
}
