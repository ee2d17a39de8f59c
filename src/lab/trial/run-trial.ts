import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { IncidentError } from "../../domain/errors.ts";
import type { LabCluster, LabClusterOptions } from "../cluster/lab-cluster.ts";
import { missedAt, missedFrom, recoveredAt } from "../market/objectives.ts";
import { NAMESPACE } from "../market/plan.ts";
import { LAB_POLICY, type LabReport, settingsFor, startLabCauseway } from "./causeway-process.ts";
import { unusedPort } from "./child-server.ts";
import { analysisOf, conclusionOf } from "./conclusion.ts";
import { type Estate, startEstate } from "./estate.ts";
import type { LabFault } from "./fault.ts";
import { operationsHarmed, otherObjectsChanged, snapshotOf } from "./harm.ts";
import { type Monitoring, startMonitoring } from "./monitored.ts";
import type { LabPrograms } from "./programs.ts";
import { respond } from "./respond.ts";
import { RECOVER_WITHIN_MS } from "./trial-score.ts";
import type { TrialResult } from "./trial-result.ts";
import { workloadState, wrongApprovalOf } from "./wrong-edit.ts";

/**
 * How long each part of a trial lasts, in ms. `alertWithin`: an incident that is not open by then never is.
 * `recoverWithin`: from the beginning of the fault. `last`: after the last thing that anybody does, if that is sooner.
 */
export type TrialTimes = { quiet: number; alertWithin: number; recoverWithin: number; last: number };
export const TRIAL_TIMES: TrialTimes = {
  quiet: 75_000,
  alertWithin: 75_000,
  recoverWithin: RECOVER_WITHIN_MS,
  last: 40_000,
};

export type TrialOptions = {
  fault: LabFault;
  seed: number;
  folder: string;
  programs: LabPrograms;
  /** How Causeway is started: a program and its first arguments. */
  causeway: readonly [string, ...string[]];
  env: Readonly<Record<string, string | undefined>>;
  startCluster: (options: LabClusterOptions) => Promise<LabCluster>;
  /** The person makes the first action a change of this workload, which is innocent. Null: what was proposed. */
  wrongWorkload: string | null;
  times: TrialTimes;
  say: (what: string) => void;
  /** Receives the whole report. */
  onReport: (report: LabReport) => void;
  /** New folder for what Causeway read, as a scenario for `causeway replay`. Null: nothing is kept. */
  recordTo: string | null;
  signal: AbortSignal;
};

const POLL_MS = 1_000;
const MAX_UNQUIET_MS = 120_000;

/** Breaks the market once, and lets Causeway find, plan, and after approval execute the mitigation. */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { fault, seed, folder, programs, env, startCluster, wrongWorkload, times, say, signal } = options;
  const ports = { prometheus: await unusedPort(), alertmanager: await unusedPort(), causeway: await unusedPort() };
  const url = `http://127.0.0.1:${ports.causeway}`;
  const { kubectl } = programs;
  say("starting the market");
  const estate = await startEstate({ folder, kubectl, seed, otlpEndpoint: `${url}/v1/otlp`, startCluster, signal });
  const closers = [estate.stop];
  try {
    const labUrl = estate.lab.url;
    const monitoring = await startMonitoring({ folder, programs, labUrl, causewayUrl: url, ports, env });
    closers.push(monitoring.stop);
    const home = join(folder, "home");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "policy.yaml"), LAB_POLICY);
    const causeway = await startLabCauseway({
      program: options.causeway,
      folder,
      port: ports.causeway,
      env,
      settings: settingsFor({
        home,
        prometheusUrl: monitoring.prometheus.url,
        alertmanagerUrl: monitoring.alertmanagerUrl,
        viewerKubeconfig: estate.cluster.viewerKubeconfig,
        kubeconfig: estate.cluster.kubeconfig,
        namespace: NAMESPACE,
        logFiles: estate.logFiles,
        kubectlFolder: dirname(kubectl),
        path: env.PATH ?? "",
      }),
    });
    closers.push(causeway.stop);
    await untilQuiet(estate, monitoring, options);
    await monitoring.deliverAlerts();

    const faultMs = Date.now();
    say(fault.entities.length === 0 ? fault.name : "fault on");
    await fault.begin(estate.tools);
    const before = snapshotOf(estate.cluster.list);
    const wrongState = () => workloadState(estate.cluster.list("deployments"), wrongWorkload ?? "");
    const wrongBefore = wrongState();
    const reported = await causeway.firstReport(times, signal);
    if (reported !== null) options.onReport(reported);
    if (reported !== null && options.recordTo !== null)
      await causeway.run("record", reported.incidentId, "--out", options.recordTo, "--no-llm");
    say(reported === null ? "no incident" : conclusionOf(reported));
    const { executed, later } = await respond(causeway, reported, estate, faultMs, options);
    const lastMs = Math.min(
      faultMs + times.recoverWithin,
      Math.max(Date.now(), faultMs + times.alertWithin) + times.last,
    );
    const endMs = await untilSettled(estate, faultMs, fault.entities.length === 0 ? Date.now() : lastMs, signal);
    const changedMs = executed.find(({ state }) => state !== "refused")?.startedMs;
    return {
      fault: fault.name,
      responder: wrongWorkload === null ? "causeway" : "wrong",
      seed,
      faultMs,
      missedMs: missedFrom(estate.outcomes, faultMs, endMs),
      recoveredMs: recoveredAt(estate.outcomes, faultMs, endMs),
      endMs,
      harmed: changedMs === undefined ? [] : harmOf(estate, before, fault, changedMs, endMs),
      analysis: reported === null ? null : analysisOf(reported),
      later: later.map(analysisOf),
      executed,
      ...(wrongWorkload !== null && {
        wrong: wrongApprovalOf(wrongWorkload, wrongBefore, wrongState(), executed),
      }),
    };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

/** Waits until the market has been well and without alerts for the whole quiet time. @throws {IncidentError} */
async function untilQuiet(
  { outcomes }: Pick<Estate, "outcomes">,
  monitoring: Pick<Monitoring, "firing">,
  { times, say, signal }: TrialOptions,
): Promise<void> {
  const deadlineMs = Date.now() + MAX_UNQUIET_MS + times.quiet;
  for (let sinceMs = Date.now(); Date.now() - sinceMs < times.quiet; await sleep(POLL_MS, undefined, { signal })) {
    const noise = [...(await monitoring.firing()), ...missedAt(outcomes, Date.now())];
    if (noise.length === 0) continue;
    sinceMs = Date.now();
    if (sinceMs < deadlineMs) continue;
    throw new IncidentError("UNAVAILABLE", `the market does not become quiet: ${noise.slice(0, 3).join(", ")}`, {
      hint: "This computer is too busy for a trial now.",
    });
  }
  say("quiet");
}

/** Waits until the objectives are met for good, or the time is over. @returns when */
export async function untilSettled(
  { outcomes }: Pick<Estate, "outcomes">,
  faultMs: number,
  endMs: number,
  signal: AbortSignal,
): Promise<number> {
  while (Date.now() < endMs) {
    const nowMs = Date.now();
    if (missedFrom(outcomes, faultMs, nowMs) !== null && recoveredAt(outcomes, faultMs, nowMs) !== null) return nowMs;
    await sleep(POLL_MS, undefined, { signal });
  }
  return Date.now();
}

/** Objects and operations that the response broke. */
export function harmOf(
  { cluster, outcomes }: Pick<Estate, "cluster" | "outcomes">,
  before: ReturnType<typeof snapshotOf>,
  { entities, objects }: LabFault,
  changedMs: number,
  endMs: number,
): string[] {
  return [
    ...otherObjectsChanged(before, snapshotOf(cluster.list), [...entities.flat(), ...objects]),
    ...operationsHarmed(outcomes, changedMs, endMs),
  ];
}
