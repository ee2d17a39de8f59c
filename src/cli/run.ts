import { Command, CommanderError } from "commander";
import { programVersion } from "../app/version.ts";
import { IncidentError } from "../domain/errors.ts";
import { COMMANDS } from "./command-table.ts";
import { type Done, EXIT, type ExitCode } from "./exit-codes.ts";
import { type Io, tell } from "./io.ts";

/**
 * Builds the program with the one command that `argv` calls, or asks help for. With none, all commands are listed from
 * the table and no module of theirs is loaded.
 */
async function buildProgram(argv: readonly string[], io: Io, done: Done): Promise<Command> {
  const program = new Command("causeway")
    .description(
      "An incident id in, a cited diagnosis out: " +
        "from logs, metrics, traces and changes to a root cause and a runbook to approve.",
    )
    .version(programVersion())
    .configureHelp({
      minWidthToWrap: 30, // the list of commands leaves 39 of 80 columns, which commander would not wrap
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  const word = argv[0] === "help" ? argv[1] : argv[0];
  const called = COMMANDS.filter(({ name, alias }) => word !== undefined && (word === name || word === alias));
  for (const { name, alias, args, summary, load } of called.length > 0 ? called : COMMANDS) {
    const command = program.command(name).description(summary);
    if (alias !== undefined) command.alias(alias);
    if (called.length > 0) (await load())(command, io, done);
    else if (args !== undefined) command.arguments(args);
  }
  pointToHelp(program, "causeway");
  return program;
}

/** After a usage error, commander points to the help of that command. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(see ${path} --help)`);
  for (const child of command.commands) pointToHelp(child, `${path} ${child.name()}`);
}

/** Prints what failed and what to do, without a stack trace. */
async function explain(io: Io, error: unknown): Promise<void> {
  const { redactSecrets } = await import("../domain/redact.ts"); // errors quote other systems
  if (error instanceof IncidentError)
    return tell(io, `causeway: ${redactSecrets(error.message)}\n  ${redactSecrets(error.hint)}`);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  tell(
    io,
    `causeway: internal error: ${redactSecrets(what)}\n` +
      "  Please report it with the command you ran. LOG_LEVEL=debug adds the stack trace.",
  );
  if (["debug", "trace"].includes(io.env.LOG_LEVEL ?? "") && error instanceof Error)
    tell(io, redactSecrets(error.stack ?? ""));
}

/** Runs one command line. @param argv Without the names of node and script. @returns the exit status. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    await (await buildProgram(argv, io, (exit) => (code = exit))).parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    // commander printed the reason
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    await explain(io, error);
    return EXIT.failed;
  }
}
