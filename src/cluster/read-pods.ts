import { deploymentOfPod, deploymentOfReplicaSet, workloadOfPod } from "../domain/pod-names.ts";
import { type Container, parseContainers, timeMs } from "./containers.ts";
import { type ClusterEvent, type Description, fieldWithSection } from "./describe.ts";
import { each, type Objects } from "./objects.ts";
import type { Pod, Workload } from "./state.ts";
import { fraction, parseAge, parseLabels } from "./table.ts";

type PodInput = {
  objects: Objects;
  workloads: readonly Workload[];
  events: readonly ClusterEvent[];
  /** When the answers were given, Unix ms; null if unknown. */
  atMs: number | null;
};

/** Reads pods from lists and descriptions. A list is shorter, but has the status in one word and the ages. */
export function readPods({ objects, workloads, events, atMs }: PodInput): Pod[] {
  const secondsSince = (ms: number | null): number | null =>
    ms === null || atMs === null || ms > atMs ? null : (atMs - ms) / 1000;
  return [...each(objects)].map(({ name, namespace, row, description, source }) => {
    const [ready, total] = fraction(row?.READY);
    const [, restarts, ago] = /^(\d+)(?: \((\S+) ago\))?/.exec(row?.RESTARTS ?? "") ?? [];
    const containers = parseContainers(description?.sections.get("Containers") ?? []);
    const initContainers = parseContainers(description?.sections.get("Init Containers") ?? []);
    const all = [...initContainers, ...containers];
    const node = row?.NODE ?? description?.fields.get("Node")?.split("/")[0] ?? "<none>";
    const endedAtMs = all.reduce<number | null>(
      (latest, one) => (one.endedAtMs === null ? latest : Math.max(latest ?? 0, one.endedAtMs)),
      null,
    );
    return {
      name,
      namespace,
      source,
      workload: workloadOf(name, namespace, description, workloads),
      status: row?.STATUS ?? describedStatus(description, initContainers, containers),
      ready: ready ?? containers.filter((container) => container.ready === true).length,
      total: total ?? containers.length,
      restarts: restarts === undefined ? all.reduce((sum, one) => sum + one.restarts, 0) : Number(restarts),
      restartedAgoS: ago === undefined ? secondsSince(endedAtMs) : parseAge(ago),
      ageS: parseAge(row?.AGE ?? "") ?? secondsSince(timeMs(description?.fields.get("Start Time"))),
      node: node === "<none>" || node === "" ? null : node,
      labels: {
        ...parseLabels(row?.LABELS ?? ""),
        ...(description ? parseLabels(fieldWithSection(description, "Labels")) : {}),
      },
      containers: all,
      described: description,
      events: description
        ? [...description.events]
        : events.filter(({ object }) => object === `pod/${name.toLowerCase()}`),
    };
  });
}

const PHASES = new Set(["Running", "Waiting", "Terminated", "PodInitializing", "Completed"]);

/**
 * The state in one word, as the STATUS column of a list has it: the reason why an init container or a container waits
 * or ended; else why the pod ended (`Evicted`); else the phase.
 */
function describedStatus(
  description: Description | null,
  initContainers: readonly Container[],
  containers: readonly Container[],
): string {
  const [reasonOfInit, reason] = [initContainers, containers].map(
    (list) => list.find(({ state }) => state !== null && !PHASES.has(state))?.state ?? null,
  );
  if (reasonOfInit !== null && reasonOfInit !== undefined) return `Init:${reasonOfInit}`;
  return reason ?? description?.fields.get("Reason") ?? description?.fields.get("Status") ?? "";
}

/**
 * Finds the workload of a pod: its owner reference, else the longest workload name that the pod's name begins with,
 * else the name that its own implies. A described pod without an owner has no workload: it keeps its name, unless that
 * ends with a hash.
 */
function workloadOf(
  pod: string,
  namespace: string,
  description: Description | null,
  workloads: readonly Workload[],
): string {
  const [, kind, owner] = /^(\w+)\/(\S+)$/.exec(description?.fields.get("Controlled By") ?? "") ?? [];
  if (owner !== undefined) return workloadOfOwner(kind ?? "", owner);
  const [longest] = workloads
    .filter((one) => one.namespace === namespace && pod.startsWith(`${one.name}-`))
    .toSorted((a, b) => b.name.length - a.name.length);
  return longest?.name ?? (description ? deploymentOfPod(pod) : workloadOfPod(pod)) ?? pod;
}

/** A cron job adds the minute of its schedule to the names of its jobs. */
const workloadOfOwner = (kind: string, owner: string): string =>
  kind === "ReplicaSet" ? deploymentOfReplicaSet(owner) : kind === "Job" ? owner.replace(/-\d{7,10}$/, "") : owner;
