import { cappedAt, coverageFor, NO_METADATA } from "../../domain/answer.ts";
import type { AnswerGap, Capabilities, NativeQuery, TelemetrySource } from "../../domain/ports.ts";
import { changeView, selectCalls, selectRecords } from "../../domain/query-match.ts";
import type { TelemetryQuery } from "../../domain/query.ts";
import { type ClusterAnswer, OBJECTS_TOOL } from "../../domain/telemetry.ts";
import { isoTime } from "../../domain/time.ts";
import { type PageTemplates, queryPage } from "../link.ts";
import type { ServiceOf } from "../changes/parts.ts";
import { DELIVERY_TYPES, deliveryChanges } from "./delivery.ts";
import { checkHealth } from "./health.ts";
import type { KubernetesDoor } from "./list-pages.ts";
import { latest, previousLogsCommand, readPreviousLogs } from "./previous-logs.ts";
import {
  ALL_RESOURCES,
  argsOf,
  kubectlOf,
  type ObjectListRequest,
  PREVIOUS_LOGS_TOOL,
  RESOURCES,
  WRITTEN_TYPES,
} from "./resources.ts";
import { ROLLOUT_TYPES, rolloutChanges } from "./rollouts.ts";
import { writeChanges } from "./write-changes.ts";
import type { NamespaceScope, Snapshot, SnapshotList } from "./snapshot.ts";

/** What the sources of one analysis share. `context`: null for the current one. */
export type KubernetesReading = {
  name: string;
  context: string | null;
  pages: PageTemplates;
  scope: () => Promise<NamespaceScope>;
  open: () => Promise<KubernetesDoor>;
  snapshot: () => Promise<Snapshot>;
  now: () => number;
  serviceOf: ServiceOf;
};

const CLUSTER: Capabilities = { holds: "system", filters: ["names", "limit"], metadata: ["names"] };
const CHANGES: Capabilities = {
  holds: "system",
  filters: ["range", "entities", "names", "patterns", "matchers", "limit", "direction"],
  metadata: ["names"],
};
const TYPES = RESOURCES.map(({ type }) => type);

/**
 * The present state of the cluster: a list of objects for each type, and the logs of containers before they restarted.
 */
export function kubernetesCluster(reading: KubernetesReading): TelemetrySource<"cluster"> {
  const { name } = reading;
  return {
    name,
    signal: "cluster",
    capabilities: CLUSTER,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities: CLUSTER }, query);
      if (query.recording !== null) return { data: [], coverage };
      const types = typesIn(query);
      const { lists, gaps } = await (await reading.snapshot()).read(types, signal);
      const logs = needsLogs(query) ? await previousLogs(reading, lists, signal) : { answers: [], gaps: [] };
      const { selected, isCapped } = selectCalls([...lists.map(answerOf), ...logs.answers], query);
      coverage.gaps.push(...gaps, ...logs.gaps, ...(isCapped ? [cappedAt(query)] : []));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    metadata: async () => ({ ...NO_METADATA, names: [OBJECTS_TOOL, PREVIOUS_LOGS_TOOL] }),
    native: (query) => nativeOf(reading, typesIn(query), query),
    check: async ({ signal } = {}) => checkHealth(await reading.open(), await reading.scope(), signal),
  };
}

/** Workloads tell whom a write concerns. */
const CHANGE_TYPES = [...ROLLOUT_TYPES, ...DELIVERY_TYPES, "statefulsets", "daemonsets", ...WRITTEN_TYPES];

/** The rollouts of workloads, what Flux and Argo CD applied, and what was written to other objects, as changes. */
export function kubernetesChanges(reading: KubernetesReading): TelemetrySource<"change"> {
  const { name } = reading;
  return {
    name,
    signal: "change",
    capabilities: CHANGES,
    async query(query, { signal } = {}) {
      const coverage = coverageFor({ name, capabilities: CHANGES }, query);
      if (query.recording !== null) return { data: [], coverage };
      const { lists, gaps } = await (await reading.snapshot()).read(CHANGE_TYPES, signal);
      const of = (type: string) => lists.flatMap(({ resource, items }) => (resource.type === type ? items : []));
      const rollouts = rolloutChanges({
        deployments: of("deployments"),
        replicasets: of("replicasets"),
        controllerrevisions: of("controllerrevisions"),
      });
      const deliveries = deliveryChanges(
        {
          kustomizations: of("kustomizations"),
          helmreleases: of("helmreleases"),
          applications: of("applications"),
        },
        reading.serviceOf,
      );
      const written = writeChanges(
        lists.flatMap(({ writes }) => writes),
        { deployments: of("deployments"), statefulsets: of("statefulsets"), daemonsets: of("daemonsets") },
      );
      const changes = [...rollouts, ...deliveries, ...written].toSorted((a, b) => a.timeUnixMs - b.timeUnixMs);
      const { selected, isCapped } = selectRecords(changes, query, changeView);
      coverage.gaps.push(...gaps, ...(isCapped ? [cappedAt(query)] : []));
      return { data: selected, coverage: { ...coverage, returned: selected.length } };
    },
    metadata: async () => ({ ...NO_METADATA, names: ["config", "deploy", "scale"] }),
    native: (query) => nativeOf(reading, CHANGE_TYPES, query),
  };
}

/** The types that a query names with their calls; all, unless it names some. */
function typesIn({ names }: TelemetryQuery): string[] {
  const calls = names.filter((one) => one.startsWith(`${OBJECTS_TOOL}:`));
  if (names.length === 0 || names.includes(OBJECTS_TOOL)) return TYPES;
  const logs = names.some((one) => one.startsWith(PREVIOUS_LOGS_TOOL)) ? ["pods"] : [];
  return [...logs, ...TYPES.filter((type) => calls.some((call) => call.includes(`"resource_type":"${type}"`)))];
}

const needsLogs = ({ names }: TelemetryQuery): boolean =>
  names.length === 0 || names.some((one) => one.startsWith(PREVIOUS_LOGS_TOOL));

async function previousLogs(
  { open }: KubernetesReading,
  lists: readonly SnapshotList[],
  signal?: AbortSignal,
): Promise<{ answers: ClusterAnswer[]; gaps: AnswerGap[] }> {
  const restarted = latest(lists.flatMap((list) => list.restarted));
  return restarted.length === 0 ? { answers: [], gaps: [] } : readPreviousLogs(await open(), restarted, signal);
}

export function answerOf(list: SnapshotList): ClusterAnswer {
  const { kind, json, takenMs, isComplete } = list;
  const metadata = JSON.stringify({ takenAt: isoTime(takenMs), isComplete });
  return {
    tool: OBJECTS_TOOL,
    args: argsOf(list),
    text: `{"kind":"${kind}","metadata":${metadata},"items":[${json}]}`,
  };
}

async function nativeOf(
  { scope, context, pages }: KubernetesReading,
  types: readonly string[],
  { names, range, entities }: TelemetryQuery,
): Promise<NativeQuery[]> {
  const { namespaces } = await scope();
  const requests = ALL_RESOURCES.filter(({ type }) => types.includes(type)).flatMap((resource): ObjectListRequest[] =>
    resource.isNamespaced && namespaces.length > 0
      ? namespaces.map((namespace) => ({ resource, namespace }))
      : [{ resource, namespace: null }],
  );
  const logs = names.flatMap((name) => previousLogsCommand(name, context) ?? []);
  const named = requests.filter((request) => names.includes(`${OBJECTS_TOOL}:${JSON.stringify(argsOf(request))}`));
  // evidence of previous logs needs no list
  const lists = named.length > 0 || logs.length > 0 ? named : requests;
  return [...logs, ...lists.map((request) => kubectlOf(request, context))].map((text) => ({
    language: "kubectl",
    text,
    link: queryPage(pages, null, { query: text, range, service: entities[0] ?? "" }),
  }));
}
