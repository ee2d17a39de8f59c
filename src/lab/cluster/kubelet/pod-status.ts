import type { V1ContainerStatus } from "@kubernetes/client-node";
import { timeText } from "../api/registry.ts";
import { type StatusCondition, withCondition } from "../controllers/controller.ts";
import type { PodObject, Stored } from "../objects.ts";

export type PodProgress = {
  podIp: string;
  startedMs: number;
  nowMs: number;
  isInitialized: boolean;
  outcome: "Succeeded" | "Failed" | null;
  /** By the name of the container; absent: it was not started yet. */
  statuses: ReadonlyMap<string, Stored<V1ContainerStatus>>;
};

export const HOST_IP = "127.0.0.1";

/** The status of a pod from those of its containers. */
export function podStatus(pod: PodObject, progress: PodProgress): PodObject["status"] {
  const { podIp, startedMs, nowMs, isInitialized, outcome, statuses } = progress;
  const statusOf = ({ name, image = "" }: { name: string; image?: string }): Stored<V1ContainerStatus> =>
    statuses.get(name) ?? {
      name,
      image,
      imageID: "",
      restartCount: 0,
      ready: false,
      started: false,
      lastState: {},
      state: { waiting: { reason: "PodInitializing" } },
    };
  const containers = pod.spec.containers.map(statusOf);
  const initial = (pod.spec.initContainers ?? []).map(statusOf).map((status) => ({
    ...status,
    ready: status.state?.terminated?.exitCode === 0,
  }));
  const isRunning =
    isInitialized &&
    containers.some(({ state, restartCount }) => state?.running || restartCount > 0 || state?.terminated);
  const phase = outcome ?? (isRunning ? "Running" : "Pending");
  const unready = containers.filter(({ ready }) => !ready).map(({ name }) => name);
  const waiting = initial.filter(({ ready }) => !ready).map(({ name }) => name);
  const isReady = outcome === null && isInitialized && unready.length === 0;
  const now = timeText(nowMs);
  const done = outcome === "Succeeded" ? { reason: "PodCompleted" } : null;
  const unreadyWhy = done ?? {
    reason: "ContainersNotReady",
    message: `containers with unready status: [${unready.join(" ")}]`,
  };
  const initWhy = {
    reason: "ContainersNotInitialized",
    message: `containers with incomplete status: [${waiting.join(" ")}]`,
  };
  const conditions = [
    { type: "PodReadyToStartContainers", status: "True" },
    { type: "Initialized", status: isInitialized ? "True" : "False", ...(isInitialized ? {} : initWhy) },
    { type: "Ready", status: isReady ? "True" : "False", ...(isReady ? {} : unreadyWhy) },
    { type: "ContainersReady", status: isReady ? "True" : "False", ...(isReady ? {} : unreadyWhy) },
    { type: "PodScheduled", status: "True" },
  ].reduce((all, one) => withCondition(all, one, now), (pod.status.conditions ?? []) as StatusCondition[]);
  const { message: _message, ...before } = pod.status;
  return {
    ...before,
    phase,
    conditions: conditions as never,
    hostIP: HOST_IP,
    hostIPs: [{ ip: HOST_IP }],
    podIP: podIp,
    podIPs: [{ ip: podIp }],
    startTime: timeText(startedMs) as never,
    containerStatuses: containers,
    ...(initial.length === 0 ? {} : { initContainerStatuses: initial }),
  };
}
