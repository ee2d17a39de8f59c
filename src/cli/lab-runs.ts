import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { IncidentError } from "../domain/errors.ts";
import { startCluster } from "../lab/cluster/start-cluster.ts";
import type { LabFault } from "../lab/trial/fault.ts";
import { findPrograms } from "../lab/trial/programs.ts";
import { runBaseline } from "../lab/trial/run-baseline.ts";
import { runTrial, TRIAL_TIMES } from "../lab/trial/run-trial.ts";
import { readTrials, writeTrial } from "../lab/trial/trial-files.ts";
import type { TrialResult } from "../lab/trial/trial-result.ts";
import { type Io, tell } from "./io.ts";

type RunFlags = { out: string; seed: number; baseline?: boolean; wrong?: string; keep?: boolean; record?: boolean };

/** Runs one trial after the other. One that cannot be run is reported, and the next one begins. */
export async function runFaults(faults: readonly LabFault[], flags: RunFlags, io: Io): Promise<void> {
  const program = process.argv[1] ?? "";
  const programs = findPrograms(io.env, dirname(dirname(program)));
  const { out, seed } = flags;
  await mkdir(out, { recursive: true });
  for (const fault of faults) {
    io.signal.throwIfAborted();
    if (flags.wrong !== undefined && fault.entities.flat().includes(flags.wrong))
      throw new IncidentError(
        "BAD_INPUT",
        `${flags.wrong} is the root cause of ${fault.name}, so not a wrong workload`,
        {
          hint: "Name another Deployment of the market, such as shipping.",
        },
      );
    const folder = await mkdtemp(join(tmpdir(), "causeway-lab-"));
    const common = {
      fault,
      seed,
      folder,
      startCluster,
      times: TRIAL_TIMES,
      say: (what: string) => tell(io, `${new Date(io.now()).toISOString().slice(11, 19)} ${fault.name}: ${what}`),
      signal: io.signal,
    };
    try {
      if (flags.baseline === true) {
        const results = await runBaseline({ ...common, kubectl: programs.kubectl, suspect: suspectOf(fault, out) });
        for (const result of results) writeTrial(out, result);
      } else {
        let written: Promise<void> = Promise.resolve();
        const result = await runTrial({
          ...common,
          programs,
          causeway: [process.execPath, program],
          env: io.env,
          wrongWorkload: flags.wrong ?? null,
          recordTo: flags.record === true ? resolve(out, `${fault.name}.scenario`) : null,
          onReport: ({ report }) =>
            (written = writeFile(
              join(out, `${fault.name}${flags.wrong === undefined ? "" : ".wrong"}.report.json`),
              JSON.stringify(report, null, 1),
            )),
        });
        await written;
        writeTrial(out, result);
        common.say(sentenceOf(result));
      }
    } catch (error) {
      if (!(error instanceof IncidentError) || io.signal.aborted) throw error;
      common.say(`${error.message} ${error.hint}`);
    } finally {
      if (flags.keep === true) common.say(`kept ${folder}`);
      else await rm(folder, { recursive: true, force: true });
    }
  }
}

/** The first suspect of Causeway's own trial of this fault, if there is one; else the entry. */
function suspectOf({ name }: LabFault, out: string): string {
  try {
    const trial = readTrials(out).find(({ fault, responder }) => fault === name && responder === "causeway");
    return trial?.analysis?.causes[0]?.entity ?? "gateway";
  } catch (error) {
    if (error instanceof IncidentError) return "gateway";
    throw error;
  }
}

function sentenceOf({ faultMs, missedMs, recoveredMs, harmed, wrong }: TrialResult): string {
  const seconds = (ms: number): string => `${Math.round((ms - faultMs) / 1000)} s after the fault began`;
  const harm = harmed.length === 0 ? "nothing else was harmed" : `harmed: ${harmed.join(", ")}`;
  if (wrong !== undefined) {
    const spec = wrong.restored ? "its spec is as before" : "its spec differs from before";
    return `${wrong.workload} was ${wrong.changed ? "changed" : "not changed"}, ${wrong.state}; ${spec}; ${harm}`;
  }
  if (missedMs === null) return `customers noticed nothing; ${harm}`;
  if (recoveredMs === null) return `not recovered; ${harm}`;
  return `recovered ${seconds(recoveredMs)}; ${harm}`;
}
