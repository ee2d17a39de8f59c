import { setTimeout as sleep } from "node:timers/promises";
import { missedFrom, recoveredAt } from "../market/objectives.ts";
import { startEstate } from "./estate.ts";
import { snapshotOf } from "./harm.ts";
import { harmOf, type TrialOptions, untilSettled } from "./run-trial.ts";
import type { TrialResult } from "./trial-result.ts";

/** How long nobody does anything: about as long as Causeway takes from the fault to its first change. */
const WAIT_MS = 75_000;

type BaselineOptions = Omit<
  TrialOptions,
  "causeway" | "env" | "onReport" | "programs" | "recordTo" | "wrongWorkload"
> & {
  kubectl: string;
  /** The workload that is restarted: the first suspect. */
  suspect: string;
};

/**
 * Two baselines in one run: nobody does anything, and when that has lasted long enough, the first suspect is restarted.
 */
export async function runBaseline(options: BaselineOptions): Promise<[nothing: TrialResult, restart: TrialResult]> {
  const { fault, seed, folder, kubectl, suspect, startCluster, times, say, signal } = options;
  const estate = await startEstate({ folder, kubectl, seed, otlpEndpoint: null, startCluster, signal });
  try {
    await sleep(times.quiet / 3, undefined, { signal });
    const faultMs = Date.now();
    await fault.begin(estate.tools);
    const before = snapshotOf(estate.cluster.list);
    await sleep(WAIT_MS, undefined, { signal });
    const common = { fault: fault.name, seed, faultMs, analysis: null, later: [], executed: [], harmed: [] };
    const resultAt = (responder: TrialResult["responder"], endMs: number): TrialResult => ({
      ...common,
      responder,
      missedMs: missedFrom(estate.outcomes, faultMs, endMs),
      recoveredMs: recoveredAt(estate.outcomes, faultMs, endMs),
      endMs,
    });
    const nothing = resultAt("nothing", Date.now());
    if (nothing.missedMs === null || nothing.recoveredMs !== null) {
      say("nothing to restart: it is well");
      return [nothing, { ...nothing, responder: "restart" }];
    }
    const changedMs = Date.now();
    say(`restarting ${suspect}`);
    // a suspect may be no Deployment: then there is nothing that one would restart
    await estate.tools.kubectl("rollout", "restart", `deployment/${suspect}`).catch(() => undefined);
    const endMs = await untilSettled(estate, faultMs, changedMs + times.alertWithin, signal);
    return [nothing, { ...resultAt("restart", endMs), harmed: harmOf(estate, before, fault, changedMs, endMs) }];
  } finally {
    await estate.stop();
  }
}
