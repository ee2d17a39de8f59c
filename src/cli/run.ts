import { Command, CommanderError } from "commander";
import { programVersion } from "../app/version.ts";
import { IncidentError } from "../domain/errors.ts";
import { type Done, EXIT, type ExitCode } from "./exit-codes.ts";
import { type Io, tell } from "./io.ts";

/** Adds commands; `words` are their names. A module loads only when it is asked for: the machine takes a second, and `logs` needs none of it. */
type Loader = { words: readonly string[]; add: (program: Command, io: Io, done: Done) => Promise<void> };

const LOADERS: readonly Loader[] = [
  {
    words: ["analyze", "analyse"],
    add: async (program, io, done) => (await import("./commands/analyze.ts")).addAnalyzeCommand(program, io, done),
  },
  {
    words: ["incidents"],
    add: async (program, io) => (await import("./commands/incidents.ts")).addIncidentsCommand(program, io),
  },
  {
    words: ["analyses"],
    add: async (program, io) => (await import("./commands/analyses.ts")).addAnalysesCommand(program, io),
  },
  {
    words: ["show"],
    add: async (program, io, done) => (await import("./commands/show.ts")).addShowCommand(program, io, done),
  },
  {
    words: ["approve", "reject"],
    add: async (program, io) => (await import("./commands/decide.ts")).addDecisionCommands(program, io),
  },
  {
    words: ["feedback"],
    add: async (program, io) => (await import("./commands/feedback.ts")).addFeedbackCommand(program, io),
  },
  {
    words: ["similar"],
    add: async (program, io) => (await import("./commands/similar.ts")).addSimilarCommand(program, io),
  },
  {
    words: ["triage"],
    add: async (program, io) => (await import("./commands/triage.ts")).addTriageCommand(program, io),
  },
  {
    words: ["replay"],
    add: async (program, io, done) => (await import("./commands/replay.ts")).addReplayCommand(program, io, done),
  },
  {
    words: ["demo"],
    add: async (program, io, done) => (await import("./commands/demo.ts")).addDemoCommand(program, io, done),
  },
  {
    words: ["doctor"],
    add: async (program, io, done) => (await import("./commands/doctor.ts")).addDoctorCommand(program, io, done),
  },
  {
    words: ["bench"],
    add: async (program, io, done) => (await import("./commands/bench.ts")).addBenchCommand(program, io, done),
  },
  { words: ["serve"], add: async (program, io) => (await import("./commands/serve.ts")).addServeCommand(program, io) },
  {
    words: ["worker"],
    add: async (program, io) => (await import("./commands/worker.ts")).addWorkerCommand(program, io),
  },
  {
    words: ["migrate"],
    add: async (program, io) => (await import("./commands/migrate.ts")).addMigrateCommand(program, io),
  },
  {
    words: ["config"],
    add: async (program, io) => (await import("./commands/config.ts")).addConfigCommand(program, io),
  },
  {
    words: ["memory"],
    add: async (program, io, done) => (await import("./commands/memory.ts")).addMemoryCommand(program, io, done),
  },
  { words: ["keys"], add: async (program, io) => (await import("./commands/keys.ts")).addKeysCommand(program, io) },
  { words: ["slack"], add: async (program, io) => (await import("./commands/slack.ts")).addSlackCommand(program, io) },
  { words: ["logs"], add: async (program, io) => (await import("./commands/logs.ts")).addLogsCommand(program, io) },
];

/** The program with the command that `argv` begins with; with all of them where it begins with none (help, a mistake). */
async function buildProgram(argv: readonly string[], io: Io, done: Done): Promise<Command> {
  const program = new Command("causeway")
    .description(
      "An incident id in, a cited diagnosis out: logs, metrics, traces and changes to a root cause and an approvable runbook.",
    )
    .version(programVersion())
    .configureHelp({ minWidthToWrap: 30 }) // the list of commands leaves 39 of 80 columns, which commander would not wrap
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
  const asked = LOADERS.filter(({ words }) => words.includes(argv[0] ?? ""));
  for (const { add } of asked.length > 0 ? asked : LOADERS) await add(program, io, done);
  pointToHelp(program, "causeway");
  return program;
}

/** A mistake in a command points to that command's help. */
function pointToHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(${path} --help tells more)`);
  for (const child of command.commands) pointToHelp(child, `${path} ${child.name()}`);
}

/** What went wrong and what to do, for a person: no stack of ours. */
function explain(io: Io, error: unknown): void {
  if (error instanceof IncidentError) return tell(io, `causeway: ${error.message}\n  ${error.hint}`);
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  tell(
    io,
    `causeway: a defect of Causeway itself: ${what}\n  Please report it, with what you ran. LOG_LEVEL=debug shows where it happened.`,
  );
  if (["debug", "trace"].includes(io.env.LOG_LEVEL ?? "") && error instanceof Error) tell(io, error.stack ?? "");
}

/** Runs one command line. @param argv Without the names of node and script. @returns the exit status. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  try {
    await (await buildProgram(argv, io, (told) => (code = told))).parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    if (io.signal.aborted) return EXIT.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // commander has said why
    explain(io, error);
    return EXIT.failed;
  }
}
