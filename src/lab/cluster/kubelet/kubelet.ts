import { ApiFailure } from "../api-failure.ts";
import { quantity } from "../api/quantity.ts";
import { type Registry, timeText } from "../api/registry.ts";
import type { ContainerLogs } from "../api/subresources.ts";
import { recordEvent } from "../controllers/events.ts";
import { kindOfType } from "../kinds.ts";
import type { LabNode } from "../lab-cluster.ts";
import type { ClusterNetwork } from "../network/network.ts";
import { type ClusterObject, copyOf, type PodObject } from "../objects.ts";
import type { NetworkAddress, PodRuntime } from "../pod-runtime.ts";
import { HOST_IP } from "./pod-status.ts";
import { type PodWorker, startPod } from "./pod-worker.ts";

const PODS = kindOfType("pods");
const MANAGER = "kubelet";

export type KubeletParts = {
  registry: Registry;
  runtime: PodRuntime;
  nodes: readonly LabNode[];
  version: string;
  now: () => number;
  backoffMs: { first: number; longest: number };
};
/** The kubelets of all nodes. */
export type Kubelet = {
  addressOf: (podUid: string, port: number) => NetworkAddress | null;
  logsOf: ContainerLogs;
  pidsOf: (podUid: string) => readonly number[];
  /** Begins to run pods. It needs the network, which needs `addressOf`. */
  run: (network: ClusterNetwork) => void;
  /** Ends every pod at once. */
  close: () => Promise<void>;
};

/** Runs the pods that are on a node of the lab. Pods on other nodes wait for ever. */
export function createKubelet({ registry, runtime, nodes, version, now, backoffMs }: KubeletParts): Kubelet {
  const { store } = registry;
  const workers = new Map<string, { worker: PodWorker; isEnding: boolean }>();
  const counts = new Map<string, number>();
  let stopWatching: (() => void) | null = null;

  const ipOn = (node: string): string => {
    const n = (counts.get(node) ?? 1) + 1;
    counts.set(node, n);
    return `10.244.${nodes.findIndex(({ name }) => name === node)}.${n}`;
  };
  const current = (pod: PodObject): PodObject | null => {
    const found = store.get(PODS, pod.metadata.namespace ?? null, pod.metadata.name) as PodObject | null;
    return found?.metadata.uid === pod.metadata.uid ? found : null;
  };
  const start = (pod: PodObject, network: ClusterNetwork): void => {
    const { namespace = "", uid = "" } = pod.metadata;
    const worker = startPod({
      runtime,
      store,
      now,
      backoffMs,
      podIp: ipOn(pod.spec.nodeName ?? ""),
      resolve: network.resolverOf(uid, namespace),
      pod: () => current(pod) ?? pod,
      onEvent: (type, reason, message) => {
        if (current(pod) !== null)
          recordEvent(
            registry,
            {
              about: pod,
              type,
              reason,
              message,
              component: MANAGER,
            },
            now(),
          );
      },
      write(status) {
        const known = current(pod);
        if (known === null) return;
        const object = {
          ...copyOf(known),
          status,
        } as ClusterObject;
        registry.update(PODS, object, {
          manager: MANAGER,
          subresource: "status",
        });
      },
    });
    workers.set(uid, { worker, isEnding: false });
  };
  const end = async (pod: PodObject, network: ClusterNetwork): Promise<void> => {
    const { uid = "", deletionGracePeriodSeconds: grace = 0 } = pod.metadata;
    const known = workers.get(uid);
    if (known?.isEnding === true) return;
    if (known !== undefined) {
      known.isEnding = true;
      await known.worker.stop(grace * 1000);
    }
    workers.delete(uid);
    network.forget(uid);
    const left = current(pod);
    if (left !== null) store.remove(PODS, left);
  };
  const follow = (pod: PodObject, isGone: boolean, network: ClusterNetwork): void => {
    const { uid = "", deletionTimestamp } = pod.metadata;
    if (isGone)
      return void (
        workers.has(uid) && void end({ ...pod, metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 } }, network)
      );
    if (!nodes.some(({ name }) => name === pod.spec.nodeName)) return;
    if (deletionTimestamp !== undefined) return void end(pod, network);
    const isFinished = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
    if (!workers.has(uid) && !isFinished) start(pod, network);
  };

  for (const node of nodes) register(registry, node, version, now());
  return {
    addressOf: (uid, port) => workers.get(uid)?.worker.address(port) ?? null,
    logsOf: ({ metadata }, container, isPrevious) =>
      workers.get(metadata.uid ?? "")?.worker.logs(container, isPrevious) ?? null,
    pidsOf: (uid) => workers.get(uid)?.worker.pids() ?? [],
    run(network) {
      stopWatching = store.watch(0, ({ kind, object, type }) => {
        if (kind !== PODS) return;
        const isGone = type === "DELETED";
        // not within the write that is reported here
        queueMicrotask(() =>
          follow((isGone ? null : current(object as PodObject)) ?? (object as PodObject), isGone, network),
        );
      });
    },
    async close() {
      stopWatching?.();
      await Promise.all([...workers.values()].map(({ worker }) => worker.stop(0)));
    },
  };
}

function register(
  registry: Registry,
  { name, cpu, memory, labels = {} }: LabNode,
  version: string,
  nowMs: number,
): void {
  if (quantity(cpu) === null || quantity(memory) === null)
    throw new ApiFailure("Invalid", `node ${name}: "${cpu}" CPU or "${memory}" memory is not a quantity`);
  const capacity = { cpu, memory, pods: "110" };
  const time = timeText(nowMs);
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: reason,
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  const object = {
    metadata: { name, labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", ...labels } },
    spec: {},
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: "InternalIP", address: HOST_IP },
        { type: "Hostname", address: name },
      ],
      conditions: [
        condition("MemoryPressure", "False", "KubeletHasSufficientMemory"),
        condition("DiskPressure", "False", "KubeletHasNoDiskPressure"),
        condition("PIDPressure", "False", "KubeletHasSufficientPID"),
        condition("Ready", "True", "KubeletReady"),
      ],
      nodeInfo: {
        architecture: process.arch,
        bootID: "",
        systemUUID: "",
        kernelVersion: "lab",
        containerRuntimeVersion: "lab://processes",
        kubeletVersion: version,
        kubeProxyVersion: version,
        operatingSystem: "linux",
        osImage: "Causeway lab",
      },
    },
  };
  registry.create(kindOfType("nodes"), null, object, { manager: MANAGER });
}
