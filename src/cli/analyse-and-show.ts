import type { Config } from "../config.ts";
import type { Verbs } from "../compose/verbs.ts";
import { EXIT, exitCodeOf, type ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { type OutputFlags, showReport } from "./output.ts";
import { progressLine } from "./progress.ts";

export type AnalyseFlags = OutputFlags & { exitCode?: boolean; quiet?: boolean };

/** Analyses an incident with progress on stderr, shows the report, and says how to exit. */
export async function analyseAndShow(verbs: Verbs, config: Config, incidentId: string, flags: AnalyseFlags, io: Io): Promise<ExitCode> {
  const progress = progressLine(io, flags.quiet);
  const done: string[] = [];
  progress.say(`${incidentId}: starting`);
  const onStep = (node: string): void => progress.say(`${incidentId}: ${(done.push(node), done.toReversed().join(" ‹ "))}`);
  const outcome = await verbs.analyse(incidentId, { signal: io.signal, onStep }).finally(progress.end);
  await showReport(outcome.report, flags, io, config);
  return flags.exitCode === true ? exitCodeOf(outcome.report, outcome.status) : EXIT.ok;
}
