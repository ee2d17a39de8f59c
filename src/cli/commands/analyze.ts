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

/** The flags of every command that runs an analysis. */
export const withAnalyseFlags = (command: Command): Command =>
  withOutputFlags(command)
    .option("--no-llm", "do not use a model, even if one is configured")
    .option(
      "--exit-code",
      "exit with 3 on a root cause, 4 on an inconclusive verdict, 5 while actions wait for approval",
    )
    .option("--quiet", "no progress");

export function defineAnalyze(analyze: Command, io: Io, done: Done): void {
  withAnalyseFlags(analyze.argument("[incident-id]"))
    .option("--data <dir>", "a folder of recorded incidents; may be given more than once", collect)
    .option(
      "--resume <analysis-id>",
      "go on with an analysis whose process ended before it was finished, from its last checkpoint; make sure that it no longer runs",
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
          return command.error("error: give the id of an incident, or --resume with that of an analysis", {
            exitCode: EXIT.usage,
          });
        done(await withCauseway(io, { data: flags.data, llm: flags.llm }, analyse));
      },
    );
}
