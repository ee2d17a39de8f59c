import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import { IncidentError } from "../../domain/errors.ts";
import type { LabCluster, LabClusterOptions, LabNode } from "../cluster/lab-cluster.ts";
import type { ClusterObject, Stored } from "../cluster/objects.ts";
import { marketObjects } from "../market/manifests.ts";
import { type CustomerOutcome, runMarketLoad } from "../market/market-load.ts";
import { type MarketRuntime, marketRuntime } from "../market/market-runtime.ts";
import { ENTRY_SERVICE, NAMESPACE } from "../market/plan.ts";
import type { FaultTools } from "./fault.ts";
import { type LabServer, startLabServer } from "./lab-server.ts";
import { podLogs } from "./pod-logs.ts";

const run = promisify(execFile);
const NODES: readonly LabNode[] = ["node-1", "node-2", "node-3"].map((name) => ({ name, cpu: "4", memory: "4Gi" }));
const REQUESTS_PER_SECOND = 10;
const ENTRY_PORT = 8080;
/** The market was installed so long ago: an incident right after an installation would look like its consequence. */
const INSTALLED_MS = 6 * 60 * 60_000;
const READY_WITHIN_MS = 120_000;
const POLL_MS = 250;

/** The market in its cluster, with customers. */
export type Estate = {
  cluster: LabCluster;
  runtime: MarketRuntime;
  lab: LabServer;
  /** Glob of the containers' log files. */
  logFiles: string;
  /** What customers saw, growing. */
  outcomes: readonly CustomerOutcome[];
  tools: FaultTools;
  /** Ends all; can be called twice. */
  stop: () => Promise<void>;
};
export type EstateOptions = {
  folder: string;
  kubectl: string;
  seed: number;
  /** Receives the spans; null: they are not sent. */
  otlpEndpoint: string | null;
  startCluster: (options: LabClusterOptions) => Promise<LabCluster>;
  signal: AbortSignal;
};

/** Starts the cluster and the market, waits until all pods are ready, and lets the customers in. */
export async function startEstate(options: EstateOptions): Promise<Estate> {
  const { folder, kubectl, seed, otlpEndpoint, startCluster, signal } = options;
  const clusterFolder = join(folder, "cluster");
  mkdirSync(clusterFolder, { recursive: true });
  const runtime = marketRuntime({ otlpEndpoint, onLine: podLogs(join(folder, "logs")) });
  let behindMs = INSTALLED_MS;
  const now = (): number => Date.now() - behindMs;
  const cluster = await startCluster({ folder: clusterFolder, runtime, nodes: NODES, namespace: NAMESPACE, now });
  const ending = new AbortController();
  const closers: (() => Promise<unknown>)[] = [cluster.close];
  const stop = async (): Promise<void> => {
    ending.abort();
    for (const close of closers.splice(0).toReversed()) await close();
  };
  try {
    for (const object of marketObjects()) await cluster.apply(object);
    await untilAvailable(cluster, signal);
    behindMs = 0;
    const lab = await startLabServer(() => ({
      deployments: cluster.list("deployments") as unknown as Stored<V1Deployment>[],
      pods: cluster.list("pods") as unknown as Stored<V1Pod>[],
      containers: runtime.running(),
    }));
    closers.push(lab.close);
    const outcomes: CustomerOutcome[] = [];
    let factor = 1;
    const loading = runMarketLoad({
      entry: () => cluster.resolve(ENTRY_SERVICE, ENTRY_PORT),
      seed,
      requestsPerSecond: () => REQUESTS_PER_SECOND * factor,
      onOutcome: (outcome) => void outcomes.push(outcome),
      signal: AbortSignal.any([ending.signal, signal]),
    });
    closers.push(() => loading);
    const tools: FaultTools = {
      async kubectl(...args) {
        await run(kubectl, ["--kubeconfig", cluster.kubeconfig, "--namespace", NAMESPACE, ...args]).catch(
          (cause: unknown) => {
            throw new IncidentError("UNAVAILABLE", `kubectl ${args.join(" ")} failed`, {
              hint: "The lab's cluster may lack what this command needs.",
              cause,
            });
          },
        );
      },
      async apply(object) {
        await cluster.apply(object as ClusterObject);
      },
      breakWith: runtime.breakWith,
      impair: runtime.impair,
      multiplyLoad: (by) => void (factor = by),
    };
    return { cluster, runtime, lab, logFiles: join(folder, "logs/pods/*/*/*.log"), outcomes, tools, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until each Deployment has all its pods. @throws {IncidentError} UNAVAILABLE that names those without. */
export async function untilAvailable(cluster: Pick<LabCluster, "list">, signal: AbortSignal): Promise<void> {
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const missing = (cluster.list("deployments") as unknown as Stored<V1Deployment>[])
      .filter(({ spec, status }) => (status?.availableReplicas ?? 0) < (spec?.replicas ?? 1))
      .map(({ metadata }) => metadata?.name ?? "");
    if (missing.length === 0) return;
    if (Date.now() > deadlineMs)
      throw new IncidentError("UNAVAILABLE", `the market did not start: ${missing.join(", ")} have too few pods`, {
        hint: "This computer may be overloaded.",
      });
    await sleep(POLL_MS, undefined, { signal });
  }
}
