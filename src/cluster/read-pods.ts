import { deploymentOfPod, deploymentOfReplicaSet, workloadOfPod } from "../domain/pod-names.ts";
import { type Container, parseContainers, timeMs } from "./containers.ts";
import { type Description, fieldWithSection } from "./describe.ts";
import type { EventIndex } from "./event-index.ts";
import { textMapOf, textOf } from "./fields.ts";
import type { KubernetesObject } from "./kubernetes-object.ts";
import { each, type Objects } from "./objects.ts";
import { containersOf } from "./read-object-containers.ts";
import { claimsOf, summaryOf } from "./read-object-pod.ts";
import type { Pod, Workload } from "./state.ts";
import { fraction, parseAge, parseLabels, type TableRow } from "./table.ts";

type PodInput = {
  objects: Objects;
  workloads: readonly Workload[];
  events: EventIndex;
  /** When the answers were given, Unix ms; null if unknown. */
  atMs: number | null;
};

/** Reads pods from lists, descriptions and objects. */
export function readPods({ objects, workloads, events, atMs }: PodInput): Pod[] {
  const byNamespace = new Map<string, Map<string, Labels>>();
  for (const { namespace, name, labels, containers } of workloads) {
    // a list of workloads shows only the labels that select pods, not all of the template
    const ofTemplate = containers.length === 0 ? {} : labels;
    const known = byNamespace.get(namespace);
    if (known === undefined) byNamespace.set(namespace, new Map([[name, ofTemplate]]));
    else known.set(name, ofTemplate);
  }
  return [...each(objects)].map(({ name, namespace, row, description, object, source }) => {
    const owners = byNamespace.get(namespace) ?? NO_OWNERS;
    return object === null
      ? printedPod({ name, namespace, row, description, source }, { owners, events, atMs })
      : podOfObject(object, { owners, events, atMs });
  });
}

type Labels = Readonly<Record<string, string>>;
/** The labels of the pod template of each workload of a namespace, by its name; none if it was not described. */
type Owners = ReadonlyMap<string, Labels>;
const NO_OWNERS: Owners = new Map();
type Context = { owners: Owners; events: EventIndex; atMs: number | null };
type Printed = {
  name: string;
  namespace: string;
  row: TableRow | null;
  description: Description | null;
  source: string;
};

const secondsSince = (ms: number | null, atMs: number | null): number | null =>
  ms === null || atMs === null || ms > atMs ? null : (atMs - ms) / 1000;

/** Reads what `kubectl` prints. A list is shorter, but has the status in one word and the ages. */
function printedPod({ name, namespace, row, description, source }: Printed, { owners, events, atMs }: Context): Pod {
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
  const nodeSelector = description ? fieldWithSection(description, "Node-Selectors").trim() : "";
  const volumes = (description?.sections.get("Volumes") ?? []).join("\n");
  const workload = workloadOf(name, controllerOf(description), owners, description !== null);
  return {
    name,
    namespace,
    source,
    workload,
    status: row?.STATUS ?? describedStatus(description, initContainers, containers),
    ready: ready ?? containers.filter((container) => container.ready === true).length,
    total: total ?? containers.length,
    restarts: restarts === undefined ? all.reduce((sum, one) => sum + one.restarts, 0) : Number(restarts),
    restartedAgoS: ago === undefined ? secondsSince(endedAtMs, atMs) : parseAge(ago),
    ageS: parseAge(row?.AGE ?? "") ?? secondsSince(timeMs(description?.fields.get("Start Time")), atMs),
    node: node === "<none>" || node === "" ? null : node,
    labels: {
      ...owners.get(workload),
      ...parseLabels(row?.LABELS ?? ""),
      ...(description ? parseLabels(fieldWithSection(description, "Labels")) : {}),
    },
    containers: all,
    isDescribed: description !== null,
    nodeSelector: nodeSelector === "<none>" ? {} : parseLabels(nodeSelector),
    claims: [...volumes.matchAll(/ClaimName:\s+(\S+)/g)].map(([, claim = ""]) => claim),
    events: description ? [...description.events] : events.of("pod", namespace, name),
  };
}

function podOfObject(object: KubernetesObject, { owners, events, atMs }: Context): Pod {
  const { name, namespace, owner, spec, status, labels, source } = object;
  const takenMs = object.takenMs ?? atMs;
  const { lastRestartMs, ...summary } = summaryOf(object);
  return {
    name,
    namespace,
    source,
    workload: workloadOf(name, owner, owners, true),
    ...summary,
    restartedAgoS: secondsSince(lastRestartMs, takenMs),
    ageS: secondsSince(object.createdMs, takenMs),
    node: textOf(spec.nodeName) || null,
    labels,
    containers: containersOf(spec, status),
    isDescribed: true,
    nodeSelector: textMapOf(spec.nodeSelector),
    claims: claimsOf(spec),
    events: events.of("pod", namespace, name),
  };
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
  // of a deleted pod: `Terminating (lasts 5m)`
  return reason ?? description?.fields.get("Reason") ?? description?.fields.get("Status")?.split(" (")[0] ?? "";
}

/** The owner that a description names: `Controlled By:  ReplicaSet/ledger-849ffcf9c7`. */
function controllerOf(description: Description | null): KubernetesObject["owner"] {
  const [, kind, name] = /^(\w+)\/(\S+)$/.exec(description?.fields.get("Controlled By") ?? "") ?? [];
  return kind === undefined || name === undefined ? null : { kind, name };
}

/**
 * Finds the workload of a pod: its owner reference, else the longest workload name that the pod's name begins with,
 * else the name that its own implies. A pod that is known in full and has no owner has no workload: it keeps its name,
 * unless that ends with a hash.
 */
function workloadOf(pod: string, owner: KubernetesObject["owner"], workloads: Owners, isKnownInFull: boolean): string {
  if (owner !== null) return workloadOfOwner(owner);
  for (let end = pod.lastIndexOf("-"); end > 0; end = pod.lastIndexOf("-", end - 1))
    if (workloads.has(pod.slice(0, end))) return pod.slice(0, end);
  return (isKnownInFull ? deploymentOfPod(pod) : workloadOfPod(pod)) ?? pod;
}

/** A cron job adds the minute of its schedule to the names of its jobs. */
const workloadOfOwner = ({ kind, name }: { kind: string; name: string }): string =>
  kind === "ReplicaSet" ? deploymentOfReplicaSet(name) : kind === "Job" ? name.replace(/-\d{7,10}$/, "") : name;
