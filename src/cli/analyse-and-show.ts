import type { Config } from "../config.ts";
import type { RunOptions } from "../app/analyses.ts";
import type { Causeway } from "../app/causeway.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { whoami } from "./whoami.ts";
import { type OutputFlags, showReport } from "./output.ts";
import { progressLine } from "./progress.ts";

export type AnalyseFlags = OutputFlags & { exitCode?: boolean; quiet?: boolean };

type Run = (options: RunOptions) => ReturnType<Causeway["analyse"]>;

/** Analyzes an incident with progress on stderr, shows the report, and returns the exit code. */
export const analyseAndShow = (
  causeway: Causeway,
  config: Config,
  incidentId: string,
  flags: AnalyseFlags,
  io: Io,
): Promise<ExitCode> =>
  runAndShow((options) => causeway.analyse(incidentId, { ...options, by: whoami() }), incidentId, config, flags, io);

/** Resumes an analysis whose process ended. */
export const resumeAndShow = (
  causeway: Causeway,
  config: Config,
  analysisId: string,
  flags: AnalyseFlags,
  io: Io,
): Promise<ExitCode> => runAndShow((options) => causeway.resume(analysisId, options), analysisId, config, flags, io);

async function runAndShow(run: Run, name: string, config: Config, flags: AnalyseFlags, io: Io): Promise<ExitCode> {
  const progress = progressLine(io, flags.quiet);
  const done: string[] = [];
  progress.say(`${name}: starting`);
  const onStep = (node: string): void => progress.say(`${name}: ${(done.push(node), done.toReversed().join(" ‹ "))}`);
  const onNote = ({ text }: { text: string }): void => progress.say(`${name}: ${text}`);
  const outcome = await run({ signal: io.signal, onStep, onNote }).finally(progress.end);
  await showReport(outcome.report, flags, io, config);
  return flags.exitCode === true ? exitCodeOf(outcome.report, outcome.status) : EXIT.ok;
}
