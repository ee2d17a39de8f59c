import { deploymentOfReplicaSet } from "../domain/pod-names.ts";
import type { ClusterAnswer } from "../domain/telemetry.ts";
import { isTool, readAnswers } from "./answers.ts";
import { parseContainers } from "./containers.ts";
import { type ClusterEvent, type Description, fieldWithSection, parseEvents } from "./describe.ts";
import { parseManifests } from "./manifest.ts";
import { each, type Objects, objectsOf } from "./objects.ts";
import { readNodes } from "./read-nodes.ts";
import { readAttempts, readCalls, readErrorLogs, readRaisedAlerts } from "./read-reports.ts";
import { readClaims, readQuotas, readStorageClasses, readVolumes } from "./read-storage.ts";
import { readPods } from "./read-pods.ts";
import type { ClusterState, KubernetesService, Workload } from "./state.ts";
import { fraction, parseLabels, wholeNumber } from "./table.ts";

const WORKLOADS: Readonly<Record<string, string>> = {
  deployments: "Deployment",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
};

/**
 * Combines all answers into one picture of the cluster. Text in an unknown format is skipped.
 *
 * @param atMs when the answers were given, Unix ms; null if unknown. Descriptions hold dates, not ages.
 */
export function readState(answers: readonly ClusterAnswer[], atMs: number | null = null): ClusterState {
  const tools = readAnswers(answers);
  const events = tools
    .filter((one) => isTool(one, "resource") && one.type === "events")
    .flatMap(({ text }) => parseEvents(text));
  const workloads = Object.entries(WORKLOADS).flatMap(([type, kind]) => readWorkloads(objectsOf(tools, type), kind));
  attachReplicaSetEvents(workloads, objectsOf(tools, "replicasets"), events);
  return {
    pods: readPods({ objects: objectsOf(tools, "pods"), workloads, events, atMs }),
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
      ready: ready ?? wholeNumber(row?.AVAILABLE) ?? wholeNumber(/(\d+) available/.exec(replicas)?.[1]),
      desired: listedDesired ?? wholeNumber(row?.DESIRED) ?? wholeNumber(/^(\d+) desired/.exec(replicas)?.[1]),
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
          deploymentOfReplicaSet(name) === workload.name &&
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
