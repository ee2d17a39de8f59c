import type { ClusterAnswer } from "../domain/telemetry.ts";
import { isTool, type ToolAnswer } from "./answers.ts";
import { eventIndex } from "./event-index.ts";
import { type ObjectList, readObjects } from "./kubernetes-object.ts";
import { type Objects, objectsOf } from "./objects.ts";
import { placeIndex } from "./place-index.ts";
import { readEvents, type SeenEvent, seenEvent } from "./read-events.ts";
import { readManifests } from "./read-manifests.ts";
import { readNodes } from "./read-nodes.ts";
import { readAttempts, readCalls, readErrorLogs, readRaisedAlerts } from "./read-reports.ts";
import { readClaims, readQuotas, readStorageClasses, readVolumes } from "./read-storage.ts";
import { readTools } from "./read-tools.ts";
import { readPods } from "./read-pods.ts";
import { readServices } from "./read-services.ts";
import { attachEvents, readWorkloads } from "./read-workloads.ts";
import type { ClusterState } from "./state.ts";

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
export const readState = (answers: readonly ClusterAnswer[], atMs: number | null = null): ClusterState =>
  stateOfTools(readTools(answers).tools, atMs);

/** The same of answers whose files were taken apart. */
export function stateOfTools(tools: readonly ToolAnswer[], atMs: number | null): ClusterState {
  const seen: SeenEvent[] = [];
  const { objects, lists, namespaces } = readObjects(tools, (event) => seen.push(seenEvent(event, atMs)));
  const byType = Map.groupBy(objects, ({ type }) => type);
  const of = (type: string): Objects => objectsOf(tools, type, byType.get(type));
  const events = eventIndex(readEvents(tools, seen));
  const workloads = Object.entries(WORKLOADS).flatMap(([type, kind]) => readWorkloads(of(type), kind));
  attachEvents(workloads, of("replicasets"), events);
  const services = readServices(of("services"), of("endpoints"), objects);
  return {
    pods: readPods({ objects: of("pods"), workloads, events, atMs }),
    workloads,
    workloadIndex: placeIndex(workloads),
    services,
    serviceIndex: placeIndex(services),
    nodes: readNodes(tools, of("nodes")),
    claims: readClaims(of("persistentvolumeclaims"), events),
    volumes: readVolumes(of("persistentvolumes")),
    storageClasses: readStorageClasses(of("storageclasses")),
    quotas: readQuotas(of("resourcequotas")),
    attempts: readAttempts(tools),
    manifests: readManifests(tools, objects),
    errorLogs: readErrorLogs(tools),
    alerts: readRaisedAlerts(tools),
    events: events.all,
    objects,
    listed: listedTypes(tools, lists, namespaces),
    calls: readCalls(tools),
  };
}

/** `namespace/type` of every complete list. A list of all namespaces stands for each of them. */
function listedTypes(
  tools: readonly ToolAnswer[],
  lists: readonly ObjectList[],
  namespaces: ReadonlySet<string>,
): Set<string> {
  const ofTables = tools
    .filter((one) => isTool(one, "get", "resource") && one.name === "" && !one.source.includes("label_selector"))
    .map(({ namespace, type }) => `${namespace}/${type}`);
  const ofObjects = lists
    .filter(({ isComplete }) => isComplete)
    .flatMap(({ namespace, type }) =>
      (namespace === "" ? [...namespaces] : [namespace]).map((each) => `${each}/${type}`),
    );
  return new Set([...ofTables, ...ofObjects]);
}
