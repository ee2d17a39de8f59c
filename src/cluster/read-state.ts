import type { ClusterAnswer } from "../domain/telemetry.ts";
import { isTool, readAnswers } from "./answers.ts";
import { type ClusterEvent, type Description, fieldWithSection, parseContainers, parseEvents } from "./describe.ts";
import { parseManifests } from "./manifest.ts";
import { each, type Objects, objectsOf } from "./objects.ts";
import { readNodes } from "./read-nodes.ts";
import { readAttempts, readCalls, readErrorLogs, readRaisedAlerts } from "./read-reports.ts";
import { readClaims, readQuotas, readStorageClasses, readVolumes } from "./read-storage.ts";
import type { ClusterState, Pod, KubernetesService, Workload } from "./state.ts";
import { parseAge, parseLabels } from "./table.ts";

const WORKLOADS: Readonly<Record<string, string>> = {
  deployments: "Deployment",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
};

/** Combines all answers into one picture of the cluster. Text in an unknown format is skipped. */
export function readState(answers: readonly ClusterAnswer[]): ClusterState {
  const tools = readAnswers(answers);
  const events = tools
    .filter((one) => isTool(one, "resource") && one.type === "events")
    .flatMap(({ text }) => parseEvents(text));
  const workloads = Object.entries(WORKLOADS).flatMap(([type, kind]) => readWorkloads(objectsOf(tools, type), kind));
  attachReplicaSetEvents(workloads, objectsOf(tools, "replicasets"), events);
  return {
    pods: readPods(objectsOf(tools, "pods"), workloads, events),
    workloads,
    services: readServices(objectsOf(tools, "services"), objectsOf(tools, "endpoints")),
    nodes: readNodes(tools, objectsOf(tools, "nodes")),
    claims: readClaims(objectsOf(tools, "persistentvolumeclaims")),
    volumes: readVolumes(objectsOf(tools, "persistentvolumes")),
    storageClasses: readStorageClasses(objectsOf(tools, "storageclasses")),
    quotas: readQuotas(objectsOf(tools, "resourcequotas")),
    attempts: readAttempts(tools),
    manifests: tools
      .filter((one) => isTool(one, "yaml"))
      .map(({ name, source, text }) => ({ app: name, source, objects: parseManifests(text) })),
    errorLogs: readErrorLogs(tools),
    alerts: readRaisedAlerts(tools),
    listed: new Set(
      tools
        .filter((one) => isTool(one, "get", "resource") && one.name === "" && !one.source.includes("label_selector"))
        .map(({ namespace, type }) => `${namespace}/${type}`),
    ),
    calls: readCalls(tools),
  };
}

/** Reads `1/2`; nulls if the text has another form. */
const fraction = (text: string | undefined): [number | null, number | null] => {
  const [, part, whole] = /^(\d+)\/(\d+)$/.exec(text ?? "") ?? [];
  return part === undefined || whole === undefined ? [null, null] : [Number(part), Number(whole)];
};
const count = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;

function readPods(objects: Objects, workloads: readonly Workload[], events: readonly ClusterEvent[]): Pod[] {
  return [...each(objects)].map(({ name, namespace, row, description, source }) => {
    const [ready, total] = fraction(row?.READY);
    const [, restarts = "0", ago] = /^(\d+)(?: \((\S+) ago\))?/.exec(row?.RESTARTS ?? "") ?? [];
    const containers = parseContainers(description?.sections.get("Containers") ?? []);
    const node = row?.NODE ?? description?.fields.get("Node")?.split("/")[0] ?? "<none>";
    const status = row?.STATUS ?? description?.fields.get("Status") ?? "";
    return {
      name,
      namespace,
      source,
      workload: workloadOf(name, namespace, description, workloads),
      status,
      ready: ready ?? 0,
      total: total ?? containers.length,
      restarts: Number(restarts),
      restartedAgoS: ago === undefined ? null : parseAge(ago),
      ageS: parseAge(row?.AGE ?? ""),
      node: node === "<none>" || node === "" ? null : node,
      labels: {
        ...parseLabels(row?.LABELS ?? ""),
        ...(description ? parseLabels(fieldWithSection(description, "Labels")) : {}),
      },
      containers,
      described: description,
      events: description
        ? [...description.events]
        : events.filter(({ object }) => object === `pod/${name.toLowerCase()}`),
    };
  });
}

const WITHOUT_HASH = /-[a-f0-9]{6,10}$/;

/** Finds the workload of a pod: its owner reference, else the longest workload name that the pod's name begins with. */
function workloadOf(
  pod: string,
  namespace: string,
  description: Description | null,
  workloads: readonly Workload[],
): string {
  const [, kind, owner] = /^(\w+)\/(\S+)$/.exec(description?.fields.get("Controlled By") ?? "") ?? [];
  if (owner !== undefined) return kind === "ReplicaSet" ? owner.replace(WITHOUT_HASH, "") : owner;
  const [longest] = workloads
    .filter((one) => one.namespace === namespace && pod.startsWith(`${one.name}-`))
    .toSorted((a, b) => b.name.length - a.name.length);
  return (
    longest?.name ??
    pod
      .replace(/-[a-z0-9]{5}$/, "")
      .replace(WITHOUT_HASH, "")
      .replace(/-\d{1,4}$/, "")
  );
}

function readWorkloads(objects: Objects, kind: string): Workload[] {
  return [...each(objects)].map(({ name, namespace, row, description, source }) => {
    const [ready, listedDesired] = fraction(row?.READY);
    const replicas = description?.fields.get("Replicas") ?? "";
    const template = description?.sections.get("Pod Template") ?? [];
    return {
      kind,
      name,
      namespace,
      source,
      ready: ready ?? count(row?.AVAILABLE) ?? count(/(\d+) available/.exec(replicas)?.[1]),
      desired: listedDesired ?? count(row?.DESIRED) ?? count(/^(\d+) desired/.exec(replicas)?.[1]),
      labels: parseLabels(/^\s+Labels:([\s\S]*?)^\s{2}\S/m.exec(template.join("\n"))?.[1] ?? row?.SELECTOR ?? ""),
      containers: parseContainers(template),
      events: description ? [...description.events] : [],
    };
  });
}

/**
 * Adds the events of replica sets to their workloads: replica sets create the pods, so their events say what prevents
 * it. Deleted replica sets do not count.
 */
function attachReplicaSetEvents(workloads: readonly Workload[], sets: Objects, events: readonly ClusterEvent[]): void {
  for (const workload of workloads) {
    const isOurs = (object: string): boolean => {
      const [type = "", name = ""] = object.split("/");
      if (type === "replicaset")
        return (
          name.replace(WITHOUT_HASH, "") === workload.name &&
          (sets.rows.size === 0 || sets.rows.has(`${workload.namespace}/${name}`))
        );
      return type === workload.kind.toLowerCase() && name === workload.name;
    };
    const described = [...sets.described.values()].flatMap(({ description }) => description.events);
    workload.events.push(...[...described, ...events].filter(({ object }) => isOurs(object)));
  }
}

function readServices(services: Objects, endpoints: Objects): KubernetesService[] {
  return [...each(services)].map(({ name, namespace, row, description, source }) => {
    const own = endpoints.rows.get(`${namespace}/${name}`)?.row.ENDPOINTS ?? description?.fields.get("Endpoints");
    const selector = description?.fields.get("Selector") ?? row?.SELECTOR ?? "";
    return {
      name,
      namespace,
      source,
      selector: parseLabels(description ? fieldWithSection(description, "Selector") : selector),
      labels: description ? parseLabels(fieldWithSection(description, "Labels")) : {},
      external: (row?.TYPE ?? description?.fields.get("Type")) === "ExternalName",
      ports: description ? describedPorts(description) : listedPorts(row?.["PORT(S)"] ?? ""),
      hasEndpoints: own === undefined ? null : own !== "" && own !== "<none>",
    };
  });
}

const describedPorts = ({ fields }: Description): KubernetesService["ports"] => {
  const targets = (fields.get("TargetPort") ?? "").split("\n");
  return (fields.get("Port") ?? "").split("\n").flatMap((line, at) => {
    const [, name = "", port, protocol = "TCP"] = /^(\S+)\s+(\d+)\/(\w+)/.exec(line) ?? [];
    return port === undefined
      ? []
      : [{ name: name === "<unset>" ? null : name, port, target: targets[at]?.split("/")[0] ?? null, protocol }];
  });
};

const listedPorts = (text: string): KubernetesService["ports"] =>
  [...text.matchAll(/(\d+)(?::\d+)?\/(\w+)/g)].map(([, port = "", protocol = "TCP"]) => ({
    name: null,
    port,
    target: null,
    protocol,
  }));
