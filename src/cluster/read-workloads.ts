import { deploymentOfReplicaSet } from "../domain/pod-names.ts";
import { parseContainers } from "./containers.ts";
import type { ClusterEvent } from "./describe.ts";
import type { EventIndex } from "./event-index.ts";
import { each, type Objects } from "./objects.ts";
import { workloadOfObject } from "./read-object-state.ts";
import type { Workload } from "./state.ts";
import { fraction, parseLabels, wholeNumber } from "./table.ts";

/** Reads the workloads of one kind from lists, descriptions and objects. */
export function readWorkloads(objects: Objects, kind: string): Workload[] {
  return [...each(objects)].map(({ name, namespace, row, description, object, source }) => {
    if (object !== null) return { kind, ...workloadOfObject(object) };
    const [ready, listedDesired] = fraction(row?.READY);
    const replicas = description?.fields.get("Replicas") ?? "";
    const template = description?.sections.get("Pod Template") ?? [];
    return {
      kind,
      name,
      namespace,
      source,
      ready: ready ?? wholeNumber(row?.AVAILABLE) ?? wholeNumber(/(\d+) available/.exec(replicas)?.[1]),
      desired: listedDesired ?? wholeNumber(row?.DESIRED) ?? wholeNumber(/^(\d+) desired/.exec(replicas)?.[1]),
      labels: parseLabels(/^\s+Labels:([\s\S]*?)^\s{2}\S/m.exec(template.join("\n"))?.[1] ?? row?.SELECTOR ?? ""),
      containers: parseContainers(template),
      events: description ? [...description.events] : [],
    };
  });
}

/**
 * Adds the events of workloads and of their replica sets: replica sets create the pods, so their events say what
 * prevents it. Deleted replica sets do not count.
 */
export function attachEvents(workloads: readonly Workload[], sets: Objects, events: EventIndex): void {
  const exists = (namespace: string, name: string): boolean =>
    sets.rows.size + sets.read.size === 0 ||
    sets.rows.has(`${namespace}/${name}`) ||
    sets.read.has(`${namespace}/${name}`);
  const described = [...sets.described.values()].flatMap(({ description }) => description.events);
  const owners = Map.groupBy([...described, ...events.all], ({ object }) => ownerOf(object));
  for (const workload of workloads) {
    const isOurs = (event: ClusterEvent): boolean => {
      const [type = "", name = ""] = event.object.split("/");
      if (event.namespace !== "" && workload.namespace !== "" && event.namespace !== workload.namespace) return false;
      return type === "replicaset" ? exists(workload.namespace, name) : type === workload.kind.toLowerCase();
    };
    workload.events.push(...(owners.get(workload.name) ?? []).filter(isOurs));
  }
}

/** The name of the workload that an object is or belongs to. */
function ownerOf(object: string): string {
  const [type = "", name = ""] = object.split("/");
  return type === "replicaset" ? deploymentOfReplicaSet(name) : name;
}
