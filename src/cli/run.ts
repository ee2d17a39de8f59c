import { Command, CommanderError } from "commander";
import { programVersion } from "../compose/versions.ts";
import { IncidentError } from "../domain/errors.ts";
import { addAnalyzeCommand } from "./commands/analyze.ts";
import { addBenchCommand } from "./commands/bench.ts";
import { addDecisionCommands } from "./commands/decide.ts";
import { addDemoCommand } from "./commands/demo.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addIncidentsCommand } from "./commands/incidents.ts";
import { addLogsCommand } from "./commands/logs.ts";
import { addReplayCommand } from "./commands/replay.ts";
import { addShowCommand } from "./commands/show.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { type Io, tell } from "./io.ts";

/** A command tells its exit status here. */
export type Done = (code: ExitCode) => void;

/** All commands. */
export function buildProgram(io: Io, done: Done): Command {
  const program = new Command("causeway")
    .description("An incident id in, a cited diagnosis out: logs, metrics, traces and changes to a root cause and an approvable runbook.")
    .version(programVersion())
    .showHelpAfterError("(causeway --help tells more)")
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) });
  addAnalyzeCommand(program, io, done);
  addIncidentsCommand(program, io);
  addShowCommand(program, io, done);
  addDecisionCommands(program, io);
  addReplayCommand(program, io, done);
  addDemoCommand(program, io, done);
  addDoctorCommand(program, io, done);
  addBenchCommand(program, io, done);
  addLogsCommand(program, io);
  return program;
}

/** What went wrong and what to do, for a person: no stack of ours. */
function explain(io: Io, error: unknown): void {
  if (error instanceof IncidentError) return tell(io, `causeway: ${error.message}\n  ${error.hint}`);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  tell(io, `causeway: a defect of Causeway itself: ${what}\n  Please report it, with what you ran. LOG_LEVEL=debug shows where it happened.`);
  if (["debug", "trace"].includes(io.env.LOG_LEVEL ?? "") && error instanceof Error) tell(io, error.stack ?? "");
}

/** Runs one command line. @param argv Without the names of node and script. @returns the exit status. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    await buildProgram(io, (told) => (code = told)).parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // commander has said why
    explain(io, error);
    return EXIT.failed;
  }
}
