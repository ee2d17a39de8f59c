import { copyOf, type PodObject } from "../objects.ts";
import type { ContainerLine, NetworkAddress } from "../pod-runtime.ts";
import { type ContainerWorker, startContainer, type WorkerParts } from "./container-worker.ts";
import { podStatus } from "./pod-status.ts";

/** A pod that runs on a node. */
export type PodWorker = {
  address: (port: number) => NetworkAddress | null;
  logs: (container: string, isPrevious: boolean) => readonly ContainerLine[] | null;
  pids: () => number[];
  /** Ends the containers for good. */
  stop: (graceMs: number) => Promise<void>;
};

export type PodWorkerParts = Omit<WorkerParts, "onChange"> & {
  podIp: string;
  /** Writes the status of the pod. */
  write: (status: PodObject["status"]) => void;
};

/** Runs a pod: its init containers one after the other, then its containers, and keeps its status. */
export function startPod(parts: PodWorkerParts): PodWorker {
  const { spec } = copyOf(parts.pod());
  const workers = new Map<string, ContainerWorker>();
  const startedMs = parts.now();
  let [isInitialized, isStopped] = [false, false];
  let outcome: "Succeeded" | "Failed" | null = null;

  const report = (): void => {
    const status = podStatus(parts.pod(), {
      podIp: parts.podIp,
      startedMs,
      nowMs: parts.now(),
      isInitialized,
      outcome,
      statuses: new Map([...workers].map(([name, worker]) => [name, worker.status()])),
    });
    parts.write(status);
  };
  const start = (
    container: (typeof spec.containers)[number],
    restarts: (exitCode: number) => boolean,
  ): ContainerWorker => {
    const worker = startContainer(container, restarts, { ...parts, onChange: () => void queueMicrotask(report) });
    workers.set(container.name, worker);
    return worker;
  };
  const again = (exitCode: number): boolean =>
    spec.restartPolicy === "Always" || (spec.restartPolicy === "OnFailure" && exitCode !== 0);

  const run = async (): Promise<void> => {
    report();
    for (const container of spec.initContainers ?? []) {
      const exitCode = await start(container, (code) => code !== 0 && spec.restartPolicy !== "Never").finished;
      if (isStopped) return;
      if (exitCode !== 0) {
        outcome = "Failed";
        return report();
      }
    }
    isInitialized = true;
    const codes = await Promise.all(spec.containers.map((container) => start(container, again).finished));
    if (isStopped) return;
    outcome = codes.every((code) => code === 0) ? "Succeeded" : "Failed";
    report();
  };
  void run();

  return {
    address(port) {
      for (const worker of workers.values()) {
        const address = worker.address(port);
        if (address !== null) return address;
      }
      return null;
    },
    logs: (container, isPrevious) => workers.get(container)?.logs(isPrevious) ?? null,
    pids: () => [...workers.values()].flatMap((worker) => worker.pid() ?? []),
    async stop(graceMs) {
      isStopped = true;
      await Promise.all([...workers.values()].map((worker) => worker.stop(graceMs)));
    },
  };
}
