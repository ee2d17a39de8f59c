import type * as k8s from "@kubernetes/client-node";
import type * as objects from "../objects.ts";
import type { ClusterObject, Stored } from "../objects.ts";
import { ageText } from "./age.ts";
import { podSummary } from "./pod-summary.ts";

/** A column of `kubectl get`. `isWide`: only shown with `-o wide`. */
export type Column<T = ClusterObject> = {
  name: string;
  isWide: boolean;
  cell: (object: T, nowMs: number) => string | number;
};

const column = <T>(name: string, cell: Column<T>["cell"], isWide = false): Column<T> => ({ name, isWide, cell });
const wide = <T>(name: string, cell: Column<T>["cell"]): Column<T> => column(name, cell, true);

const secondsSince = (time: string | undefined, nowMs: number): number => (nowMs - Date.parse(time ?? "")) / 1000;
export const sinceText = (time: string | undefined, nowMs: number): string =>
  time === undefined ? "<unknown>" : ageText(secondsSince(time, nowMs));

const NAME = column<ClusterObject>("Name", ({ metadata }) => metadata.name);
const AGE = column<ClusterObject>("Age", ({ metadata }, now) => sinceText(metadata.creationTimestamp, now));
const list = (values: readonly (string | undefined)[] | undefined): string => values?.join(",") || "<none>";
const labels = (pairs: Readonly<Record<string, string>> | undefined): string =>
  list(Object.entries(pairs ?? {}).map(([key, value]) => `${key}=${value}`));

type Template = {
  spec: { template?: Stored<k8s.V1PodTemplateSpec>; selector?: Stored<k8s.V1LabelSelector> | undefined };
};
const containersOf = <T extends Template>(): Column<T>[] => [
  wide("Containers", ({ spec }) => list(spec.template?.spec?.containers.map(({ name }) => name))),
  wide("Images", ({ spec }) => list(spec.template?.spec?.containers.map(({ image }) => image))),
];
const selectorOf = <T extends Template>(): Column<T> =>
  wide("Selector", ({ spec }) => labels(spec.selector?.matchLabels));

const COLUMNS: Readonly<Record<string, readonly Column<never>[]>> = {
  Pod: [
    column<objects.PodObject>("Ready", (pod) => podSummary(pod).ready),
    column<objects.PodObject>("Status", (pod) => podSummary(pod).status),
    column<objects.PodObject>("Restarts", (pod, now) => {
      const { restarts, lastRestart } = podSummary(pod);
      return restarts > 0 && lastRestart !== null ? `${restarts} (${sinceText(lastRestart, now)} ago)` : restarts;
    }),
    AGE,
    wide<objects.PodObject>("IP", ({ status }) => status.podIP ?? "<none>"),
    wide<objects.PodObject>("Node", ({ spec }) => spec.nodeName ?? "<none>"),
    wide("Nominated Node", () => "<none>"),
    wide("Readiness Gates", () => "<none>"),
  ],
  Deployment: [
    column<objects.DeploymentObject>("Ready", ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`),
    column<objects.DeploymentObject>("Up-to-date", ({ status }) => status.updatedReplicas ?? 0),
    column<objects.DeploymentObject>("Available", ({ status }) => status.availableReplicas ?? 0),
    AGE,
    ...containersOf<objects.DeploymentObject>(),
    selectorOf<objects.DeploymentObject>(),
  ],
  ReplicaSet: [
    column<objects.ReplicaSetObject>("Desired", ({ spec }) => spec.replicas ?? 0),
    column<objects.ReplicaSetObject>("Current", ({ status }) => status.replicas ?? 0),
    column<objects.ReplicaSetObject>("Ready", ({ status }) => status.readyReplicas ?? 0),
    AGE,
    ...containersOf<objects.ReplicaSetObject & Template>(),
    selectorOf<objects.ReplicaSetObject & Template>(),
  ],
  StatefulSet: [
    column<objects.StatefulSetObject>("Ready", ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`),
    AGE,
    ...containersOf<objects.StatefulSetObject>(),
  ],
  DaemonSet: [
    column<objects.DaemonSetObject>("Desired", ({ status }) => status.desiredNumberScheduled ?? 0),
    column<objects.DaemonSetObject>("Current", ({ status }) => status.currentNumberScheduled ?? 0),
    column<objects.DaemonSetObject>("Ready", ({ status }) => status.numberReady ?? 0),
    column<objects.DaemonSetObject>("Up-to-date", ({ status }) => status.updatedNumberScheduled ?? 0),
    column<objects.DaemonSetObject>("Available", ({ status }) => status.numberAvailable ?? 0),
    column<objects.DaemonSetObject>("Node Selector", ({ spec }) => labels(spec.template.spec?.nodeSelector)),
    AGE,
    ...containersOf<objects.DaemonSetObject>(),
    selectorOf<objects.DaemonSetObject>(),
  ],
  Job: [
    column<objects.JobObject>(
      "Status",
      ({ status }) =>
        status.conditions?.find(({ type, status: is }) => is === "True" && /^(Complete|Failed)$/.test(type))?.type ??
        "Running",
    ),
    column<objects.JobObject>("Completions", ({ spec, status }) => `${status.succeeded ?? 0}/${spec.completions ?? 1}`),
    column<objects.JobObject>("Duration", ({ status }, now) =>
      status.startTime === undefined ? "" : sinceText(status.startTime, Date.parse(status.completionTime ?? "") || now),
    ),
    AGE,
    ...containersOf<objects.JobObject>(),
    selectorOf<objects.JobObject>(),
  ],
  CronJob: [
    column<Stored<k8s.V1CronJob>>("Schedule", ({ spec }) => spec?.schedule ?? ""),
    column<Stored<k8s.V1CronJob>>("Timezone", ({ spec }) => spec?.timeZone ?? "<none>"),
    column<Stored<k8s.V1CronJob>>("Suspend", ({ spec }) => (spec?.suspend === true ? "True" : "False")),
    column<Stored<k8s.V1CronJob>>("Active", ({ status }) => status?.active?.length ?? 0),
    column<Stored<k8s.V1CronJob>>("Last Schedule", ({ status }, now) =>
      status?.lastScheduleTime === undefined ? "<none>" : sinceText(status.lastScheduleTime, now),
    ),
    AGE,
  ],
  Node: [
    column<objects.NodeObject>("Status", ({ spec, status }) => {
      const isReady = status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true;
      return `${isReady ? "Ready" : "NotReady"}${spec.unschedulable === true ? ",SchedulingDisabled" : ""}`;
    }),
    column("Roles", () => "<none>"),
    AGE,
    column<objects.NodeObject>("Version", ({ status }) => status.nodeInfo?.kubeletVersion ?? ""),
    wide<objects.NodeObject>(
      "Internal-IP",
      ({ status }) => status.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "<none>",
    ),
    wide("External-IP", () => "<none>"),
    wide<objects.NodeObject>("OS-Image", ({ status }) => status.nodeInfo?.osImage ?? ""),
    wide<objects.NodeObject>("Kernel-Version", ({ status }) => status.nodeInfo?.kernelVersion ?? ""),
    wide<objects.NodeObject>("Container-Runtime", ({ status }) => status.nodeInfo?.containerRuntimeVersion ?? ""),
  ],
  Namespace: [column<Stored<k8s.V1Namespace>>("Status", ({ status }) => status?.phase ?? ""), AGE],
  Service: [
    column<objects.ServiceObject>("Type", ({ spec }) => spec.type ?? ""),
    column<objects.ServiceObject>("Cluster-IP", ({ spec }) => spec.clusterIP ?? "<none>"),
    column<objects.ServiceObject>("External-IP", ({ spec }) => spec.externalName ?? "<none>"),
    column<objects.ServiceObject>("Port(s)", ({ spec }) =>
      list(spec.ports?.map(({ port, protocol }) => `${port}/${protocol}`)),
    ),
    AGE,
    wide<objects.ServiceObject>("Selector", ({ spec }) => labels(spec.selector)),
  ],
  Endpoints: [
    column<Stored<k8s.V1Endpoints>>("Endpoints", ({ subsets }) =>
      list(
        subsets?.flatMap(({ addresses, ports }) =>
          (addresses ?? []).flatMap(({ ip }) => (ports ?? []).map(({ port }) => `${ip}:${port}`)),
        ),
      ),
    ),
    AGE,
  ],
  EndpointSlice: [
    column<objects.EndpointSliceObject>("AddressType", ({ addressType }) => addressType),
    column<objects.EndpointSliceObject>("Ports", ({ ports }) => list(ports?.map(({ port }) => String(port)))),
    column<objects.EndpointSliceObject>("Endpoints", ({ endpoints }) =>
      list((endpoints ?? []).flatMap(({ addresses }) => addresses)),
    ),
    AGE,
  ],
  ConfigMap: [
    column<objects.ConfigMapObject>("Data", ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length),
    AGE,
  ],
  Secret: [
    column<objects.SecretObject>("Type", ({ type }) => type ?? "Opaque"),
    column<objects.SecretObject>("Data", ({ data }) => Object.keys(data ?? {}).length),
    AGE,
  ],
  PersistentVolumeClaim: [
    column<objects.ClaimObject>("Status", ({ status }) => status.phase ?? ""),
    column<objects.ClaimObject>("Volume", ({ spec }) => spec.volumeName ?? ""),
    column<objects.ClaimObject>("Capacity", ({ status }) => status.capacity?.storage ?? ""),
    column<objects.ClaimObject>("Access Modes", ({ status }) => list(status.accessModes).replace("<none>", "")),
    column<objects.ClaimObject>("StorageClass", ({ spec }) => spec.storageClassName ?? ""),
    AGE,
    wide<objects.ClaimObject>("VolumeMode", ({ spec }) => spec.volumeMode ?? ""),
  ],
  HorizontalPodAutoscaler: [
    column<Stored<k8s.V2HorizontalPodAutoscaler>>(
      "Reference",
      ({ spec }) => `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`,
    ),
    column<Stored<k8s.V2HorizontalPodAutoscaler>>("Targets", () => "<unknown>"),
    column<Stored<k8s.V2HorizontalPodAutoscaler>>("MinPods", ({ spec }) => spec?.minReplicas ?? 1),
    column<Stored<k8s.V2HorizontalPodAutoscaler>>("MaxPods", ({ spec }) => spec?.maxReplicas ?? 0),
    column<Stored<k8s.V2HorizontalPodAutoscaler>>("Replicas", ({ status }) => status?.currentReplicas ?? 0),
    AGE,
  ],
  PodDisruptionBudget: [
    column<objects.DisruptionBudgetObject>("Min Available", ({ spec }) => spec.minAvailable ?? "N/A"),
    column<objects.DisruptionBudgetObject>("Max Unavailable", ({ spec }) => spec.maxUnavailable ?? "N/A"),
    column<objects.DisruptionBudgetObject>("Allowed Disruptions", ({ status }) => status.disruptionsAllowed ?? 0),
    AGE,
  ],
  NetworkPolicy: [
    column<objects.NetworkPolicyObject>("Pod-Selector", ({ spec }) => labels(spec.podSelector?.matchLabels)),
    AGE,
  ],
  ResourceQuota: [
    column<objects.QuotaObject>("Request", ({ status }) =>
      list(
        Object.entries(status.hard ?? {})
          .filter(([name]) => !name.startsWith("limits."))
          .map(([name, hard]) => `${name}: ${status.used?.[name]}/${hard}`),
      ),
    ),
    column<objects.QuotaObject>("Limit", ({ status }) =>
      Object.entries(status.hard ?? {})
        .filter(([name]) => name.startsWith("limits."))
        .map(([name, hard]) => `${name}: ${status.used?.[name]}/${hard}`)
        .join(", "),
    ),
    AGE,
  ],
  StorageClass: [
    column<objects.StorageClassObject>("Provisioner", ({ provisioner }) => provisioner),
    column<objects.StorageClassObject>("ReclaimPolicy", ({ reclaimPolicy }) => reclaimPolicy ?? "Delete"),
    column<objects.StorageClassObject>("AllowVolumeExpansion", ({ allowVolumeExpansion }) =>
      String(allowVolumeExpansion ?? false),
    ),
    AGE,
  ],
};

const EVENT: readonly Column<Stored<k8s.CoreV1Event>>[] = [
  column("Last Seen", ({ lastTimestamp, metadata }, now) =>
    sinceText(lastTimestamp ?? metadata.creationTimestamp, now),
  ),
  column("Type", ({ type }) => type ?? ""),
  column("Reason", ({ reason }) => reason ?? ""),
  column("Object", ({ involvedObject: { kind, name } }) => `${kind?.toLowerCase()}/${name}`),
  column("Message", ({ message }) => message?.trim() ?? ""),
  wide("Count", ({ count }) => count ?? 1),
];

/** The columns that `kubectl get` prints for a kind, as the API server of Kubernetes gives them. */
export function columnsOf(kind: string): readonly Column<never>[] {
  if (kind === "Event") return EVENT;
  return [NAME, ...(COLUMNS[kind] ?? [AGE])];
}
